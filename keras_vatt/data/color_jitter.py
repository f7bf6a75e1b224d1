"""Other colours for a clip: one draw a clip, all frames alike."""

import math

import tensorflow as tf

# Pixels that are multiplied at once: a product of 3x3 alone keeps no core busy.
_BLOCK = 4
# Luma and two chroma axes: a turn of the chroma plane is a change of hue.
_TO_YIQ = ((0.299, 0.587, 0.114), (0.596, -0.274, -0.322), (0.211, -0.523, 0.312))


def color_jitter(
    frames,
    seed,
    probability=0.8,
    brightness=32 / 255,
    contrast=0.4,
    saturation=0.4,
    hue=0.2,
):
    """Changes brightness, contrast, saturation and hue at random.

    All four are linear in the colours, so they are one matrix and one offset: the
    frames are passed over once, whatever their number. Contrast is about the clip's
    mean colour (of every fourth frame); saturation is the distance from luma, hue a
    turn about it.

    Args:
        frames: uint8 `(T, h, w, 3)`.
        seed: int32 `(2,)`. The same seed gives the same colours.
        probability: float. Share of the clips that are changed at all.
        brightness: float. Added: uniform in +- this share of the range.
        contrast: float. Factor: uniform in 1 +- this.
        saturation: float. Factor: uniform in 1 +- this.
        hue: float. Turn: uniform in +- this share of a full turn.

    Returns:
        uint8 `(T, h, w, 3)`.

    Example:
    ```python
    color_jitter(tf.zeros((4, 8, 8, 3), "uint8"), (1, 2))
    ```

    Source: design 3, "Released recipes" (fine-tuning, p 0.8). The ranges are those
    of `color_default_augm` in google-deepmind/dmvr, dmvr/processors.py, which turns
    hue and saturation in HSV and takes contrast about each frame's own mean.
    """
    seeds = tf.random.split(seed, 2)
    changed = tf.random.stateless_uniform((), seeds[0]) < probability
    draws = tf.random.stateless_uniform((4,), seeds[1], -1.0, 1.0)

    def change():
        matrix, offset = color_map(
            _mean_color(frames),
            255.0 * brightness * draws[0],
            1.0 + contrast * draws[1],
            1.0 + saturation * draws[2],
            2.0 * math.pi * hue * draws[3],
        )
        return apply_color_map(frames, matrix, offset)

    return tf.ensure_shape(tf.cond(changed, change, lambda: frames), frames.shape)


def apply_color_map(frames, matrix, offset):
    """Returns frames whose colours x became matrix x + offset, rounded and clipped.

    Args:
        frames: uint8 `(T, h, w, 3)`.
        matrix: float32 `(3, 3)`.
        offset: float32 `(3,)`.
    """
    _, height, width, _ = frames.shape
    # Of odd sizes, or none known, pixels are taken one by one.
    block = 1 if (height or 1) * (width or 1) % _BLOCK else _BLOCK
    matrices = tf.einsum("ij,kl->ikjl", tf.eye(block), matrix)
    matrices = tf.reshape(matrices, (3 * block, 3 * block))
    pixels = tf.cast(tf.reshape(frames, (-1, 3 * block)), tf.float32)
    pixels = tf.matmul(pixels, matrices, transpose_b=True)
    pixels = tf.nn.bias_add(pixels, tf.tile(offset, [block]))
    # Rounds, clips and casts in one go.
    pixels = tf.raw_ops.QuantizeV2(
        input=pixels, min_range=0.0, max_range=255.0, T=tf.quint8, mode="MIN_FIRST"
    ).output
    return tf.reshape(tf.bitcast(pixels, tf.uint8), tf.shape(frames))


def _mean_color(frames):
    """Mean over a clip `(3,)`, of every fourth frame."""
    few = tf.gather(frames, tf.range(0, tf.shape(frames)[0], 4))
    rows = tf.reshape(few, (-1, 3 * tf.shape(frames)[2]))
    # Summed in rows of many numbers, which is several times faster than in threes.
    rows = tf.reduce_mean(tf.cast(rows, tf.float32), axis=0)
    return tf.reduce_mean(tf.reshape(rows, (-1, 3)), axis=0)


def color_map(mean, brightness, contrast, saturation, angle):
    """Returns the matrix and the offset of the four changes, in that order.

    Args:
        mean: float32 `(3,)`. The clip's mean colour.
        brightness: float. Added to every channel.
        contrast: float. Factor of the distance from the mean.
        saturation: float. Factor of the distance from luma.
        angle: float. Turn of the hue in radians.

    Returns:
        float32 `(3, 3)` and `(3,)`: a colour x becomes matrix x + offset.
    """
    to_yiq = tf.constant(_TO_YIQ)
    cos, sin = saturation * tf.cos(angle), saturation * tf.sin(angle)
    zero, one = tf.zeros_like(cos), tf.ones_like(cos)
    turn = tf.reshape(
        tf.stack([one, zero, zero, zero, cos, -sin, zero, sin, cos]), (3, 3)
    )
    chroma = tf.linalg.inv(to_yiq) @ turn @ to_yiq
    offset = tf.linalg.matvec(chroma, (1.0 - contrast) * mean + brightness)
    return contrast * chroma, offset
