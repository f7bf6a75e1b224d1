"""What `embed_files` did."""

import dataclasses
import os

from keras_vatt.evaluation.index_format import SKIPPED


@dataclasses.dataclass(frozen=True)
class EmbedReport:
    """What `embed_files` did.

    Args:
        path: string. The index.
        modalities: dict from modality to `rows` and the widths of its `spaces`.
        num_skipped: int. Entries of `skipped.csv`.
        reused: bool. Whether the index was there already.
    """

    path: str
    modalities: dict
    num_skipped: int
    reused: bool = False

    def __str__(self):
        units = {"video": "windows of video", "audio": "windows of sound"}
        lines = [
            f"{found['rows']} {units.get(modality, 'sentences')} "
            f"({', '.join(found['spaces'])}) in {self.path}"
            for modality, found in self.modalities.items()
        ]
        if self.reused:
            lines.append("(by an earlier run)")
        if self.num_skipped:
            where = os.path.join(self.path, SKIPPED)
            lines.append(f"{self.num_skipped} skipped, the reasons are in {where}")
        return "\n".join(lines)
