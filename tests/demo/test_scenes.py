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


def test_captions_name_every_attribute_in_words_of_its_own():
    for name, values in demo.ATTRIBUTES.items():
        for one, other in itertools.combinations(values, 2):
            assert not set(_WORDS[one]) & set(_WORDS[other]), (name, one, other)
    for sentence in _SENTENCES:
        assert all("{" + name + "}" in sentence for name in demo.ATTRIBUTES)
    draw = rng()
    for each in demo.draw_scenes({"train": 300})["train"]:
        caption = demo.draw_caption(each, draw)
        assert 7 <= len(caption.split()) <= 16
        for value in vars(each).values():
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


def test_every_value_has_a_note_of_its_own():
    """Found blindly, in the mean spectrum of a few clips, where noise averages out."""
    lowest = {"motion": 1500, "shape": 5500, "colour": 9500}
    for name, low in lowest.items():
        notes = []
        for value in demo.ATTRIBUTES[name]:
            parts = [
                demo.draw_sound(scene(**{name: value}), rng(seed), 0.5)
                for seed in range(12)
            ]
            power = sum(np.abs(np.fft.rfft(part)) ** 2 for part in parts)
            bands = power[: len(power) // 40 * 40].reshape(-1, 40).sum(axis=1)  # 80 Hz
            inside = slice(low // 80, (low + 8 * 480) // 80)
            notes.append(80 * (inside.start + int(np.argmax(bands[inside]))))
        assert min(np.diff(notes)) > 240, (name, notes)


def test_motions_sound_as_they_look():
    sound = {
        motion: np.stack(
            [demo.draw_sound(scene(motion=motion), rng(i), 1.2) for i in range(8)]
        )
        for motion in demo.ATTRIBUTES["motion"]
    }
    for each in sound.values():
        assert each.dtype == "float32" and 0.5 < np.abs(each).max() <= 1
    part = 4800
    loud = {
        m: np.square(s).reshape(8, 12, part).mean(axis=(0, 2)) for m, s in sound.items()
    }
    assert loud["grows"][-1] > 1.3 * loud["grows"][0]
    assert loud["shrinks"][0] > 1.3 * loud["shrinks"][-1]
    assert abs(loud["leftward"][0] / loud["leftward"][-1] - 1) < 0.2

    def note(sounds, low, high):
        power = sum(np.abs(np.fft.rfft(each)) ** 2 for each in sounds)
        frequency = np.fft.rfftfreq(sounds.shape[1], 1 / 48000)
        inside = (frequency > low) & (frequency < high)
        return frequency[inside] @ power[inside] / power[inside].sum()

    rises, falls = sound["rises"], sound["falls"]
    assert note(rises[:, -part:], 1450, 1750) > note(rises[:, :part], 1450, 1750) + 15
    assert note(falls[:, :part], 1930, 2230) > note(falls[:, -part:], 1930, 2230) + 15
