"""The test views of one media file, straight from the file."""

import os

import numpy as np
import tensorflow as tf

from keras_vatt.data.clip_extent import clip_extent
from keras_vatt.data.decode_windows import decode_windows
from keras_vatt.data.limits import DEFAULT_LIMITS
from keras_vatt.data.media import MediaError, open_media
from keras_vatt.data.read_image import IMAGE_SUFFIXES, read_image
from keras_vatt.data.sampling import window_offsets
from keras_vatt.data.sound_track import SAMPLE_RATE
from keras_vatt.preprocessing.frames import eval_views
from keras_vatt.preprocessing.windows import window_indices

# As `prepare` stores frames, so that a file gives what its record does.
_SHORT_SIDE = 256


def file_views(
    path,
    modality,
    preprocessor,
    num_windows=1,
    num_crops=1,
    min_resize=0,
    limits=DEFAULT_LIMITS,
):
    """Returns the test views of a media file.

    Args:
        path: string. A video, a sound, or a photo (JPEG or PNG: a clip of one frame).
        modality: string, "video", "audio" or "image".
        preprocessor: `VATTPreprocessor`, for sizes and time base.
        num_windows: int. W, windows spread over the file.
        num_crops: int. Crops a window, 1 or 3; sound has none.
        min_resize: int. Short side in pixels before the crops; 0: the crop's.
        limits: `Limits`, of what is decoded at once.

    Returns:
        uint8 `(V, T, H, W, 3)` with V windows times crops, crop-major; of modality
        "image" uint8 `(V, H, W, 3)`; of "audio" float32 `(W, S, 1)`.

    Raises:
        MediaError: if the file cannot be used; it names the file.

    Example:
    ```python
    views = file_views("clip.mp4", "video", classifier.preprocessor, 4, 3)
    ```

    Source: design 3, "Views".
    """
    path = os.fspath(path)
    is_photo = os.path.splitext(path)[1].lower() in IMAGE_SUFFIXES
    if modality == "audio":
        if is_photo:
            raise MediaError(
                f"{path!r} is a photo, which has no sound. Expected a video or a sound "
                "file. Leave it out, or take a classifier of images."
            )
        return _sound(path, preprocessor, num_windows, limits)
    settings = {"min_resize": min_resize, "num_crops": num_crops}
    windows = (
        [read_image(path, limits)[None]] * num_windows
        if is_photo
        else _frames(path, preprocessor, num_windows, limits)
    )
    size = preprocessor.image_size
    views = [eval_views(frames, size, **settings) for frames in windows]
    steps = tf.range(preprocessor.num_frames)  # a photo stands still
    views = [
        tf.gather(view, steps % len(view)) for crop in zip(*views) for view in crop
    ]
    views = np.stack([view.numpy() for view in views])
    return views[:, 0] if modality == "image" else views


def _frames(path, preprocessor, num_windows, limits):
    """The frames of each window, uint8 `(W, T, h, w, 3)`."""
    steps, stride = preprocessor.num_frames, preprocessor.frame_stride
    extent = _extent(path, preprocessor.frame_rate, "video")
    kept = _kept(extent.num_ticks, steps, stride, num_windows)
    short_side = max(_SHORT_SIDE, *preprocessor.image_size)
    frames, places, _ = _decode(path, extent, kept, [], short_side, limits)
    return frames[places]


def _sound(path, preprocessor, num_windows, limits):
    """The sound of each window, float32 `(W, S, 1)`."""
    steps, stride = preprocessor.num_samples, preprocessor.audio_stride
    if preprocessor.sample_rate != SAMPLE_RATE:
        raise ValueError(
            f"The preprocessor expects sound at {preprocessor.sample_rate} samples/s. "
            f"Files are decoded to {SAMPLE_RATE}. Use an audio converter of that rate."
        )
    extent = _extent(path, 0.0, "audio")
    kept = _kept(extent.num_samples, steps, stride, num_windows)
    _, _, wave = _decode(path, extent, [], kept, _SHORT_SIDE, limits)
    return wave[..., None].astype("float32") / 32768


def _extent(path, frame_rate, needs):
    with open_media(path, allow_outside=True) as container:
        return clip_extent(container, None, None, frame_rate, repr(path), needs)


def _kept(length, steps, stride, num_windows):
    """Indices `(W, steps)` of what the windows show."""
    offsets = window_offsets(length, steps, stride, num_windows)
    return window_indices(length, offsets[:, None], steps, stride).numpy()


def _decode(path, extent, ticks, samples, short_side, limits):
    return decode_windows(
        path,
        extent,
        np.asarray(ticks, "int64"),
        np.asarray(samples, "int64"),
        short_side,
        limits,
        allow_outside=True,
    )
