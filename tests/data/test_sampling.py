import fractions

import numpy as np
import pytest
import tensorflow as tf

from keras_vatt.data.sampling import (
    choose_captions,
    decode_frames,
    decode_sound,
    frame_positions,
    kept_frames,
    random_offset,
    window_offsets,
)
from keras_vatt.preprocessing.windows import Windows, window_indices


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


def test_frames_of_unknown_rate_are_ticks():
    assert frame_positions(np.zeros(5, "float32"), 0.0, 10.0).numpy().tolist() == [
        *range(5)
    ]


def test_uneven_frames():
    times = np.array([0.0, 0.05, 0.3, 0.35], "float32")  # a gap after the second
    rate = 3 / 0.35
    np.testing.assert_array_equal(frame_positions(times, rate, 10.0), [0, 1, 1, 2, 3])


def test_the_window_in_the_middle():
    assert window_offsets(20, 4, 2, 1).numpy().tolist() == [6]  # (20 - 4 * 2) // 2
    assert window_offsets(3, 4, 2, 1).numpy().tolist() == [0]


@pytest.mark.parametrize("length", [5, 8, 9, 30, 52, 124800])
@pytest.mark.parametrize("windows", [2, 3, 4, 7, 10])
def test_several_windows_are_spread_evenly(length, windows):
    # int(linspace(...)) of whole numbers, without what floats lose.
    exact = [
        fractions.Fraction(max(0, length - 8) * k, windows - 1) for k in range(windows)
    ]
    found = window_offsets(length, 4, 2, windows).numpy()
    assert found.tolist() == [int(value) for value in exact]


def test_random_windows_stay_inside():
    seen = {int(random_offset(10, 4, 2, (0, seed))) for seed in range(60)}
    assert seen == {0, 1, 2, 3}  # [0, 10 - 3 * 2): the last step stays inside
    assert int(random_offset(1, 4, 2, (0, 1))) == 0


def test_short_clips_loop():
    offsets = window_offsets(3, 4, 2, 2)[:, None]
    assert window_indices(3, offsets, 4, 2).numpy().tolist() == [[0, 2, 1, 0]] * 2


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
    kept = tf.constant([[3, 0, 2], [3, 0, 0]])
    frames, places = kept_frames(tf.constant(jpegs), kept)
    frames = decode_frames(frames)
    assert frames.dtype == tf.uint8 and frames.shape[0] == 3
    shown = tf.gather(frames, places)[..., 4, 4, 0]
    np.testing.assert_allclose(shown, [[120, 0, 80], [120, 0, 0]], atol=2)


def test_sound_and_its_mask():
    pcm = np.array([0, 16384, -32768], "int16")
    wave, mask = decode_sound(tf.constant(pcm), windows(3, [1, 2], 2, 1))
    np.testing.assert_array_equal(wave, [[[0.5], [-1.0]], [[-1.0], [0.0]]])
    assert mask == 1.0
    floats, _ = decode_sound(tf.constant([0.25, -0.5]), windows(2, [1], 2, 1))
    np.testing.assert_array_equal(floats, [[[-0.5], [0.25]]])
    wave, mask = decode_sound(tf.constant(pcm[:0]), windows(0, [0], 2, 1))
    np.testing.assert_array_equal(wave, np.zeros((1, 2, 1)))
    assert mask == 0.0


@pytest.mark.parametrize(
    ("length", "offset", "stride", "kept"),
    [
        (8, 3, 1, [3, 4, 5, 6]),
        (8, 4, 1, [4, 5, 6, 7]),
        (8, 1, 2, [1, 3, 5, 7]),
        (8, 5, 1, [5, 6, 7, 0]),  # it loops
        (8, 6, 1, [6, 7, 0, 1]),
        (3, 0, 4, [0, 1, 2, 0]),
        (3, 2, 1, [2, 0, 1, 2]),
    ],
)
def test_sound_is_taken_where_it_was_asked_for(length, offset, stride, kept):
    pcm = np.arange(length, dtype="int16") * 4096
    one = windows(length, [offset], 4, stride)
    np.testing.assert_array_equal(one.indices(), [kept])
    wave, _ = decode_sound(tf.constant(pcm), one)
    np.testing.assert_array_equal(wave[0, :, 0], np.array(kept) / 8)
    # As much of the clip as is reached gives the same.
    first, last, _ = one.reach()
    wave, _ = decode_sound(tf.constant(pcm[first : last + 1]), one.since(first))
    np.testing.assert_array_equal(wave[0, :, 0], np.array(kept) / 8)


def windows(length, offsets, num_steps, stride):
    return Windows(tf.constant(length), tf.constant(offsets), num_steps, stride)
