"""What a source lists."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Listing:
    """The clips of a source.

    Args:
        rows: list of `ClipRow`, in the order of the source.
        skipped: list of `Skipped`, rows that are no clips.
        class_names: list of strings, sorted.
    """

    rows: list
    skipped: list
    class_names: list
