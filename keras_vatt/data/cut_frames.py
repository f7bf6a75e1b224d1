"""One part of all frames of a clip, resized: what every random crop comes to."""

import tensorflow as tf

from keras_vatt.data.color_jitter import change_colors

# Columns of pixels that JPEG codes together, with its usual halved chroma.
_BLOCK = 16


def frame_size(frames):
    """Returns height and width of a clip's frames, int32 `(2,)`.

    Args:
        frames: uint8 `(T, h, w, 3)`, or string `(T,)`, JPEG bytes of equal sizes.
    """
    if frames.dtype == tf.string:
        return tf.io.extract_jpeg_shape(frames[0])[:2]
    return tf.shape(frames)[1:3]


def cut_frames(frames, corner, box, image_size, mirrored=False, colors=None):
    """Cuts one part out of all frames, resizes it, mirrors and recolours it.

    Bilinear without antialias, truncated to uint8; colours are changed before that, and
    then rounded. Frames pass one by one from JPEG to the size that is wanted: a frame
    stays in the processor's cache, and of what lies outside the part only as much is
    decoded as JPEG needs.

    Args:
        frames: uint8 `(T, h, w, 3)`, or string `(T,)`, JPEG bytes of equal sizes. T is
            known beforehand.
        corner: int32 `(2,)`. The part's first row and column.
        box: int32 `(2,)`. Its height and width.
        image_size: pair of ints, height and width of the result.
        mirrored: bool. Whether left and right change places.
        colors: dict of `color_jitter.draw_colors`, or None to leave colours alone.

    Returns:
        uint8 `(T, height, width, 3)`.

    Example:
    ```python
    cut_frames(tf.zeros((4, 90, 120, 3), "uint8"), (0, 15), (90, 90), (64, 64)).shape
    ```

    Source: design 3, "Views".
    """
    top, left = tf.unstack(tf.convert_to_tensor(corner))
    height, width = tf.unstack(tf.convert_to_tensor(box))
    # From a whole block of JPEG on, which is decoded anyway.
    beside = left % _BLOCK
    window = tf.stack([top, left - beside, height, width + beside])
    frames = tf.convert_to_tensor(frames)

    def cut(frame):
        if frame.dtype == tf.string:
            part = tf.io.decode_and_crop_jpeg(frame, window, channels=3)
            part = tf.slice(part, [0, beside, 0], [height, width, 3])
        else:
            part = tf.slice(frame, [top, left, 0], [height, width, 3])
        # Of uint8 the same operation takes half as long again.
        part = tf.cast(part, tf.float32)[None]
        part = tf.image.resize(part, image_size)[0]
        if colors is not None:
            return change_colors(part, colors)
        return tf.cast(part, tf.uint8)

    # Side by side in the graph: a loop would cost a tenth more.
    video = tf.stack([cut(frame) for frame in tf.unstack(frames)])
    if mirrored is False:
        return video
    # Not each frame: the processor would leave it for the next at every condition.
    mirrored = tf.convert_to_tensor(mirrored)
    return tf.cond(mirrored, lambda: _mirror(video), lambda: video)


def _mirror(video):
    """`(T, h, w, 3)` from right to left; in four axes TensorFlow takes its time."""
    size = tf.shape(video)
    rows = tf.reshape(video, (-1, size[2], size[3]))
    return tf.ensure_shape(tf.reshape(tf.reverse(rows, [1]), size), video.shape)
