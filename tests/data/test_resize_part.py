import numpy as np
import pytest
import tensorflow as tf

from keras_vatt.data.resize_part import recolor, resize_part

FRAMES = np.random.default_rng(0).integers(0, 256, (3, 40, 56, 3), "uint8")


def test_between_pixels_by_hand():
    row = np.array([[[[0, 0, 0], [100, 40, 8]]]], "uint8")
    # Pixels at 1/8, 3/8, ... of two whose middles lie at 1/4 and 3/4.
    expected = [[0, 0, 0], [25, 10, 2], [75, 30, 6], [100, 40, 8]]
    part = resize_part(row, (0, 0), (1, 2), (1, 4))
    np.testing.assert_array_equal(part[0, 0], expected)
    part = resize_part(row, (0, 0), (1, 2), (1, 4), mirrored=True)
    np.testing.assert_array_equal(part[0, 0], expected[::-1])
    part = resize_part(np.swapaxes(row, 1, 2).copy(), (0, 0), (2, 1), (4, 1))
    np.testing.assert_array_equal(part[0, :, 0], expected)


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize(
    "corner, box, image_size",
    [
        ((0, 0), (40, 56), (40, 56)),  # as it is
        ((0, 0), (40, 56), (32, 32)),
        ((7, 11), (20, 13), (33, 64)),  # larger
        ((39, 55), (1, 1), (4, 4)),  # the last pixel
        ((3, 0), (37, 50), (7, 5)),  # much smaller
    ],
)
def test_to_the_bit_as_tensorflow(corner, box, image_size, mirrored):
    top, left = corner
    part = FRAMES[:, top : top + box[0], left : left + box[1]].astype("float32")
    expected = tf.cast(tf.image.resize(part, image_size), tf.uint8).numpy()
    expected = expected[:, :, ::-1] if mirrored else expected
    found = resize_part(FRAMES, corner, box, image_size, mirrored)
    np.testing.assert_array_equal(found, expected)


def test_colours_change_as_told():
    matrix = np.array([[0.5, 0.25, 0], [0, 1, 0], [0, 0, 2]], "float32")
    pull = np.diag([1.0, 0.0, 0.0]).astype("float32")
    shift = np.array([0.0, 10.0, -20.0], "float32")
    colors = True, matrix, pull, shift
    x = FRAMES.astype("float64")
    mean = x[:, ::8, :, 0].mean(axis=(1, 2))[:, None, None]
    red = 0.5 * x[..., 0] + 0.25 * x[..., 1] + mean
    expected = np.stack([red, x[..., 1] + 10, 2 * x[..., 2] - 20], axis=-1)
    expected = np.clip(np.floor(expected + 0.5), 0, 255)
    changed = recolor(FRAMES, colors).astype(float)
    # Halves fall either way by the last bits of a mean.
    assert np.abs(changed - expected).max() <= 1
    assert (changed == expected).mean() > 0.99
    np.testing.assert_array_equal(recolor(FRAMES, (False, *colors[1:])), FRAMES)


def test_colours_change_before_they_are_whole_numbers():
    row = np.array([[[[0, 0, 0], [1, 1, 1]]]], "uint8")
    nothing = np.zeros((3, 3), "float32")
    colors = True, 200 * np.eye(3, dtype="float32"), nothing, nothing[0]
    part = resize_part(row, (0, 0), (1, 2), (1, 4), colors=colors)
    np.testing.assert_array_equal(part[0, 0, :, 0], [0, 50, 150, 200])


@pytest.mark.parametrize(
    "corner, box", [((-1, 0), (2, 2)), ((0, 0), (0, 2)), ((10, 50), (31, 3))]
)
def test_a_part_beyond_the_frames(corner, box):
    with pytest.raises(ValueError, match="is not within frames of .40, 56."):
        resize_part(FRAMES, corner, box, (4, 4))


def test_frames_of_one_channel():
    with pytest.raises(ValueError, match="shape .3, 40, 56, 1.*Expected .T, height"):
        recolor(FRAMES[..., :1], ())
