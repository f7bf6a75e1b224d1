"""What is searched for."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Query:
    """What is searched for.

    Args:
        modality: string, "text", "audio" or "video".
        vectors: dict from space to float32 `(d,)`, the embeddings, and "pooled", `(d,)`
            or `(k, d)` of several windows.
        checksum: string. The preset's, see `fingerprint`.
        preset: string. What messages call it.
    """

    modality: str
    vectors: dict
    checksum: str
    preset: str = "model"
