"""The sound of demo scenes: a small chord that does what the shape does."""

import numpy as np

from keras_vatt.demo.attributes import ATTRIBUTES

SAMPLE_RATE = 48_000
_APART = 480  # Hz between the tones of two values
# The lowest tone, in Hz, of each attribute that has one: what a shape does, what it is
# made of, what colour it has.
_LOWEST = {"motion": 1600, "shape": 5600, "colour": 9600}
_OTHERS = 3  # tones that belong to nothing one sees


def draw_sound(scene, rng, seconds):
    """Draws the sound of a scene.

    Motion, shape and colour each have a note of their own. Motion is also heard as it
    is seen: its note bends up as the shape rises and down as it falls; the sound gets
    louder as the shape grows, wails as it circles, rattles as it shakes. The wall adds
    its noise, and a big shape is louder than a small one. The generator draws what no
    attribute fixes: phases, mistuning, levels, the room's hiss, and three tones of
    other things in the room.

    Args:
        scene: `Scene`.
        rng: `numpy.random.Generator`.
        seconds: float. Length of the clip.

    Returns:
        float32 array `(samples,)` in [-1, 1] at 48 kHz.

    Example:

    >>> scene = Scene("disc", "red", "rises", "plain", "big")
    >>> draw_sound(scene, np.random.default_rng(0), seconds=0.5).shape
    (24000,)
    """
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    bend, loudness = _gesture(scene.motion, rng, time, seconds)
    sound = np.zeros_like(time)
    for name, lowest in _LOWEST.items():
        note = lowest + _APART * ATTRIBUTES[name].index(getattr(scene, name))
        note = note + (bend if name == "motion" else 0.0)
        sound += rng.uniform(0.6, 1.0) * _tone(note, rng, time)
    sound *= loudness
    for _ in range(_OTHERS):
        other = _tone(rng.uniform(1200, 13500), rng, time)
        sound += 0.8 * rng.uniform(0.3, 1.0) * other
    hiss = rng.normal(0, 1, len(time))
    sound = sound / 3 + 0.5 * rng.uniform(0.3, 1.0) * hiss
    sound += _wall(scene.background, rng, time)
    level = {"small": 0.65, "big": 0.9}[scene.size] * rng.uniform(0.93, 1.07)
    return (level * sound / np.abs(sound).max()).astype("float32")


def _gesture(motion, rng, time, seconds):
    """What a motion does to its note (Hz) and to loudness, (samples,) each."""
    progress = time / seconds
    steady = np.ones_like(time)
    if motion == "rises":
        return 100 * (progress - 0.5), steady
    if motion == "falls":
        return 100 * (0.5 - progress), steady
    if motion == "circles":  # 1.6 turns a second, as it looks
        return 100 * np.sin(2 * np.pi * (rng.uniform() + 1.6 * time)), steady
    if motion == "grows":
        return 0.0, 0.15 + 0.85 * progress
    if motion == "shrinks":
        return 0.0, 1.0 - 0.85 * progress
    if motion == "shakes":
        return 0.0, 0.3 + 0.7 * ((14.0 * time + rng.uniform()) % 1 < 0.5)
    return 0.0, steady


def _tone(frequency, rng, time):
    """A sine of a frequency in Hz, a number or (samples,), a little out of tune."""
    frequency = frequency * 2.0 ** rng.normal(0, 0.015) * np.ones_like(time)
    turns = np.cumsum(frequency) / SAMPLE_RATE
    return np.sin(2 * np.pi * (turns + rng.uniform()))


def _wall(background, rng, time):
    """What a wall sounds like, (samples,)."""
    if background == "striped":  # a hum
        return 0.25 * np.sin(2 * np.pi * (150 * time + rng.uniform()))
    if background == "checked":  # a clock
        ticks = np.exp(-300 * ((time + rng.uniform()) % 0.125))
        return 0.5 * rng.normal(0, 1, len(time)) * ticks
    if background == "dotted":  # a deep drone
        return 0.25 * np.sin(2 * np.pi * (450 * time + rng.uniform()))
    return np.zeros_like(time)
