"""Other colours for a clip: one draw a clip, all frames alike."""

import math

import numpy as np
import tensorflow as tf

from keras_vatt.data.resize_part import recolor

# Luma and two chroma axes: a turn of the chroma plane is a change of hue.
_TO_YIQ = np.array(
    [[0.299, 0.587, 0.114], [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]]
)
# What keeps luma, what scales chroma and what turns it, of colours.
_LUMA, _CHROMA, _QUARTER_TURN = (
    (np.linalg.inv(_TO_YIQ) @ change @ _TO_YIQ).astype("float32")
    for change in (
        np.diag([1, 0, 0]),
        np.diag([0, 1, 1]),
        np.array([[0, 0, 0], [0, 0, -1], [0, 1, 0]]),
    )
)


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
    frames = tf.convert_to_tensor(frames)
    colors = draw_colors(seed, probability, brightness, contrast, saturation, hue)
    changed = tf.numpy_function(
        lambda frames, *colors: recolor(frames, colors),
        [frames, *colors],
        tf.uint8,
        stateful=False,
    )
    return tf.ensure_shape(changed, frames.shape)


def draw_colors(
    seed,
    probability=0.8,
    brightness=32 / 255,
    contrast=0.4,
    saturation=0.4,
    hue=0.2,
):
    """Draws the colours of a clip for `resize_part`, see `color_jitter`.

    Returns:
        `changed` bool, whether the clip changes at all, and three float32 arrays:
        matrix `(3, 3)`, pull `(3, 3)` and shift `(3,)`, see `color_map`.
    """
    seeds = tf.random.split(seed, 2)
    draws = tf.random.stateless_uniform((4,), seeds[1], -1.0, 1.0)
    changed = tf.random.stateless_uniform((), seeds[0]) < probability
    return changed, *color_map(
        255.0 * brightness * draws[0],
        1.0 + contrast * draws[1],
        1.0 + saturation * draws[2],
        2.0 * math.pi * hue * draws[3],
    )


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
    cos, sin = saturation * tf.cos(angle), saturation * tf.sin(angle)
    chroma = _LUMA + cos * _CHROMA + sin * _QUARTER_TURN
    shift = brightness * tf.reduce_sum(chroma, axis=1)
    return contrast * chroma, (1.0 - contrast) * chroma, shift
