"""The sound of demo scenes: a small chord that does what the shape does."""

import numpy as np

SAMPLE_RATE = 48_000
# A shape rings (a material's overtone), a colour shines (a brighter one).
_RING = {
    "disc": 4000,
    "square": 4550,
    "triangle": 5100,
    "star": 5650,
    "cross": 6200,
    "ring": 6750,
    "moon": 7300,
    "bar": 7850,
}
_SHINE = {
    "red": 8700,
    "orange": 9250,
    "yellow": 9800,
    "green": 10350,
    "cyan": 10900,
    "blue": 11450,
    "purple": 12000,
    "white": 12550,
}
_VOICE = 1900  # Hz, what glides when the shape rises or falls


def draw_sound(scene, rng, seconds):
    """Draws the sound of a scene.

    Motion is heard as it is seen: a rising shape glides up, a growing one gets louder,
    a blinking one sounds while it shows. Shape and colour each add a tone. The wall
    adds its noise, and a big shape is louder than a small one. The generator draws
    what no attribute fixes: phases, mistuning, levels and the noise itself.

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
    octaves, loudness = _gesture(scene.motion, rng, time, seconds)
    voice = _tone(_VOICE * 2.0**octaves, rng)
    ring = _tone(_RING[scene.shape] * np.ones_like(time), rng)
    shine = _tone(_SHINE[scene.colour] * np.ones_like(time), rng)
    levels = rng.uniform(0.85, 1.15, 3)
    sound = levels[0] * voice + levels[1] * ring + levels[2] * shine
    sound = sound * loudness / 3 + _noise(scene.background, rng, time)
    level = {"small": 0.65, "big": 0.9}[scene.size] * rng.uniform(0.93, 1.07)
    return (level * sound / np.abs(sound).max()).astype("float32")


def _gesture(motion, rng, time, seconds):
    """What a motion does to pitch (octaves) and loudness, (samples,) each."""
    progress = time / seconds
    still, steady = np.zeros_like(time), np.ones_like(time)
    if motion == "rises":
        return 2.0 * (progress - 0.5), steady
    if motion == "falls":
        return 2.0 * (0.5 - progress), steady
    if motion == "grows":
        return still, 0.05 + 0.95 * progress**1.5
    if motion == "shrinks":
        return still, 0.05 + 0.95 * (1 - progress) ** 1.5
    if motion == "circles":  # 1.6 turns a second, as it looks
        return np.sin(2 * np.pi * (rng.uniform() + 1.6 * time)), steady
    if motion == "blinks":  # three times a second, as it looks
        return still, ((3.0 * time) % 1 < 0.5).astype("float64")
    if motion == "shakes":
        return still, 0.1 + 0.9 * ((14.0 * time + rng.uniform()) % 1 < 0.5)
    return still, steady


def _tone(frequency, rng):
    """A sine of the given frequency, (samples,) in Hz, a little out of tune."""
    frequency = frequency * 2.0 ** rng.normal(0, 0.005)
    turns = np.cumsum(frequency) / SAMPLE_RATE
    return np.sin(2 * np.pi * (turns + rng.uniform()))


def _noise(background, rng, time):
    """What a wall sounds like, (samples,)."""
    hiss = rng.normal(0, 1, len(time))
    if background == "striped":  # a hum
        return 0.25 * np.sin(2 * np.pi * (150 * time + rng.uniform())) + 0.005 * hiss
    if background == "checked":  # a clock
        return 0.3 * hiss * np.exp(-300 * ((time + rng.uniform()) % 0.125))
    if background == "dotted":  # rain
        return 0.09 * hiss
    return 0.005 * hiss
