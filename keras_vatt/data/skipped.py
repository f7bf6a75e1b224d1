"""A clip that was left out."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Skipped:
    """A clip that was left out.

    Args:
        clip_id: string.
        path: string. Its file, as listed.
        reason: string. What is wrong, what was expected, what to do.
    """

    clip_id: str
    path: str
    reason: str
