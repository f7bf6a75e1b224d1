"""What one clip may cost."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Limits:
    """What a clip may cost at most.

    Args:
        max_pixels: int. Width times height of a frame.
        max_frames: int. Frames decoded for one clip.
        max_seconds: float. Length of one clip.
    """

    max_pixels: int = 2**25
    max_frames: int = 50_000
    max_seconds: float = 600.0


DEFAULT_LIMITS = Limits()
