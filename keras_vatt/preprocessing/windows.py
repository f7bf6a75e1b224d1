"""Which frames or samples a view of a clip keeps (design 3, "Views")."""

from typing import NamedTuple

import tensorflow as tf


class Windows(NamedTuple):
    """Windows of a clip, as numbers; `indices` writes them out.

    Args:
        length: int32. Frames or samples of the clip.
        offsets: int32 `(w,)`. The first index of each window, not negative.
        num_steps: int. Frames or samples that each keeps.
        stride: int. Step between them.
    """

    length: tf.Tensor
    offsets: tf.Tensor
    num_steps: int
    stride: int

    def indices(self):
        """Returns int32 `(w, num_steps)`, see `window_indices`."""
        offsets = tf.convert_to_tensor(self.offsets)[:, None]
        return window_indices(self.length, offsets, self.num_steps, self.stride)

    def reach(self):
        """Returns the first and the last index that is kept, and whether none loops.

        Where a window loops they are the clip's own.
        """
        length = tf.maximum(tf.cast(self.length, tf.int32), 1)
        first = tf.reduce_min(self.offsets)
        last = tf.reduce_max(self.offsets) + (self.num_steps - 1) * self.stride
        is_inside = last < length
        return (
            tf.where(is_inside, first, 0),
            tf.where(is_inside, last, length - 1),
            is_inside,
        )

    def since(self, first):
        """Returns the same windows of what is left of the clip from `first` on."""
        return self._replace(length=self.length - first, offsets=self.offsets - first)


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
