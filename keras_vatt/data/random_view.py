"""Random views of a clip's frames: one draw a clip, all frames alike."""

import tensorflow as tf

from keras_vatt.data.cut_frames import cut_frames, frame_size
from keras_vatt.preprocessing.frames import covering_size


def random_view(frames, image_size, seed, jitter=0.2, flip=True, colors=None):
    """Stretches, resizes, crops and flips frames at random.

    With probability 0.8 each axis is stretched by a factor of its own; then the
    short side is brought to the crop's, and a random crop is taken. What lies outside
    the crop is not resized: its corners are put on whole pixels of the frames.

    Args:
        frames: uint8 `(T, h, w, 3)`, or string `(T,)`, JPEG bytes.
        image_size: pair of ints, height and width of the crop.
        seed: int32 `(2,)`. The same seed gives the same view.
        jitter: float. Factors are uniform in [1 - jitter, 1 + jitter].
        flip: bool. Whether half of the clips are mirrored.
        colors: sequence of `color_jitter.draw_colors`, or None to leave colours alone.

    Returns:
        uint8 `(T, height, width, 3)`.

    Source: design 3, "Released recipes" (pretraining).
    """
    height, width = image_size
    seeds = tf.random.split(seed, 5)

    def uniform(index, shape=(), low=0.0, high=1.0):
        return tf.random.stateless_uniform(shape, seeds[index], low, high)

    size = frame_size(frames)
    old = tf.cast(size, tf.float32)
    factors = uniform(0, (2,), 1.0 - jitter, 1.0 + jitter)
    stretched = tf.where(uniform(1) < 0.8, old * factors, old)
    stretched = tf.maximum(tf.cast(stretched, tf.int32), 1)
    new = tf.stack(covering_size(stretched[0], stretched[1], height, width))
    # The crop in pixels of the frames as they are.
    box = old * tf.constant(image_size, tf.float32) / tf.cast(new, tf.float32)
    box = tf.clip_by_value(tf.cast(tf.round(box), tf.int32), 1, size)
    room = tf.cast(size - box + 1, tf.float32)
    corner = tf.cast(tf.floor(uniform(2, (2,)) * room), tf.int32)
    # Rounding in float32 must not reach the bound itself.
    corner = tf.minimum(corner, size - box)
    mirrored = flip and uniform(3) < 0.5
    return cut_frames(frames, corner, box, image_size, mirrored, colors)
