"""Which frames or samples a view of a clip keeps (design 3, "Views")."""

import tensorflow as tf


def window_indices(length, offset, num_steps, stride):
    """Returns the indices of one window, taken modulo the clip's length.

    A clip shorter than the window loops.

    Args:
        length: int. Number of frames or samples of the clip, at least 1.
        offset: int. First index of the window.
        num_steps: int. Frames or samples to keep.
        stride: int. Step between them.

    Returns:
        int32 tensor `(num_steps,)`, each in `[0, length)`.
    """
    steps = tf.cast(offset, tf.int32) + tf.range(num_steps, dtype=tf.int32) * stride
    length = tf.maximum(tf.cast(length, tf.int32), 1)
    # Most windows need no division, which is slow for sound's many samples.
    is_inside = (tf.reduce_max(steps) < length) & (tf.reduce_min(steps) >= 0)
    return tf.cond(is_inside, lambda: steps, lambda: steps % length)


def centre_offset(length, num_steps, stride):
    """Returns the offset of the window in the middle of the clip."""
    return tf.maximum(tf.cast(length, tf.int32) - num_steps * stride, 0) // 2
