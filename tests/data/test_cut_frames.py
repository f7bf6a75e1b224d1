import numpy as np
import pytest
import tensorflow as tf

from keras_vatt.data.color_jitter import draw_colors
from keras_vatt.data.cut_frames import cut_frames
from keras_vatt.data.resize_part import resize_part

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


def test_as_tensorflow_resizes():
    part = FRAMES[:, 3:33, 5:24].astype("float32")
    expected = tf.cast(tf.image.resize(part, (17, 23)), tf.uint8)
    part = cut_frames(FRAMES, (3, 5), (30, 19), (17, 23))
    np.testing.assert_array_equal(part, expected)
    unchanged = draw_colors((1, 2), probability=0.0)
    part = cut_frames(FRAMES, (3, 5), (30, 19), (17, 23), colors=unchanged)
    np.testing.assert_array_equal(part, expected)


def test_colours_reach_the_pixels():
    args = (3, 5), (30, 19), (17, 23), True
    colors = draw_colors((1, 2), probability=1.0)
    changed = cut_frames(FRAMES, *args, colors=colors)
    expected = resize_part(FRAMES, *args, [x.numpy() for x in colors])
    np.testing.assert_array_equal(changed, expected)
    assert np.abs(changed - resize_part(FRAMES, *args).astype(int)).mean() > 2
