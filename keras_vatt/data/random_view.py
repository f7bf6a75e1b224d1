"""Random views of a clip's frames: one draw a clip, all frames alike."""

import tensorflow as tf

from keras_vatt.preprocessing.frames import covering_size, resize_frames


def random_view(frames, image_size, seed, jitter=0.2, flip=True):
    """Stretches, resizes, crops and flips frames at random.

    With probability 0.8 each axis is stretched by a factor of its own; then the
    short side is brought to the crop's, and a random crop is taken.

    Args:
        frames: uint8 `(T, h, w, 3)`.
        image_size: pair of ints, height and width of the crop.
        seed: int32 `(2,)`. The same seed gives the same view.
        jitter: float. Factors are uniform in [1 - jitter, 1 + jitter].
        flip: bool. Whether half of the clips are mirrored.

    Returns:
        uint8 `(T, height, width, 3)`.

    Source: design 3, "Released recipes" (pretraining).
    """
    height, width = image_size
    seeds = tf.random.split(seed, 5)

    def uniform(index, shape=(), low=0.0, high=1.0):
        return tf.random.stateless_uniform(shape, seeds[index], low, high)

    size = tf.cast(tf.shape(frames)[1:3], tf.float32)
    factors = uniform(0, (2,), 1.0 - jitter, 1.0 + jitter)
    size = tf.where(uniform(1) < 0.8, size * factors, size)
    size = tf.maximum(tf.cast(size, tf.int32), 1)
    new_height, new_width = covering_size(size[0], size[1], height, width)
    frames = resize_frames(frames, new_height, new_width)
    room = tf.cast(tf.stack([new_height - height, new_width - width]) + 1, tf.float32)
    corner = tf.cast(tf.floor(uniform(2, (2,)) * room), tf.int32)
    # Rounding in float32 must not reach the bound itself.
    corner = tf.minimum(corner, tf.cast(room, tf.int32) - 1)
    frames = frames[:, corner[0] : corner[0] + height, corner[1] : corner[1] + width]
    if flip:
        mirrored = uniform(3) < 0.5
        frames = tf.cond(mirrored, lambda: tf.reverse(frames, [2]), lambda: frames)
    return tf.ensure_shape(frames, (None, height, width, 3))
