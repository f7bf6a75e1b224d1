"""What a search finds."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Hit:
    """A stretch of a file, or a sentence, that a search found.

    Args:
        path: string. As in the index, relative to its root.
        start: float. Seconds into the file (of a sentence the number of its line).
        end: float.
        best: float. Where the best window starts.
        score: float. The best window's cosine, in [-1, 1].
        windows: int. How many overlapping windows were merged into it.
        modality: string.
        text: string. The sentence, else empty.
    """

    path: str
    start: float
    end: float
    best: float
    score: float
    windows: int = 1
    modality: str = "video"
    text: str = ""

    def __str__(self):
        if self.modality == "text":
            return f"{self.path}:{self.start + 1:.0f}  {self.text}"
        return f"{clock(self.start)} - {clock(self.end)}  {self.path}"


def clock(seconds):
    """Returns seconds as minutes and seconds, `1:03.2`; with hours where there are."""
    tenths = round(seconds * 10)
    minutes, tenths = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    rest = f"{minutes:02}" if hours else f"{minutes}"
    rest += f":{tenths // 10:02}.{tenths % 10}"
    return f"{hours}:{rest}" if hours else rest
