"""One clip as its source lists it."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class ClipRow:
    """A clip to encode: every public dataset is brought to rows of this form.

    Args:
        clip_id: string. Unique in its dataset.
        path: string. The media file, relative to the data root.
        start: float or None. Seconds into the file; None: its beginning.
        end: float or None. Seconds into the file; None: its end.
        captions: tuple of `Caption`.
        labels: tuple of strings.
        split: string.
        needs: string. "video": a clip without frames is skipped, one without sound is
            not. "audio": the other way round, for datasets of sound.
    """

    clip_id: str
    path: str
    start: float | None = None
    end: float | None = None
    captions: tuple = ()
    labels: tuple = ()
    split: str = "train"
    needs: str = "video"
