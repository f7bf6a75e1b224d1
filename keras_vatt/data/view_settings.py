"""What a view of a clip is made of."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class ViewSettings:
    """What is taken of a clip, and how it is varied.

    Args:
        task: string. One of `load_checks.TASKS`, see `load`, but "image": that is
            "video" of one frame.
        training: bool. Whether windows and crops are drawn, rather than fixed.
        num_frames: int. T, frames of a window.
        image_size: pair of ints. Height and width of the crops in pixels.
        num_samples: int. S, samples of a window of sound.
        frame_rate: float. Frames per second before the stride.
        frame_stride: int. Every how many frames one is kept.
        audio_stride: int. Every how many samples one is kept.
        num_candidates: int. C, captions a clip.
        num_windows: int. Test windows a clip.
        num_crops: int. Test crops a window, 1 or 3.
        min_resize: int. Test frames' short side before the crop; 0: the crop's.
        crop: string. "jitter" or "area", the random crop of training.
        jitter: float. How far "jitter" stretches an axis.
        flip: bool. Whether half of the training clips are mirrored.
        color_jitter: float. Share of the training clips whose colours change.
        num_classes: int. Classes of multi-hot labels; 0: the first label's number.
    """

    task: str
    training: bool
    num_frames: int = 0
    image_size: tuple = (0, 0)
    num_samples: int = 0
    frame_rate: float = 0.0
    frame_stride: int = 1
    audio_stride: int = 1
    num_candidates: int = 1
    num_windows: int = 1
    num_crops: int = 1
    min_resize: int = 0
    crop: str = "jitter"
    jitter: float = 0.2
    flip: bool = True
    color_jitter: float = 0.0
    num_classes: int = 0
