"""The sound of demo scenes: two voices in a noisy room."""

import numpy as np

from keras_vatt.demo.attributes import ATTRIBUTES

SAMPLE_RATE = 48_000
# Each voice: the attribute it tells, its lowest tone and the steps between values, in
# Hz, and its level.
_VOICES = {"shape": (1500, 700, 0.65), "motion": (8000, 700, 1.0)}
_HISS = 2.0  # the room is louder than what sounds in it
_OUT_OF_TUNE = 0.01  # octaves


def draw_sound(scene, rng, seconds):
    """Draws the sound of a scene.

    A low voice has a tone for each shape, a high one for each motion, which it follows:
    it bends up as the shape rises and down as it falls, gets louder as it grows, wails
    as it circles, rattles as it shakes. Colour, size and wall make no sound. The
    generator draws what no attribute fixes: phases, mistuning, levels, and the noise of
    the room, in which both voices drown unless one listens for them.

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
    for name, (lowest, step, level) in _VOICES.items():
        tone = lowest + step * ATTRIBUTES[name].index(getattr(scene, name))
        tone = tone * 2.0 ** rng.normal(0, _OUT_OF_TUNE) * np.ones_like(time)
        if name == "motion":
            tone, level = tone + bend, level * loudness
        turns = np.cumsum(tone) / SAMPLE_RATE
        wave = np.sin(2 * np.pi * (turns + rng.uniform()))
        sound += level * rng.uniform(0.8, 1.0) * wave
    sound += _HISS * rng.uniform(0.6, 1.0) * rng.normal(0, 1, len(time))
    return (rng.uniform(0.7, 0.9) * sound / np.abs(sound).max()).astype("float32")


def _gesture(motion, rng, time, seconds):
    """What a motion does to its voice: bend in Hz and loudness, (samples,) each."""
    progress = time / seconds
    still, steady = np.zeros_like(time), np.ones_like(time)
    if motion == "rises":
        return 225 * (progress - 0.5), steady
    if motion == "falls":
        return 225 * (0.5 - progress), steady
    if motion == "circles":  # 1.6 turns a second, as it looks
        return 112 * np.sin(2 * np.pi * (rng.uniform() + 1.6 * time)), steady
    if motion == "grows":
        return still, 0.4 + 0.6 * progress
    if motion == "shrinks":
        return still, 1.0 - 0.6 * progress
    if motion == "shakes":
        return still, 0.4 + 0.6 * ((14.0 * time + rng.uniform()) % 1 < 0.5)
    return still, steady
