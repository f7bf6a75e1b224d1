"""The windows of a media file, as a model's preset cuts them."""

import dataclasses

import numpy as np
import tensorflow as tf

from keras_vatt.data.clip_extent import ClipExtent, clip_extent
from keras_vatt.data.decode_windows import decode_windows
from keras_vatt.data.limits import DEFAULT_LIMITS
from keras_vatt.data.media import NoSoundError, open_media
from keras_vatt.data.sound_track import SAMPLE_RATE
from keras_vatt.preprocessing.frames import centre_view

# Larger frames are scaled down to this short side first, as `prepare` does.
_SHORT_SIDE = 256
# A rest shorter than this share of a window gets no window of its own.
_REST = 1 / 8


@dataclasses.dataclass(frozen=True)
class MediaWindows:
    """Where the windows of a file lie; what `measure_windows` returns.

    Args:
        path: string. Relative to the root.
        modality: string, "video" or "audio".
        extent: `ClipExtent`.
        offsets: tuple of ints. Where each starts, in ticks (or samples at 48 kHz).
        span: int. Ticks (or samples) of a window.
    """

    path: str
    modality: str
    extent: ClipExtent
    offsets: tuple
    span: int

    @property
    def rate(self):
        """Ticks (or samples) per second."""
        return self.extent.rate if self.modality == "video" else float(SAMPLE_RATE)

    @property
    def length(self):
        """Ticks (or samples) of the file."""
        if self.modality == "video":
            return self.extent.num_ticks
        return self.extent.num_samples

    def times(self, number):
        """Returns when a window starts and ends, in seconds into the file."""
        extent, offset = self.extent, self.offsets[number]
        first = extent.first if self.modality == "video" else extent.begin
        end = min(offset + self.span, self.length)
        return first + offset / self.rate, first + end / self.rate


def measure_windows(
    path, modality, preprocessor, hop=None, count=None, root=None, allow_outside=False
):
    """Lays windows over a file, by what its headers say.

    The first starts with the file; each next one `hop` seconds later, as long as it
    fits; a last one ends with the file if else more than an eighth of a window were
    left over. A file shorter than a window has one, in which it repeats.

    Args:
        path: string. Relative to `root`, or absolute.
        modality: string, "video" or "audio": what is taken of the file.
        preprocessor: `VATTPreprocessor`, for the window's length and time base.
        hop: float or None. Seconds from one window to the next. None: the length of
            a window.
        count: int or None. At most so many windows, spread evenly, in place of `hop`.
        root: string or None. Where files must lie; the current folder if None.
        allow_outside: bool. Whether the file may lie elsewhere.

    Returns:
        `MediaWindows`.

    Raises:
        MediaError: if the file cannot be read or has nothing of the modality.
        ValueError: if the preprocessor's sound is not at 48 kHz.
    """
    if modality == "video":
        rate = preprocessor.frame_rate
        span = preprocessor.num_frames * preprocessor.frame_stride
    else:
        rate, span = 0.0, preprocessor.num_samples * preprocessor.audio_stride
        if preprocessor.sample_rate != SAMPLE_RATE:
            raise ValueError(
                f"The preset expects sound at {preprocessor.sample_rate} samples/s. "
                f"Files are read at {SAMPLE_RATE}. Use an audio converter with "
                f"sample_rate={SAMPLE_RATE} (and audio_stride for fewer samples)."
            )
    with open_media(path, root, allow_outside) as container:
        extent = clip_extent(container, None, None, rate, repr(path), modality)
    windows = MediaWindows(path, modality, extent, (), span)
    if windows.length < 1:
        raise NoSoundError(f"{path!r} has no sound. Expected at least one sample.")
    step = span if hop is None else max(1, round(hop * windows.rate))
    offsets = _offsets(windows.length, span, step, count)
    return dataclasses.replace(windows, offsets=offsets)


def _offsets(length, span, step, count):
    most = max(length - span, 0)
    if count is not None:
        count = min(count, -(-length // span))
        if count == 1:
            return (most // 2,)
        return tuple(number * most // (count - 1) for number in range(count))
    offsets = list(range(0, most + 1, step))
    if length - (offsets[-1] + span) > span * _REST:
        offsets.append(most)
    return tuple(offsets)


def read_windows(windows, numbers, preprocessor, root=None, allow_outside=False):
    """Decodes some windows of a file.

    Args:
        windows: `MediaWindows`.
        numbers: range of ints. Which of them, ascending.
        preprocessor: `VATTPreprocessor`.
        root: string or None, as in `measure_windows`.
        allow_outside: bool.

    Returns:
        uint8 `(n, T, height, width, 3)`, or float32 `(n, S, 1)` in [-1, 1].

    Raises:
        MediaError: if the file is damaged there.
    """
    offsets = np.array([windows.offsets[number] for number in numbers])
    if windows.modality == "video":
        steps, stride = preprocessor.num_frames, preprocessor.frame_stride
    else:
        steps, stride = preprocessor.num_samples, preprocessor.audio_stride
    kept = (offsets[:, None] + np.arange(steps) * stride) % windows.length  # (n, steps)
    is_video = windows.modality == "video"
    frames, places, wave = decode_windows(
        windows.path,
        windows.extent,
        kept if is_video else kept[:0],
        kept[:0] if is_video else kept,
        max(_SHORT_SIDE, *preprocessor.image_size) if is_video else _SHORT_SIDE,
        DEFAULT_LIMITS,
        root,
        allow_outside,
    )
    if not is_video:
        return wave[..., None].astype("float32") / 32768  # (n, s, 1)
    with tf.device("cpu"):
        frames = centre_view(frames, preprocessor.image_size).numpy()
    return frames[places]  # (n, t, h, w, 3)
