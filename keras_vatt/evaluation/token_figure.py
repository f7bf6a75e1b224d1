"""The frame of pictures of tokens: titles, strips of frames and waveforms."""

import numpy as np

# Inches. A picture is 1,400 pixels wide at 100 dots an inch.
LINE, WAVE = 0.24, 0.8
_WIDTH, _MARGIN, _GAP, _TICKS = 14.0, 0.45, 0.12, 0.24
_FRAMES = 8  # of a strip


def token_figure(rows):
    """Places titles and axes below each other: (inches, label, text or drawing)."""
    from matplotlib.figure import Figure

    below = {None: 0.0}
    heights = [inches + below.get(label, _TICKS) for inches, label, _ in rows]
    total = sum(heights) + 2 * _GAP
    figure = Figure(figsize=(_WIDTH, total), dpi=100)
    top = _GAP
    for (inches, label, drawn), height in zip(rows, heights, strict=True):
        if label is None:
            place = (_MARGIN / _WIDTH, 1 - (top + inches / 2) / total)
            figure.text(*place, drawn, fontsize=9, va="center", parse_math=False)
        else:
            bottom = 1 - (top + inches) / total
            across = 1 - 2 * _MARGIN / _WIDTH
            box = (_MARGIN / _WIDTH, bottom, across, inches / total)
            axes = figure.add_axes(box, label=label)
            axes.set_xticks([])
            axes.set_yticks([])
            draw, *arguments = drawn
            draw(axes, *arguments)
        top += height
    return figure


def strip_height(video):
    """Inches of a strip of frames."""
    _, height, width, _ = video.shape
    return (_WIDTH - 2 * _MARGIN) / len(shown(video)) * height / width


def shown(video):
    """Which frames are drawn, evenly spread."""
    count = len(video)
    return np.round(np.linspace(0, count - 1, min(_FRAMES, count))).astype(int)


def over_pixels(grid, shape):
    """A value for each tubelet `(t, h, w)` as one for each pixel `(T, H, W)`."""
    for axis, size in enumerate(shape[:3]):
        tokens = grid.shape[axis]
        # What the last whole patch leaves over has no token: it takes the last one's.
        owner = np.minimum(np.arange(size) // (size // tokens), tokens - 1)
        grid = np.take(grid, owner, axis=axis)
    return grid


def draw_frames(axes, video):
    frames = video[shown(video)]
    axes.imshow(np.concatenate(list(frames), axis=1), aspect="auto")
    for number in range(1, len(frames)):
        axes.axvline(number * video.shape[2] - 0.5, color="white", linewidth=1.5)


def draw_outline(axes, wave, colour, alpha=1.0):
    """Draws the lowest and highest sample of each of many stretches."""
    parts = np.array_split(wave, min(1200, len(wave)))
    low, high = ([f(part) for part in parts] for f in (np.min, np.max))
    peak = max(float(np.abs(wave).max()), 1e-3) * 1.05
    at = (np.arange(len(parts)) + 0.5) * len(wave) / len(parts)
    low, high = np.array(low) / peak, np.array(high) / peak
    axes.fill_between(at, low, high, color=colour, linewidth=0.4, alpha=alpha)
    axes.set_xlim(0, len(wave))
    axes.set_ylim(-1, 1)


def title_of(batch, clip):
    return batch["title"][clip] if "title" in batch else f"clip {clip}"
