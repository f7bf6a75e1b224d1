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

    All four are linear in the colours, so they are one matrix and one offset.
    Contrast is about each frame's mean colour (of every eighth row); saturation is the
    distance from luma, hue a turn about it.

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
    hue and saturation in HSV.
    """
    colors = draw_colors(seed, probability, brightness, contrast, saturation, hue)

    def change(frame):
        return change_colors(tf.cast(frame, tf.float32), colors)

    frames = tf.convert_to_tensor(frames)
    changed = tf.TensorSpec(frames.shape[1:], tf.uint8)
    return tf.map_fn(change, frames, fn_output_signature=changed)


def draw_colors(
    seed,
    probability=0.8,
    brightness=32 / 255,
    contrast=0.4,
    saturation=0.4,
    hue=0.2,
):
    """Draws the colours of a clip for `change_colors`, see `color_jitter`.

    Returns:
        A dict of "changed" bool, whether they change at all; "blocks" float32
        `(12, 12)`, the matrix of `color_map` for each of four pixels; and its "pull"
        and "shift".
    """
    seeds = tf.random.split(seed, 2)
    draws = tf.random.stateless_uniform((4,), seeds[1], -1.0, 1.0)
    matrix, pull, shift = color_map(
        255.0 * brightness * draws[0],
        1.0 + contrast * draws[1],
        1.0 + saturation * draws[2],
        2.0 * math.pi * hue * draws[3],
    )
    blocks = tf.einsum("ij,kl->ikjl", tf.eye(_BLOCK), matrix)
    blocks = tf.reshape(blocks, (3 * _BLOCK, 3 * _BLOCK))
    changed = tf.random.stateless_uniform((), seeds[0]) < probability
    return {"changed": changed, "blocks": blocks, "pull": pull, "shift": shift}


def change_colors(frame, colors):
    """Returns a frame in other colours, rounded and clipped.

    Args:
        frame: float32 `(h, w, 3)`, in [0, 255].
        colors: dict, see `draw_colors`. If they do not change, the frame is only
            truncated.

    Returns:
        uint8 `(h, w, 3)`.
    """
    height, width, _ = frame.shape
    # Of odd sizes, or none known, pixels are taken one by one.
    block = 1 if (height or 1) * (width or 1) % _BLOCK else _BLOCK

    def change():
        size = tf.shape(frame)
        # A row in eight, gathered: a slice with steps takes twenty times as long.
        rows = tf.gather(frame, tf.range(0, size[0], 8))
        # Summed in rows of many numbers, which is several times faster than in threes.
        mean = tf.reduce_mean(tf.reshape(rows, (-1, 3 * size[1])), axis=0)
        mean = tf.reduce_mean(tf.reshape(mean, (-1, 3)), axis=0)
        offset = tf.linalg.matvec(colors["pull"], mean) + colors["shift"] + 0.5
        matrix = colors["blocks"][: 3 * block, : 3 * block]
        # As a product and a bias, oneDNN would take it up, and three times as long.
        pixels = tf.einsum("nk,jk->nj", tf.reshape(frame, (-1, 3 * block)), matrix)
        pixels = tf.reshape(pixels, (-1, 3 * size[1])) + tf.tile(offset, size[1:2])
        # One pass over the pixels, where `tf.clip_by_value` takes two.
        pixels = tf.raw_ops.ClipByValue(
            t=pixels, clip_value_min=0.0, clip_value_max=255.0
        )
        return tf.reshape(tf.cast(pixels, tf.uint8), size)

    changed = tf.cond(colors["changed"], change, lambda: tf.cast(frame, tf.uint8))
    return tf.ensure_shape(changed, frame.shape)


def color_map(brightness, contrast, saturation, angle):
    """Returns what the four changes come to, in that order.

    Args:
        brightness: float. Added to every channel.
        contrast: float. Factor of the distance from the mean.
        saturation: float. Factor of the distance from luma.
        angle: float. Turn of the hue in radians.

    Returns:
        float32 `(3, 3)`, `(3, 3)` and `(3,)`: with the mean colour m, a colour x
        becomes matrix x + pull m + shift.
    """
    to_yiq = tf.constant(_TO_YIQ)
    cos, sin = saturation * tf.cos(angle), saturation * tf.sin(angle)
    zero, one = tf.zeros_like(cos), tf.ones_like(cos)
    turn = tf.reshape(
        tf.stack([one, zero, zero, zero, cos, -sin, zero, sin, cos]), (3, 3)
    )
    chroma = tf.linalg.inv(to_yiq) @ turn @ to_yiq
    shift = tf.linalg.matvec(chroma, tf.fill((3,), brightness))
    return contrast * chroma, (1.0 - contrast) * chroma, shift
