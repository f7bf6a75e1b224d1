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
    return eval_views(frames, image_size)[0]


def eval_views(frames, image_size, min_resize=0, num_crops=1):
    """Returns the crops that a clip is tested on.

    One crop is the centre. Three lie along the longer side, at its start, middle
    and end, and at the start of the other.

    Args:
        frames: uint8 `(T, h, w, 3)`.
        image_size: pair of ints, height and width of the crops.
        min_resize: int. Short side of the frames before the crop; 0: the crop's.
        num_crops: int. 1 or 3.

    Returns:
        list of uint8 `(T, height, width, 3)`, one a crop.

    Source: design 3, "Views".
    """
    height, width = image_size
    scale = max(min_resize, min(image_size))
    shape = tf.shape(frames)
    new_height, new_width = covering_size(
        shape[1],
        shape[2],
        height * scale // min(image_size),
        width * scale // min(image_size),
    )
    frames = resize_frames(frames, new_height, new_width)
    room = tf.stack([new_height - height, new_width - width])
    if num_crops == 1:
        corners = [room // 2]
    else:
        along = tf.where(room[1] >= room[0], [0, 1], [1, 0])
        size = tf.cast(tf.stack([new_height, new_width]), tf.float32)
        half = tf.constant([height // 2, width // 2], tf.float32)
        middle = tf.cast(tf.round(size / 2.0 - half), tf.int32)
        # Rounding up may reach a pixel beyond a crop of odd size.
        middle = tf.minimum(middle, room)
        corners = [along * 0, along * middle, along * room]
    crops = [
        frames[:, top : top + height, left : left + width]
        for top, left in (tf.unstack(corner) for corner in corners)
    ]
    return [tf.ensure_shape(crop, (None, height, width, 3)) for crop in crops]
