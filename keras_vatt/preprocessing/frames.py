"""Resizing and cropping of frames as plain TensorFlow (design 3, "Views")."""

import tensorflow as tf


def covering_size(height, width, target_height, target_width):
    """Returns the size that just covers the target, the shape kept.

    The side that decides equals the target exactly; the other is floored.
    """
    tall = height * target_width  # wider targets need the width to decide
    wide = width * target_height
    new_height = tf.where(tall >= wide, tall // width, target_height)
    new_width = tf.where(tall >= wide, target_width, wide // height)
    return new_height, new_width


def resize_frames(frames, height, width):
    """Resizes uint8 frames: bilinear without antialias, truncated to uint8.

    Args:
        frames: uint8 `(T, h, w, 3)`.
        height: int. New height in pixels.
        width: int. New width in pixels.

    Returns:
        uint8 `(T, height, width, 3)`.
    """
    resized = tf.image.resize(frames, (height, width), "bilinear", antialias=False)
    return tf.cast(tf.clip_by_value(resized, 0.0, 255.0), tf.uint8)


def centre_view(frames, image_size):
    """Resizes the short side to cover `image_size` and crops the centre.

    Args:
        frames: uint8 `(T, h, w, 3)`.
        image_size: pair of ints, height and width.

    Returns:
        uint8 `(T, height, width, 3)`.
    """
    height, width = image_size
    shape = tf.shape(frames)
    new_height, new_width = covering_size(shape[1], shape[2], height, width)
    frames = resize_frames(frames, new_height, new_width)
    top = (new_height - height) // 2
    left = (new_width - width) // 2
    frames = frames[:, top : top + height, left : left + width]
    return tf.ensure_shape(frames, (None, height, width, 3))
