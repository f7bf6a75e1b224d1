"""Into TensorFlow and out again, whatever the backend is.

Preprocessing is TensorFlow on every backend, because `tf.data` feeds all of
them: one implementation serves the pipeline's graph and eager calls.
"""

import keras
import numpy as np
import tensorflow as tf


def to_tensorflow(x):
    """Returns `x` as a TensorFlow tensor on the CPU.

    Args:
        x: TensorFlow or backend tensor, numpy array, string, or nested list of
            numbers or strings of one shape.
    """
    if tf.is_tensor(x):
        return x
    if keras.ops.is_tensor(x):
        x = keras.ops.convert_to_numpy(x)
    with tf.device("cpu"):
        return tf.convert_to_tensor(x)


def from_tensorflow(x):
    """Returns the tensor inside a graph, its numpy array outside."""
    if isinstance(x, tf.Tensor) and tf.executing_eagerly():
        return x.numpy()
    return x


def static_length(x, axis):
    """Returns the size of an axis as an int if known, as a tensor if not."""
    known = x.shape[axis]
    return tf.shape(x)[axis] if known is None else known


def first_non_finite(x):
    """Returns the index of the first NaN or infinity of an array, or None."""
    bad = np.argwhere(~np.isfinite(x))
    return tuple(int(i) for i in bad[0]) if len(bad) else None
