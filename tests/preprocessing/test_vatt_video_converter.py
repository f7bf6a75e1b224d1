import numpy as np
import pytest
import tensorflow as tf

from keras_vatt.preprocessing import VATTVideoConverter


def bilinear(image, height, width):
    """Half-pixel bilinear sampling without antialias, truncated, by hand."""
    rows = (np.arange(height) + 0.5) * image.shape[0] / height - 0.5
    columns = (np.arange(width) + 0.5) * image.shape[1] / width - 0.5

    def ends(at, size):
        low = np.floor(at).astype(int)
        return np.clip(low, 0, size - 1), np.clip(low + 1, 0, size - 1), at - low

    top, bottom, down = ends(rows, image.shape[0])
    left, right, across = ends(columns, image.shape[1])
    down, across = down[:, None, None], across[None, :, None]
    image = image.astype("float64")
    upper = image[top][:, left] * (1 - across) + image[top][:, right] * across
    lower = image[bottom][:, left] * (1 - across) + image[bottom][:, right] * across
    return upper * (1 - down) + lower * down


def clip(num_frames, height, width):
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (num_frames, height, width, 3), "uint8")


def test_window_resize_and_crop():
    frames = clip(10, 30, 53)
    out = VATTVideoConverter((16, 16), num_frames=4, frame_stride=2)(frames)
    # Short side 16, long side floor(53 * 16 / 30) = 28, crop from (28 - 16) // 2;
    # frames from (10 - 4 * 2) // 2 = 1, every second.
    assert out.shape == (4, 16, 16, 3) and out.dtype == "uint8"
    for kept, index in zip(out, [1, 3, 5, 7], strict=True):
        expected = bilinear(frames[index], 16, 28)[:, 6:22]
        difference = np.floor(expected + 1e-3) - kept
        # Float32 can fall on the other side of a whole number, never further.
        assert np.abs(difference).max() <= 1
        assert np.mean(difference != 0) < 0.01
        assert not np.array_equal(np.round(expected), kept)


def test_short_clips_loop():
    frames = clip(3, 8, 8)
    out = VATTVideoConverter((8, 8), num_frames=8)(frames)
    np.testing.assert_array_equal(out, frames[[0, 1, 2, 0, 1, 2, 0, 1]])


def test_batches_lists_and_graphs_agree():
    converter = VATTVideoConverter((16, 24), num_frames=4, frame_stride=2)
    videos = np.stack([clip(9, 40, 30), clip(9, 40, 30)[::-1]])
    expected = np.stack([converter(video) for video in videos])
    assert expected.shape == (2, 4, 16, 24, 3)
    np.testing.assert_array_equal(converter(videos), expected)
    np.testing.assert_array_equal(converter(list(videos)), expected)
    spec = tf.TensorSpec((None, None, None, None, 3), tf.uint8)
    batches = tf.data.Dataset.from_generator(
        lambda: iter([videos, expected]), output_signature=spec
    ).map(converter)
    assert batches.element_spec.shape == (None, 4, 16, 24, 3)
    for batch in batches:  # the second is in its final form already
        np.testing.assert_array_equal(batch.numpy(), expected)


def test_final_form_passes():
    converter = VATTVideoConverter((8, 8), num_frames=4, frame_stride=2)
    frames = clip(4, 8, 8)
    np.testing.assert_array_equal(converter(frames), frames)
    scaled = frames.astype("float32") / 127.5 - 1
    np.testing.assert_array_equal(converter(scaled[None])[0], scaled)


@pytest.mark.parametrize(
    "frames, message",
    [
        (np.zeros((5, 9, 9, 3), "float32"), "must be uint8.*float32"),
        (np.zeros((5, 9, 9), "uint8"), r"RGB frames.*\(5, 9, 9\)"),
        (np.zeros((0, 9, 9, 3), "uint8"), r"at least one frame.*\(0, 9, 9, 3\)"),
    ],
)
def test_bad_frames_are_refused(frames, message):
    with pytest.raises(ValueError, match=message):
        VATTVideoConverter((8, 8), num_frames=4)(frames)


def test_config_round_trip():
    converter = VATTVideoConverter((8, 12), 4, frame_rate=25.0, frame_stride=2)
    config = converter.get_config()
    again = VATTVideoConverter.from_config(config)
    assert again.get_config() == config
    assert (again.image_size, again.frame_rate) == ((8, 12), 25.0)
    with pytest.raises(ValueError, match="num_frames=0"):
        VATTVideoConverter(num_frames=0)
