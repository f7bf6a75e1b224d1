"""A caption and the time it belongs to."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Caption:
    """A caption and when it holds.

    Args:
        text: string.
        start: float or None. Seconds into the file; None: the clip's start.
        end: float or None. Seconds into the file; None: the clip's end.
        own: bool. Whether it is the clip's own, rather than a neighbour's.
    """

    text: str
    start: float | None = None
    end: float | None = None
    own: bool = True
