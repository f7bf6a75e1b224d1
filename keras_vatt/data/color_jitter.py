"""Other colours for a clip: one draw a clip, all frames alike."""

import math

import numpy as np
import tensorflow as tf

# Pixels that are multiplied at once: a product of 3x3 alone keeps no core busy.
_BLOCK = 4
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
        A dict of float32 arrays: "pixels" `(12, 12)`, the matrix of `color_map` four
        times on the diagonal, transposed; "mean" `(3, 3)`, its pull, transposed; and
        "offset" `(3,)`. A clip that does not change has those of no change: a condition
        in the graph costs more than the product.
    """
    seeds = tf.random.split(seed, 2)
    draws = tf.random.stateless_uniform((4,), seeds[1], -1.0, 1.0)
    matrix, pull, shift = color_map(
        255.0 * brightness * draws[0],
        1.0 + contrast * draws[1],
        1.0 + saturation * draws[2],
        2.0 * math.pi * hue * draws[3],
    )
    changed = tf.random.stateless_uniform((), seeds[0]) < probability
    matrix = tf.where(changed, matrix, tf.eye(3))
    pixels = tf.einsum("ij,lk->ikjl", tf.eye(_BLOCK), matrix)
    return {
        "pixels": tf.reshape(pixels, (3 * _BLOCK, 3 * _BLOCK)),
        "mean": tf.where(changed, tf.transpose(pull), tf.zeros((3, 3))),
        # Rounded half a level lower, what does not change is truncated.
        "offset": tf.where(changed, shift, -0.5),
    }


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
    size = tf.shape(frame)
    rows = tf.reshape(frame, (size[0], -1))
    # A row in eight, gathered: a slice with steps takes twenty times as long.
    some = tf.gather(rows, tf.range(0, size[0], 8))
    # A product with equal weights: `tf.reduce_mean` takes several times as long.
    mean = tf.reshape(_mean_row(tf.reshape(_mean_row(some), (-1, 3))), (3, 1))
    offset = tf.reduce_sum(mean * colors["mean"], axis=0) + colors["offset"]
    pixels = tf.reshape(frame, (-1, 3 * block))
    # As a product and a bias, oneDNN would take it up, and three times as long.
    pixels = pixels @ colors["pixels"][: 3 * block, : 3 * block]
    pixels = tf.reshape(pixels, tf.shape(rows)) + tf.tile(offset, size[1:2])
    # Clips, rounds and casts in one pass over the pixels.
    levels = tf.raw_ops.QuantizeV2(
        input=pixels, min_range=0.0, max_range=255.0, T=tf.quint8, mode="MIN_COMBINED"
    ).output
    return tf.ensure_shape(tf.reshape(tf.bitcast(levels, tf.uint8), size), frame.shape)


def _mean_row(x):
    """`(n, m)` to `(1, m)`."""
    count = tf.shape(x)[0]
    return tf.fill((1, count), 1.0 / tf.cast(count, tf.float32)) @ x


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
