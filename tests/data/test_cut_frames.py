import numpy as np
import pytest
import tensorflow as tf

from keras_vatt.data.color_jitter import draw_colors
from keras_vatt.data.cut_frames import cut_frames

FRAMES = np.random.default_rng(0).integers(0, 256, (3, 40, 56, 3), "uint8")


@pytest.mark.parametrize("left", [0, 5, 16, 37])
def test_jpeg_is_cut_where_decoded_frames_are(left):
    jpegs = [
        tf.io.encode_jpeg(frame, quality=90, chroma_downsampling=False)
        for frame in FRAMES
    ]
    whole = np.stack([tf.io.decode_jpeg(jpeg) for jpeg in jpegs])
    # Of its own size a part is not resampled.
    expected = whole[:, 3:33, left : left + 19]
    part = cut_frames(tf.stack(jpegs), (3, left), (30, 19), (30, 19))
    np.testing.assert_array_equal(part, expected)
    part = cut_frames(tf.stack(jpegs), (3, left), (30, 19), (30, 19), mirrored=True)
    np.testing.assert_array_equal(part, expected[:, :, ::-1])


@pytest.mark.parametrize("width", [18, 19])  # an even number of pixels, and an odd one
def test_colours_change_as_told(width):
    matrix = np.array([[0.5, 0.25, 0], [0, 1, 0], [0, 0, 2]], "float32")
    colors = {
        "pixels": np.kron(np.eye(4), matrix.T).astype("float32"),
        "mean": np.diag([1.0, 0.0, 0.0]).astype("float32"),
        "offset": np.array([0.0, 10.0, -20.0], "float32"),
    }
    part = FRAMES[:, :30, :width].astype("float64")
    mean = part[:, ::8, :, 0].mean(axis=(1, 2))[:, None, None]
    expected = np.stack(
        [
            0.5 * part[..., 0] + 0.25 * part[..., 1] + mean,
            part[..., 1] + 10,
            2 * part[..., 2] - 20,
        ],
        axis=-1,
    )
    expected = np.clip(np.floor(expected + 0.5), 0, 255)
    args = FRAMES, (0, 0), (30, width), (30, width)
    changed = cut_frames(*args, colors=colors).numpy().astype(float)
    # Halves fall either way by the last bits of a mean.
    assert np.abs(changed - expected).max() <= 1
    assert (changed == expected).mean() > 0.99
    colors = draw_colors((1, 2), probability=0.0)
    np.testing.assert_array_equal(
        cut_frames(*args, colors=colors), FRAMES[:, :30, :width]
    )
