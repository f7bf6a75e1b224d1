"""The test views of one media file, straight from the file."""

import math
import os

import numpy as np
import tensorflow as tf

from keras_vatt.data.decode import SAMPLE_RATE, decode_clip
from keras_vatt.data.limits import DEFAULT_LIMITS
from keras_vatt.data.media import MediaError, open_media
from keras_vatt.data.read_image import IMAGE_SUFFIXES, read_image
from keras_vatt.data.sampling import decode_sound, frame_positions, window_offsets
from keras_vatt.preprocessing.frames import eval_views
from keras_vatt.preprocessing.windows import window_indices

# As `prepare` stores frames, so that a file gives what its record does.
_SHORT_SIDE = 256
# Files longer than this are entered at each window instead of decoded as a whole.
_WHOLE_SECONDS = 60.0


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
    name = repr(os.fspath(path))
    is_photo = os.path.splitext(os.fspath(path))[1].lower() in IMAGE_SUFFIXES
    if modality == "audio":
        if is_photo:
            raise MediaError(
                f"{name} is a photo, which has no sound. Expected a video or a sound "
                "file. Leave it out, or take a classifier of images."
            )
        return _sound(path, preprocessor, num_windows, limits, name)
    settings = {"min_resize": min_resize, "num_crops": num_crops}
    windows = (
        [read_image(path, limits)[None]] * num_windows
        if is_photo
        else _frames(path, preprocessor, num_windows, limits, name)
    )
    size = preprocessor.image_size
    views = [eval_views(frames, size, **settings) for frames in windows]
    steps = tf.range(preprocessor.num_frames)  # a photo stands still
    views = [
        tf.gather(view, steps % len(view)) for crop in zip(*views) for view in crop
    ]
    views = np.stack([view.numpy() for view in views])
    return views[:, 0] if modality == "image" else views


def _frames(path, preprocessor, num_windows, limits, name):
    """The frames of each window, a list of uint8 `(T, h, w, 3)`."""
    steps, stride = preprocessor.num_frames, preprocessor.frame_stride
    rate = preprocessor.frame_rate
    options = {
        "frame_rate": rate,
        "short_side": max(_SHORT_SIDE, *preprocessor.image_size),
        "limits": limits,
        "name": name,
    }
    windows = []
    for clip, count in _clips(path, steps * stride / rate, num_windows, options):
        images, times, _, length = clip
        stored = 1.0 / max(length, 1e-3)
        if len(times) > 1:
            stored = (len(times) - 1) / float(times[-1] - times[0])
        shown = frame_positions(tf.cast(times, tf.float32), stored, rate)
        for offset in window_offsets(len(shown), steps, stride, count):
            places = window_indices(len(shown), offset, steps, stride)
            kept = tf.gather(shown, places).numpy()
            windows.append(np.stack([images[place] for place in kept]))
    return windows


def _sound(path, preprocessor, num_windows, limits, name):
    """The sound of each window, float32 `(W, S, 1)`."""
    steps, stride = preprocessor.num_samples, preprocessor.audio_stride
    if preprocessor.sample_rate != SAMPLE_RATE:
        raise ValueError(
            f"The preprocessor expects sound at {preprocessor.sample_rate} samples/s. "
            f"Files are decoded to {SAMPLE_RATE}. Use an audio converter of that rate."
        )
    options = {
        # Frames of a video are passed over: hardly any is kept, and those small.
        "frame_rate": 0.01,
        "short_side": 16,
        "limits": limits,
        "name": name,
        "needs": "audio",
    }
    windows = []
    for clip, count in _clips(path, steps * stride / SAMPLE_RATE, num_windows, options):
        wave = tf.constant(clip[2])
        offsets = window_offsets(len(wave), steps, stride, count)
        kept = window_indices(len(wave), offsets[:, None], steps, stride)
        windows.append(decode_sound(wave, kept)[0].numpy())
    return np.concatenate(windows)


def _clips(path, seconds, num_windows, options):
    """Decodes a file: as a whole, or the windows of a long one each on its own.

    Yields:
        What `decode_clip` returns, and how many windows to take of it.
    """
    with open_media(path, allow_outside=True) as container:
        length = (container.duration or 0) / 1e6
        # Sound may go on behind the last frame, and frames behind the sound.
        stream = container.streams.best(options.get("needs", "video"))
        if stream is not None and stream.duration is not None:
            length = min(length, float(stream.duration * stream.time_base))
        if length <= max(_WHOLE_SECONDS, 2 * seconds):
            yield decode_clip(container, **options), num_windows
            return
    # Whole milliseconds: the last window must not end behind the file.
    room = math.floor((length - seconds) * 1000)
    for offset in window_offsets(room, 0, 1, num_windows).numpy():
        start = offset / 1000
        with open_media(path, allow_outside=True) as container:
            yield decode_clip(container, start, start + seconds, **options), 1
