"""What `prepare` did."""

import dataclasses
import os

SKIPPED_FILE = "skipped.csv"


@dataclasses.dataclass(frozen=True)
class Report:
    """What `prepare` did.

    Args:
        path: string. The folder that `keras_vatt.data.load` reads.
        written: dict of clips by split.
        skipped: list of `Skipped`.
        class_names: list of strings.
        reused: bool. Whether the dataset was there already.
    """

    path: str
    written: dict
    skipped: list
    class_names: list
    reused: bool = False

    @property
    def num_written(self):
        """Clips written, all splits together."""
        return sum(self.written.values())

    def __str__(self):
        splits = ", ".join(f"{n} {split}" for split, n in sorted(self.written.items()))
        lines = [f"{self.num_written} clips written ({splits}) to {self.path}"]
        lines[0] += " by an earlier run" if self.reused else ""
        lines.append(f"{len(self.skipped)} clips skipped")
        lines += [f"  {item.clip_id}: {item.reason}" for item in self.skipped[:10]]
        if len(self.skipped) > 10:
            lines.append(f"  ... all in {os.path.join(self.path, SKIPPED_FILE)}")
        return "\n".join(lines)
