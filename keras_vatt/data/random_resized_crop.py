"""A random part of a clip's frames: one draw a clip, all frames alike."""

import tensorflow as tf

from keras_vatt.data.cut_frames import cut_frames, frame_size

# Draws of a shape that fits; then the largest centre crop, as is customary.
_ATTEMPTS = 10


def random_resized_crop(
    frames,
    image_size,
    seed,
    area=(0.08, 1.0),
    aspect=(0.5, 2.0),
    flip=True,
    colors=None,
):
    """Cuts a part of random area, aspect and place, resizes and flips it.

    Args:
        frames: uint8 `(T, h, w, 3)`, or string `(T,)`, JPEG bytes.
        image_size: pair of ints, height and width of the result.
        seed: int32 `(2,)`. The same seed gives the same view.
        area: pair of floats. Share of the frame's area, drawn uniformly.
        aspect: pair of floats. Width by height in pixels, drawn log-uniformly.
        flip: bool. Whether half of the clips are mirrored.
        colors: sequence of `color_jitter.draw_colors`, or None to leave colours alone.

    Returns:
        uint8 `(T, height, width, 3)`.

    Example:
    ```python
    random_resized_crop(tf.zeros((4, 90, 120, 3), "uint8"), (64, 64), (1, 2)).shape
    ```

    Source: design 3, "Released recipes" (fine-tuning); Szegedy et al. 2015, as
    Inception's distorted boxes.
    """
    seeds = tf.random.split(seed, 4)

    def uniform(index, shape, low=0.0, high=1.0):
        return tf.random.stateless_uniform(shape, seeds[index], low, high)

    whole = frame_size(frames)
    size = tf.cast(whole, tf.float32)
    areas = uniform(0, (_ATTEMPTS,), *area) * tf.reduce_prod(size)
    shapes = tf.exp(
        uniform(1, (_ATTEMPTS,), *tf.unstack(tf.math.log(tf.stack(aspect))))
    )
    boxes = tf.round(tf.stack([tf.sqrt(areas / shapes), tf.sqrt(areas * shapes)], 1))
    boxes = tf.concat([boxes, [_centre_box(size, aspect)]], axis=0)  # always fits
    fits = tf.reduce_all((boxes <= size) & (boxes >= 1.0), axis=1)
    box = tf.gather(boxes, tf.argmax(tf.cast(fits, tf.int32)))
    corner = tf.cast(tf.floor(uniform(2, (2,)) * (size - box + 1.0)), tf.int32)
    box = tf.cast(box, tf.int32)
    # Rounding in float32 must not reach the bound itself.
    corner = tf.minimum(corner, whole - box)
    mirrored = flip and uniform(3, ()) < 0.5
    return cut_frames(frames, corner, box, image_size, mirrored, colors)


def _centre_box(size, aspect):
    """The largest box of an allowed aspect."""
    height, width = size[0], size[1]
    box = tf.stack(
        [tf.minimum(height, width / aspect[0]), tf.minimum(width, height * aspect[1])]
    )
    return tf.maximum(tf.floor(box), 1.0)
