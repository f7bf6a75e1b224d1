import numpy as np
import pytest
import tensorflow as tf

from keras_vatt.data.sampling import (
    choose_captions,
    decode_frames,
    decode_sound,
    frame_positions,
    frame_window,
    sample_window,
)
from keras_vatt.preprocessing import (
    VATTAudioConverter,
    VATTPreprocessor,
    VATTVideoConverter,
)


@pytest.fixture
def preprocessor():
    return VATTPreprocessor(
        VATTVideoConverter((8, 8), num_frames=4, frame_rate=10.0, frame_stride=2),
        VATTAudioConverter(num_samples=100),
    )


@pytest.mark.parametrize(
    "rate, expected",
    [
        (25.0, list(range(10))),
        (24.95, list(range(10))),  # no resampling for rounding's sake
        (10.0, [0, 2, 5, 7]),  # on show at 0, 0.1, 0.2, 0.3
        (50.0, [k // 2 for k in range(20)]),
    ],
)
def test_frames_follow_the_models_rate(rate, expected):
    times = np.arange(10, dtype="float32") / 25
    np.testing.assert_array_equal(frame_positions(times, 25.0, rate), expected)


def test_uneven_frames():
    times = np.array([0.0, 0.05, 0.3, 0.35], "float32")  # a gap after the second
    rate = 3 / 0.35
    np.testing.assert_array_equal(frame_positions(times, rate, 10.0), [0, 1, 1, 2, 3])


def test_the_window_in_the_middle(preprocessor):
    kept, offset = frame_window(20, preprocessor)
    np.testing.assert_array_equal(kept, [6, 8, 10, 12])  # (20 - 4 * 2) // 2
    assert offset == 6
    np.testing.assert_array_equal(sample_window(300, preprocessor), range(100, 200))


def test_short_clips_loop(preprocessor):
    kept, _ = frame_window(3, preprocessor)
    np.testing.assert_array_equal(kept, [0, 2, 1, 0])
    kept, _ = frame_window(1, preprocessor, seed=(0, 1))
    np.testing.assert_array_equal(kept, [0, 0, 0, 0])
    kept = sample_window(40, preprocessor).numpy()
    np.testing.assert_array_equal(kept, np.arange(100) % 40)


def test_random_windows_share_their_place(preprocessor):
    seen = set()
    for seed in range(60):
        kept, offset = frame_window(10, preprocessor, seed=(0, seed))
        share = tf.cast(offset, tf.float64) / 10
        samples = sample_window(1000, preprocessor, (0, seed), share).numpy()
        assert samples[0] == 100 * int(offset)
        np.testing.assert_array_equal(kept, int(offset) + np.arange(4) * 2)
        seen.add(int(offset))
    assert seen == {0, 1, 2, 3}  # [0, 10 - 3 * 2): the last step stays inside


CAPTIONS = {
    "text": np.array(["own", "before", "after", "far", "long"]),
    "start": np.array([0.0, -2.0, 3.0, 20.0, 1.0], "float32"),
    "end": np.array([3.0, 0.0, 5.0, 30.0, 9.0], "float32"),
}


@pytest.mark.parametrize(
    "window, count, expected",
    [
        ((0.0, 2.0), 1, ["own"]),
        ((3.0, 6.0), 1, ["long"]),  # 3 s of it, 2 s of "after"
        ((0.0, 2.0), 3, ["own", "before", "after"]),
        ((15.0, 16.0), 2, ["far", "long"]),  # none overlaps: the nearest
        ((0.0, 2.0), 7, ["own", "before", "after", "long", "far", "", ""]),
    ],
)
def test_candidates(window, count, expected):
    chosen = choose_captions(CAPTIONS, *window, count)
    assert [text.decode() for text in chosen.numpy()] == expected


def test_no_captions():
    none = {name: value[:0] for name, value in CAPTIONS.items()}
    assert choose_captions(none, 0.0, 2.0, 2).numpy().tolist() == [b"", b""]


def test_ties_are_broken_by_the_seed():
    captions = {
        "text": np.array(["a", "b", "c"]),
        "start": np.zeros(3, "float32"),
        "end": np.ones(3, "float32"),
    }
    first = {
        choose_captions(captions, 0.0, 1.0, 1, (0, s)).numpy()[0] for s in range(30)
    }
    assert first == {b"a", b"b", b"c"}
    assert choose_captions(captions, 0.0, 1.0, 1).numpy()[0] == b"a"


def test_only_kept_frames_are_decoded():
    images = [np.full((8, 8, 3), 40 * k, "uint8") for k in range(4)]
    jpegs = [tf.io.encode_jpeg(image).numpy() for image in images]
    jpegs[1] = b"decoding this would fail"
    out = decode_frames(tf.constant(jpegs), tf.constant([3, 0, 2, 3, 0]))
    assert out.dtype == tf.uint8
    np.testing.assert_allclose(out[:, 4, 4, 0], [120, 0, 80, 120, 0], atol=2)


def test_sound_and_its_mask():
    pcm = np.array([0, 16384, -32768], "<i2").tobytes()
    wave, mask = decode_sound(pcm, [2, 1, 0, 2])
    np.testing.assert_array_equal(wave, [[-1.0], [0.5], [0.0], [-1.0]])
    assert mask == 1.0
    wave, mask = decode_sound(b"", [0, 0])
    np.testing.assert_array_equal(wave, np.zeros((2, 1)))
    assert mask == 0.0
