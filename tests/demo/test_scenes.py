import collections
import itertools
import re

import numpy as np
import pytest

from keras_vatt import demo
from keras_vatt.demo.draw_caption import _SENTENCES, _WORDS

COUNTS = {"train": 1536, "validation": 64, "test": 256}


def scene(**changes):
    first = {name: values[0] for name, values in demo.ATTRIBUTES.items()}
    return demo.Scene(**{**first, **changes})


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_no_combination_is_in_two_splits_and_all_values_are_seen(seed):
    scenes = demo.draw_scenes(COUNTS, seed)
    assert {split: len(found) for split, found in scenes.items()} == COUNTS
    dealt = {
        split: {(s.shape, s.colour, s.motion) for s in found}
        for split, found in scenes.items()
    }
    for one, other in itertools.combinations(dealt.values(), 2):
        assert not one & other
    for name, values in demo.ATTRIBUTES.items():
        for split in ("train", "test"):
            assert {getattr(s, name) for s in scenes[split]} == set(values)
    assert scenes == demo.draw_scenes(COUNTS, seed)
    assert len(set(scenes["test"])) == 256


def test_one_attribute_is_not_worth_ten_times_chance():
    assert max(len(values) for values in demo.ATTRIBUTES.values()) <= 8
    known = [vars(s) for s in demo.draw_scenes(COUNTS)["test"]]
    scores = demo.attribute_scores(known)
    assert scores.pop("all") == 1.0
    assert max(scores.values()) < 10 * 10 / 256
    by_hand = demo.attribute_scores([{"a": 1}, {"a": 1}, {"a": 1}, {"a": 2}], k=2)
    assert by_hand["a"] == pytest.approx((3 * 2 / 3 + 1) / 4)


def test_bad_counts_are_refused():
    with pytest.raises(ValueError, match="-1 for 'train'"):
        demo.draw_scenes({"train": -1})
    with pytest.raises(ValueError, match="'dev'"):
        demo.draw_scenes({"dev": 1})


SAID = ("shape", "colour", "motion")


def test_captions_name_each_attribute_said_in_words_of_its_own():
    for name in SAID:
        values = demo.ATTRIBUTES[name]
        for one, other in itertools.combinations(values, 2):
            assert not set(_WORDS[one]) & set(_WORDS[other]), (name, one, other)
    for sentence in _SENTENCES:
        assert all("{" + name + "}" in sentence for name in SAID)
    draw = rng()
    for each in demo.draw_scenes({"train": 300})["train"]:
        caption = demo.draw_caption(each, draw)
        assert 6 <= len(caption.split()) <= 16
        for value in (getattr(each, name) for name in SAID):
            said = [re.search(rf"\b{words}\b", caption) for words in _WORDS[value]]
            assert any(said), (caption, value)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_few_test_captions_are_equal(seed):
    draw = rng(seed)
    scenes = demo.draw_scenes(COUNTS, seed)["test"]
    captions = collections.Counter(demo.draw_caption(s, draw) for s in scenes)
    assert max(captions.values()) <= 4


def centre_and_area(frames):
    """Of the red disc: mean row and column, and pixels, a frame."""
    red = (frames[..., 0].astype(int) - frames[..., 1]) > 80
    rows, columns = np.indices(red.shape[1:])
    area = red.sum(axis=(1, 2))
    seen = np.maximum(area, 1)
    return (red * rows).sum((1, 2)) / seen, (red * columns).sum((1, 2)) / seen, area


def test_motions_look_as_they_are_called():
    frames = {
        motion: demo.draw_frames(scene(motion=motion, size="small"), rng(3), 1.4)
        for motion in demo.ATTRIBUTES["motion"]
    }
    assert {f.shape for f in frames.values()} == {(28, 72, 72, 3)}
    row, column, area = zip(*map(centre_and_area, frames.values()), strict=True)
    row, column, area = (
        dict(zip(frames, each, strict=True)) for each in (row, column, area)
    )
    assert row["rises"][0] - row["rises"][-1] > 20
    assert row["falls"][-1] - row["falls"][0] > 20
    assert column["leftward"][0] - column["leftward"][-1] > 20
    assert column["rightward"][-1] - column["rightward"][0] > 20
    assert np.ptp(row["leftward"]) < 3 and np.ptp(column["rises"]) < 3
    assert area["grows"][-1] > 2.5 * area["grows"][0]
    assert area["shrinks"][0] > 2.5 * area["shrinks"][-1]
    assert np.ptp(row["circles"]) > 12 and np.ptp(column["circles"]) > 12
    assert np.abs(np.diff(column["shakes"])).mean() > 1.5
    assert np.ptp(area["rises"]) < 0.15 * area["rises"].max()


def test_looks_differ_by_shape_colour_and_wall():
    for name in ("shape", "colour", "background"):
        looks = [
            demo.draw_frames(scene(**{name: value}), rng(5), 0.1)[0].astype(int)
            for value in demo.ATTRIBUTES[name]
        ]
        for one, other in itertools.combinations(looks, 2):
            assert np.abs(one - other).mean() > 1


def spectrum(sounds):
    """Power of some sounds, averaged so that the room's noise is flat, and Hz."""
    power = np.mean([np.abs(np.fft.rfft(each)) ** 2 for each in sounds], axis=0)
    return power, np.fft.rfftfreq(sounds[0].size, 1 / 48000)


def tone(sounds, low, high):
    """The centre of what stands out of the noise between two frequencies, in Hz."""
    power, frequency = spectrum(sounds)
    inside = (frequency > low) & (frequency < high)
    power = np.maximum(power[inside] - 2 * np.median(power[inside]), 0)
    return frequency[inside] @ power / power.sum()


def test_every_shape_and_motion_has_a_tone_of_its_own():
    for name, low in (("shape", 1500), ("motion", 8000)):
        tones = []
        for value in demo.ATTRIBUTES[name]:
            parts = [
                demo.draw_sound(scene(**{name: value}), rng(seed), 0.5)
                for seed in range(12)
            ]
            tones.append(tone(parts, low - 350, low + 7 * 700 + 350))
        np.testing.assert_allclose(tones, low + 700 * np.arange(8), atol=200)


def test_colour_size_and_wall_make_no_sound():
    one = demo.draw_sound(scene(), rng(1), 0.2)
    other = scene(colour="blue", size="big", background="dotted")
    np.testing.assert_array_equal(demo.draw_sound(other, rng(1), 0.2), one)


def test_motions_sound_as_they_look():
    motions = demo.ATTRIBUTES["motion"]
    sound = {
        motion: np.stack(
            [demo.draw_sound(scene(motion=motion), rng(i), 1.2) for i in range(24)]
        )
        for motion in motions
    }
    for each in sound.values():
        assert each.dtype == "float32" and 0.5 < np.abs(each).max() <= 1
    part = 14400  # a quarter

    def begin_and_end(motion, measure):
        centre = 8000 + 700 * motions.index(motion)
        pieces = (sound[motion][:, :part], sound[motion][:, -part:])
        return [measure(each, centre - 300, centre + 300) for each in pieces]

    def loudness(sounds, low, high):
        power, frequency = spectrum(sounds)
        inside = power[(frequency > low) & (frequency < high)]
        return np.maximum(inside - 2 * np.median(inside), 0).sum()

    begin, end = begin_and_end("grows", loudness)
    assert end > 2 * begin
    begin, end = begin_and_end("shrinks", loudness)
    assert begin > 2 * end
    begin, end = begin_and_end("leftward", loudness)
    assert 0.7 < end / begin < 1.4
    begin, end = begin_and_end("rises", tone)
    assert end > begin + 60
    begin, end = begin_and_end("falls", tone)
    assert begin > end + 60
