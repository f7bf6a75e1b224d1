"""The frames and the sound of windows of a media file."""

import numpy as np

from keras_vatt.data.decode_moments import decode_moments
from keras_vatt.data.media import MediaError, open_media
from keras_vatt.data.sound_track import SAMPLE_RATE


def decode_windows(
    path, extent, ticks, samples, short_side, limits, root=None, allow_outside=False
):
    """Decodes what windows show of a file, entering it where they lie.

    Args:
        path: string. Relative to `root`, or absolute.
        extent: `ClipExtent`, where the clip lies in the file.
        ticks: int array of any shape, each the number of a tick of the clip.
        samples: int array of any shape, each the number of a sample at 48 kHz.
        short_side: int. Larger frames are scaled down to it.
        limits: `Limits`, of a frame's pixels.
        root: string or None. Where files must lie; the current folder if None.
        allow_outside: bool. Whether the file may lie elsewhere.

    Returns:
        uint8 `(u, h, w, 3)`, the frames of all different ticks; int array of the shape
        of `ticks`, which of them each one is; int16 array of the shape of `samples`,
        zeros where the clip has no sound.

    Raises:
        MediaError: if the file breaks off, is damaged there, or a frame is too large
            or of another size than the others.
    """
    name = repr(path)
    ordered, places = np.unique(ticks, return_inverse=True)
    kept, at = np.unique(samples, return_inverse=True)
    # Windows that wrap around, and those of a test, lie apart.
    runs = np.split(kept, np.flatnonzero(np.diff(kept) > SAMPLE_RATE) + 1)
    runs = [run for run in runs if len(run) and extent.num_samples]
    begins = [extent.begin + run[0] / SAMPLE_RATE for run in runs]
    ends = [extent.begin + (run[-1] + 1) / SAMPLE_RATE for run in runs]
    with open_media(path, root, allow_outside) as container:
        images, waves = decode_moments(
            container,
            extent.first + ordered / (extent.rate or 1.0),
            list(zip(begins, ends)),
            short_side,
            limits,
            name,
        )
    if len({image.shape for image in images}) > 1:
        raise MediaError(
            f"{name} changes its frame size on the way. Expected one size. Convert it "
            "(ffmpeg -i FILE out.mp4)."
        )
    frames = np.stack(images) if images else np.zeros((0, 1, 1, 3), "uint8")
    sound = [wave[run - run[0]] for wave, run in zip(waves, runs)]
    wave = np.concatenate(sound) if sound else np.zeros(len(kept), "int16")
    return frames, places.reshape(np.shape(ticks)), wave[at].reshape(np.shape(samples))
