"""One part of all frames of a clip, resized: what every random crop comes to."""

import tensorflow as tf


def frame_size(frames):
    """Returns height and width of a clip's frames, int32 `(2,)`.

    Args:
        frames: uint8 `(T, h, w, 3)`, or string `(T,)`, JPEG bytes of equal sizes.
    """
    if frames.dtype == tf.string:
        return tf.io.extract_jpeg_shape(frames[0])[:2]
    return tf.shape(frames)[1:3]


def cut_frames(frames, corner, box, image_size, mirrored=False):
    """Cuts one part out of all frames, resizes it and mirrors it if asked to.

    Bilinear without antialias, truncated to uint8. Frames pass one by one from JPEG
    to the size that is wanted: a frame stays in the processor's cache, and of what
    lies outside the part only as much is decoded as JPEG needs.

    Args:
        frames: uint8 `(T, h, w, 3)`, or string `(T,)`, JPEG bytes of equal sizes.
        corner: int32 `(2,)`. The part's first row and column.
        box: int32 `(2,)`. Its height and width.
        image_size: pair of ints, height and width of the result.
        mirrored: bool. Whether left and right change places.

    Returns:
        uint8 `(T, height, width, 3)`.

    Example:
    ```python
    cut_frames(tf.zeros((4, 90, 120, 3), "uint8"), (0, 15), (90, 90), (64, 64)).shape
    ```

    Source: design 3, "Views".
    """
    height, width = image_size
    window = tf.concat([corner, box], axis=0)

    def cut(frame):
        if frame.dtype == tf.string:
            part = tf.io.decode_and_crop_jpeg(frame, window, channels=3)
        else:
            part = tf.slice(frame, [*tf.unstack(corner), 0], [*tf.unstack(box), 3])
        # Of uint8 the same operation takes half as long again.
        part = tf.cast(part, tf.float32)[None]
        part = tf.cast(tf.image.resize(part, (height, width)), tf.uint8)[0]
        if mirrored is False:
            return part
        return tf.cond(mirrored, lambda: tf.reverse(part, [1]), lambda: part)

    cut_out = tf.TensorSpec((height, width, 3), tf.uint8)
    return tf.map_fn(cut, frames, fn_output_signature=cut_out)
