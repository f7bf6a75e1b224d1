"""One row to one stored example: the step that every way of preparing shares."""

import numpy as np

from keras_vatt.data.decode import decode_clip
from keras_vatt.data.limits import DEFAULT_LIMITS
from keras_vatt.data.media import MediaError, open_media
from keras_vatt.data.skipped import Skipped
from keras_vatt.data.sound_track import SAMPLE_RATE


def encode_clip(
    row,
    root=None,
    short_side=256,
    frame_rate=None,
    allow_outside=False,
    jpeg_quality=90,
    limits=DEFAULT_LIMITS,
):
    """Decodes the clip of a row and encodes it for storing.

    The result depends on the row and the file alone, so it can be computed in any
    order, thread or process.

    Args:
        row: `ClipRow`.
        root: string or None. The data root; the current folder if None.
        short_side: int. Larger frames are scaled down to it; none is enlarged.
        frame_rate: float or None. Frames per second to store; None: the source's.
        allow_outside: bool. Whether files outside the root may be read.
        jpeg_quality: int. 1 to 100.
        limits: `Limits`.

    Returns:
        A dict as `records.features` describes, or `Skipped` with the reason.

    Example:
    ```python
    example = encode_clip(ClipRow("a", "a.mp4"), root="videos", frame_rate=10.0)
    len(example["frames"])  # JPEG bytes, one a frame
    ```

    Source: design 6, "Stored".
    """
    if not _is_text(row.clip_id + row.path):
        return Skipped(
            _escaped(row.clip_id),
            _escaped(row.path),
            f"{_escaped(row.path)!r} holds bytes that are no text in UTF-8. Expected a "
            "name that can be stored. Rename the file.",
        )
    try:
        if row.start is not None and row.end is not None and row.end <= row.start:
            raise MediaError(
                f"The clip ends at {row.end:g} s, before it starts at {row.start:g} s. "
                "Expected end > start. Correct the row."
            )
        with open_media(row.path, root, allow_outside) as container:
            images, times, sound, length = decode_clip(
                container,
                row.start,
                row.end,
                frame_rate,
                short_side,
                limits,
                name=repr(row.path),
                needs=row.needs,
            )
    except MediaError as error:
        return Skipped(row.clip_id, row.path, str(error))
    begin = row.start or 0.0
    captions = [caption for caption in row.captions if caption.text.strip()]
    return {
        "id": row.clip_id,
        "path": row.path,
        "start": begin,
        "end": begin + length,
        "frames": [_encode_jpeg(image, jpeg_quality) for image in images],
        "timestamps": times.astype("float32"),
        "frame_rate": _stored_rate(times, length),
        "audio": sound.astype("<i2").tobytes(),
        "sample_rate": SAMPLE_RATE,
        "captions": [_caption_times(caption, begin, length) for caption in captions],
        "labels": list(row.labels),
    }


def _is_text(name):
    """Whether a name can be stored: the system hands other bytes on as surrogates."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _escaped(name):
    return name.encode("utf-8", "backslashreplace").decode()


def _caption_times(caption, begin, length):
    """Returns a caption with times in seconds from the clip's start."""
    return {
        # Half an emoji, as JSON can hold it, is stored as a question mark.
        "text": caption.text.encode("utf-8", "replace").decode(),
        "start": 0.0 if caption.start is None else caption.start - begin,
        "end": length if caption.end is None else caption.end - begin,
        "own": int(caption.own),
    }


def _stored_rate(times, length):
    if len(times) > 1:
        return (len(times) - 1) / float(times[-1] - times[0])
    return 1.0 / max(length, 1e-3)


def _encode_jpeg(image, quality):
    import tensorflow as tf

    with tf.device("cpu"):
        jpeg = tf.io.encode_jpeg(np.ascontiguousarray(image), quality=quality)
    return jpeg.numpy()
