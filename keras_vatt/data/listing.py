"""What a source lists."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Listing:
    """The clips of a source.

    Args:
        rows: list of `ClipRow`, in the order of the source.
        skipped: list of `Skipped`, rows that are no clips.
        class_names: list of strings. The labels in the order of their ids.
        root: string or None. The folder that the rows' paths start from; the current
            one if None.
    """

    rows: list
    skipped: list
    class_names: list
    root: str | None = None
