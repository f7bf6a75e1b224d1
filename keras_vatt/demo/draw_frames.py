"""The look of demo scenes: one flat shape that moves before a textured wall."""

import numpy as np

_COLOURS = {
    "red": (240, 70, 70),
    "orange": (245, 140, 20),
    "yellow": (240, 225, 40),
    "green": (70, 205, 80),
    "cyan": (50, 215, 220),
    "blue": (80, 115, 255),
    "purple": (190, 85, 230),
    "white": (245, 245, 245),
}


def draw_frames(scene, rng, seconds, frame_rate=20.0, height=72, width=72):
    """Draws the frames of a scene.

    The generator draws what no attribute fixes: where the shape starts, how it is
    tilted, shades, the phase of the wall's pattern and the camera's noise.

    Args:
        scene: `Scene`.
        rng: `numpy.random.Generator`.
        seconds: float. Length of the clip.
        frame_rate: float. Frames a second.
        height: int, pixels, even.
        width: int, pixels, even.

    Returns:
        uint8 array `(frames, height, width, 3)`.

    Example:

    >>> scene = Scene("disc", "red", "rises", "plain", "big")
    >>> draw_frames(scene, np.random.default_rng(0), seconds=0.5).shape
    (10, 72, 72, 3)
    """
    count = max(1, round(seconds * frame_rate))
    time = np.arange(count) / frame_rate  # (t,) seconds
    x, y, radius = _path(scene, rng, time, seconds)
    side = min(height, width)
    # Pixel centres in units of the short side, the middle of the frame at 0, y down.
    rows = (np.arange(height) + 0.5 - height / 2) / side
    columns = (np.arange(width) + 0.5 - width / 2) / side
    u = (columns[None, None, :] - x[:, None, None]) / radius[:, None, None]
    v = (rows[None, :, None] - y[:, None, None]) / radius[:, None, None]
    tilt = rng.uniform(-0.12, 0.12)
    u, v = np.cos(tilt) * u + np.sin(tilt) * v, np.cos(tilt) * v - np.sin(tilt) * u
    distance = _distance(scene.shape, u, v) * radius[:, None, None] * side  # pixels
    cover = np.clip(0.5 - distance, 0, 1)  # (t, h, w)
    paint = np.array(_COLOURS[scene.colour]) * rng.uniform(0.85, 1.0)
    paint = paint + rng.normal(0, 8, 3)
    wall = _wall(scene.background, rng, rows, columns)[None, :, :, None]
    shade = np.array([1.0, 1.0, 1.0]) + rng.normal(0, 0.04, 3)
    frames = wall * shade * (1 - cover[..., None]) + paint * cover[..., None]
    frames += rng.normal(0, 4, (count, height, width, 1))
    return np.clip(frames, 0, 255).astype("uint8")


def _path(scene, rng, time, seconds):
    """Where the shape's middle is and how large it is, (t,) each."""
    progress = time / seconds
    ones = np.ones_like(progress)
    radius = {"small": 0.22, "big": 0.33}[scene.size] * rng.uniform(0.85, 1.15) * ones
    # Wherever it starts: to see it in one place does not tell where it is going.
    x, y = rng.uniform(-0.2, 0.2, (2, 1)) * ones
    step = rng.uniform(0.4, 0.55) * (progress - 0.5)
    if scene.motion in ("rises", "falls"):
        y = y + (step if scene.motion == "falls" else -step)
    elif scene.motion in ("leftward", "rightward"):
        x = x + (step if scene.motion == "rightward" else -step)
    elif scene.motion in ("grows", "shrinks"):
        rate = progress - 0.5 if scene.motion == "grows" else 0.5 - progress
        radius = radius * 2.0 ** (1.6 * rate)
    elif scene.motion == "circles":
        angle = 2 * np.pi * (rng.uniform(0, 1) + 1.6 * time)
        x, y = x + 0.12 * np.cos(angle), y + 0.12 * np.sin(angle)
    elif scene.motion == "shakes":
        x = x + rng.uniform(-0.06, 0.06, len(time))
        y = y + rng.uniform(-0.06, 0.06, len(time))
    return x, y, radius


def _distance(shape, u, v):
    """Signed distance to the outline of a shape of radius 1, negative inside."""
    r = np.hypot(u, v)
    if shape == "disc":
        return r - 0.9
    if shape == "square":
        return np.maximum(np.abs(u), np.abs(v)) - 0.8
    if shape == "triangle":
        return np.maximum(0.87 * np.abs(u) - 0.5 * v - 0.5, v - 0.65)
    if shape == "star":
        turn = 2 * np.pi / 5
        around = np.abs((np.arctan2(u, -v) + turn / 2) % turn - turn / 2)
        a, b = r * np.cos(around), r * np.sin(around)
        return 0.57 * (a - 1.05) + 0.82 * b
    if shape == "cross":
        long = np.maximum(np.abs(u) - 1.0, np.abs(v) - 0.28)
        return np.minimum(long, np.maximum(np.abs(v) - 1.0, np.abs(u) - 0.28))
    if shape == "ring":
        return np.abs(r - 0.75) - 0.22
    if shape == "moon":
        return np.maximum(r - 0.95, 0.8 - np.hypot(u - 0.5, v))
    return np.maximum(np.abs(u) - 1.15, np.abs(v) - 0.3)  # a bar


def _wall(background, rng, rows, columns):
    """Grey levels of the wall behind, (h, w)."""
    y, x = rows[:, None], columns[None, :]
    dark = rng.uniform(8, 40)
    light = dark + rng.uniform(36, 52)
    pitch = rng.uniform(0.16, 0.22)
    a, b = rng.uniform(0, 1, 2)
    if background == "striped":
        pattern = ((x + 0.6 * y) / pitch + a) % 1 < 0.5
    elif background == "checked":
        pattern = ((np.floor(x / pitch + a) + np.floor(y / pitch + b)) % 2) == 0
    elif background == "dotted":
        across, down = (x / pitch + a) % 1 - 0.5, (y / pitch + b) % 1 - 0.5
        pattern = np.hypot(across, down) < 0.3
    else:
        pattern = np.full((len(rows), len(columns)), 0.5)
    return dark + (light - dark) * (pattern + 0.0 * (x + y))
