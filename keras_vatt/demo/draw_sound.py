"""The sound of demo scenes: a small chord that does what the shape does."""

import numpy as np

SAMPLE_RATE = 48_000
# A shape rings (a material's overtone), a colour shines (a brighter one).
_RING = {
    "disc": 5200,
    "square": 5680,
    "triangle": 6160,
    "star": 6640,
    "cross": 7120,
    "ring": 7600,
    "moon": 8080,
    "bar": 8560,
}
_SHINE = {
    "red": 9200,
    "orange": 9680,
    "yellow": 10160,
    "green": 10640,
    "cyan": 11120,
    "blue": 11600,
    "purple": 12080,
    "white": 12560,
}
_VOICES = 2400  # Hz, the two voices that glide as the shape moves


def draw_sound(scene, rng, seconds):
    """Draws the sound of a scene.

    Motion is heard as it is seen. Two voices glide up with a rising shape and down
    with a falling one, apart as it moves right and together as it moves left; a
    growing shape gets louder, a circling one wails, a shaking one rattles. Shape and
    colour each add a tone. The wall adds its noise, and a big shape is louder than a
    small one. The generator draws what no attribute fixes: phases, mistuning, levels,
    and the noise.

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
    first, second, loudness = _gesture(scene.motion, rng, time, seconds)
    voices = _tone(_VOICES * 2.0**first, rng) + _tone(_VOICES * 2.0**second, rng)
    ring = _tone(_RING[scene.shape] * np.ones_like(time), rng)
    shine = _tone(_SHINE[scene.colour] * np.ones_like(time), rng)
    levels = rng.uniform(0.85, 1.15, 3)
    sound = 0.7 * levels[0] * voices + levels[1] * ring + levels[2] * shine
    sound = sound * loudness / 3 + _noise(scene.background, rng, time)
    level = {"small": 0.65, "big": 0.9}[scene.size] * rng.uniform(0.93, 1.07)
    return (level * sound / np.abs(sound).max()).astype("float32")


def _gesture(motion, rng, time, seconds):
    """The pitches of both voices (octaves) and the loudness, (samples,) each."""
    progress = time / seconds
    still, steady = np.zeros_like(time), np.ones_like(time)
    glide = 2.0 * (progress - 0.5)
    if motion == "rises":
        return glide, glide, steady
    if motion == "falls":
        return -glide, -glide, steady
    if motion == "rightward":
        return progress, -progress, steady
    if motion == "leftward":
        return 1 - progress, progress - 1, steady
    if motion == "circles":  # 1.6 turns a second, as it looks
        wail = 0.8 * np.sin(2 * np.pi * (rng.uniform() + 1.6 * time))
        return wail, wail, steady
    if motion == "shakes":
        return still, still, 0.1 + 0.9 * ((14.0 * time + rng.uniform()) % 1 < 0.5)
    loudness = progress if motion == "grows" else 1 - progress
    return still, still, 0.05 + 0.95 * loudness**1.5


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
