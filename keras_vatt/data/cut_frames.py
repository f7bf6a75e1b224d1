"""One part of all frames of a clip, resized: what every random crop comes to."""

import tensorflow as tf

from keras_vatt.data.resize_part import resize_part

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
    then rounded. Of what lies outside the part only as much is decoded as JPEG needs.

    Args:
        frames: uint8 `(T, h, w, 3)`, or string `(T,)`, JPEG bytes of equal sizes. T is
            known beforehand.
        corner: int32 `(2,)`. The part's first row and column.
        box: int32 `(2,)`. Its height and width.
        image_size: pair of ints, height and width of the result.
        mirrored: bool. Whether left and right change places.
        colors: sequence of `color_jitter.draw_colors`, or None to leave colours alone.

    Returns:
        uint8 `(T, height, width, 3)`.

    Example:
    ```python
    cut_frames(tf.zeros((4, 90, 120, 3), "uint8"), (0, 15), (90, 90), (64, 64)).shape
    ```

    Source: design 3, "Views".
    """
    frames = tf.convert_to_tensor(frames)
    corner, box = tf.convert_to_tensor(corner), tf.convert_to_tensor(box)
    count = frames.shape[0]
    if frames.dtype == tf.string:
        # From a whole block of JPEG on, which is decoded anyway.
        beside = tf.stack([0, corner[1] % _BLOCK])
        window = tf.concat([corner - beside, box + beside], axis=0)
        # Side by side in the graph: a loop would cost a tenth more.
        frames = tf.stack(
            [
                tf.io.decode_and_crop_jpeg(frame, window, channels=3)
                for frame in tf.unstack(frames)
            ]
        )
        corner = beside

    def resize(frames, corner, box, mirrored, *colors):
        return resize_part(frames, corner, box, image_size, mirrored, colors)

    # All frames at once, and no Python a frame.
    video = tf.numpy_function(
        resize,
        [frames, corner, box, mirrored, *(colors or ())],
        tf.uint8,
        stateful=False,
    )
    return tf.ensure_shape(video, (count, *image_size, 3))
