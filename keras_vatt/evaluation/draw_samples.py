"""A picture of what the model sees of some clips."""

import textwrap

import numpy as np

# Inches. A picture is 1,400 pixels wide at 100 dots an inch.
_WIDTH, _MARGIN, _GAP = 14.0, 0.45, 0.12
_LINE, _WAVE, _TICKS = 0.21, 0.65, 0.24
# Frames of a strip side by side, all crops of a window together.
_FRAMES = {1: 8, 3: 12}
_CHARACTERS = 150  # of a line of text
_BINS = 1200  # of a waveform


def draw_samples(batch, preprocessor, num_windows=1, num_crops=1):
    """Draws frames, waveform and captions of every clip of a batch.

    Each window is a strip of frames, its crops side by side, with their seconds into
    the clip, over the waveform. Frames are drawn as they are: no pixel is changed.

    Args:
        batch: dict of numpy arrays, as `data.load(..., task="inspect")` gives them.
        preprocessor: `VATTPreprocessor` that it was loaded with.
        num_windows: int. Windows a clip, as it was loaded with.
        num_crops: int. Crops a window.

    Returns:
        `matplotlib.figure.Figure`. Its axes have the labels "frames <clip> <window>
        <crop>" and "sound <clip> <window>"; save it with `savefig`.

    Example:
    ```python
    batch = next(dataset.as_numpy_iterator())
    draw_samples(batch, preprocessor).savefig("samples.png")
    ```
    """
    from matplotlib.figure import Figure

    clips = len(batch["id"])
    videos = _of_clips(batch["video"], clips, num_crops, num_windows)
    sounds = _of_clips(batch["audio"], clips, num_windows)
    texts = [_lines(batch, number, preprocessor) for number in range(clips)]
    kept = _kept_frames(videos.shape[3], num_crops)
    inner = _WIDTH - 2 * _MARGIN - (num_crops - 1) * _GAP
    height, width = videos.shape[4:6]
    strip = inner / (num_crops * len(kept)) * height / width
    window = strip + _TICKS + _WAVE + _TICKS + _GAP
    total = 2 * _GAP + sum(
        len(lines) * _LINE + num_windows * window + _MARGIN for lines in texts
    )
    figure = Figure(figsize=(_WIDTH, total), dpi=100)

    def place(left, top, across, down, label):
        box = (left / _WIDTH, 1 - (top + down) / total, across / _WIDTH, down / total)
        axes = figure.add_axes(box, label=label)
        axes.tick_params(labelsize=7, length=2, pad=1)
        return axes

    top = _GAP
    for i in range(clips):
        for number, line in enumerate(texts[i]):
            figure.text(
                _MARGIN / _WIDTH,
                1 - (top + _LINE / 2) / total,
                line,
                fontsize=10 if number == 0 else 9,
                weight="bold" if number == 0 else "normal",
                va="center",
                parse_math=False,
            )
            top += _LINE
        top += _GAP / 2
        for w in range(num_windows):
            begin, length = float(batch["window"][i, w, 0]), batch["seconds"][i]
            across = inner / num_crops
            for c in range(num_crops):
                left = _MARGIN + c * (across + _GAP)
                axes = place(left, top, across, strip, f"frames {i} {w} {c}")
                step = preprocessor.frame_stride / preprocessor.frame_rate
                times = (begin + kept * step) % (length + 1e-4)
                _draw_frames(axes, videos[i, c, w][kept], times)
            top += strip + _TICKS
            has_sound = bool(batch["audio_mask"][i])
            axes = place(_MARGIN, top, _WIDTH - 2 * _MARGIN, _WAVE, f"sound {i} {w}")
            _draw_sound(axes, sounds[i, w, :, 0], begin, preprocessor, has_sound)
            top += _WAVE + _TICKS + _GAP
        top += _MARGIN - _GAP / 2
    return figure


def _of_clips(values, *sizes):
    """(b views, ...) -> (b, crops, windows, ...) or (b, windows, ...)."""
    return values.reshape(*sizes, *values.shape[1:])


def _kept_frames(count, num_crops):
    """Returns which frames of a window are drawn, evenly spread."""
    most = min(_FRAMES[num_crops] // num_crops, count)
    return np.round(np.linspace(0, count - 1, most)).astype(int)


def _draw_frames(axes, frames, times):
    count, height, width, _ = frames.shape
    axes.imshow(
        np.concatenate(list(frames), axis=1),
        interpolation="nearest" if height < 128 else "antialiased",
        aspect="auto",
    )
    for number in range(1, count):
        axes.axvline(number * width - 0.5, color="white", linewidth=1.5)
    labels = [f"{time:.2f} s" for time in times]
    axes.set_xticks((np.arange(count) + 0.5) * width - 0.5, labels)
    axes.set_yticks([])


def _draw_sound(axes, wave, begin, preprocessor, has_sound):
    seconds = len(wave) * preprocessor.audio_stride / preprocessor.sample_rate
    axes.set_yticks([])
    axes.set_xlim(begin, begin + seconds)
    axes.spines[["top", "left", "right"]].set_visible(False)
    if not has_sound:
        message = "no sound: masked"
        axes.text(0.5, 0.5, message, transform=axes.transAxes, ha="center", fontsize=9)
        return
    # The lowest and highest sample of every stretch: no peak is lost.
    parts = np.array_split(wave, min(_BINS, len(wave)))
    low, high = ([f(part) for part in parts] for f in (np.min, np.max))
    times = begin + (np.arange(len(parts)) + 0.5) * seconds / len(parts)
    axes.fill_between(times, low, high, color="C0", linewidth=0.6)
    peak = float(np.abs(wave).max())
    axes.set_ylim(-max(peak, 1e-3) * 1.05, max(peak, 1e-3) * 1.05)
    note = f"peak {peak:.2g}, {seconds:.2f} s" if peak else "silent"
    axes.text(1, 1, note, transform=axes.transAxes, ha="right", va="top", fontsize=7)


def _lines(batch, number, preprocessor):
    """Returns the lines of text over a clip: its name, window, label; its captions."""
    windows = ", ".join(f"{a:.2f}-{b:.2f} s" for a, b in batch["window"][number])
    head = [_printable(batch["id"][number]), windows]
    if batch["window"][number].max() > batch["seconds"][number] + 1e-3:
        head[1] += f", looped after {batch['seconds'][number]:.2f} s"
    label = batch["label"][number]
    if np.ndim(label) == 0 and label >= 0:
        head.append(f"label {label}")
    head = " \u00b7 ".join(head)
    lines = [_cut(head)]
    tokenizer = preprocessor.tokenizer
    rows = zip(batch["captions"][number], batch["text"][number], strict=True)
    for text, ids in rows:
        if not ids.any():
            lines.append("(padding: no caption)" if not text else _cut(text))
            continue
        words = " ".join(tokenizer.id_to_token(int(one)) for one in ids if one)
        lines.append(_cut(f"\u201c{_printable(text)}\u201d \u2192 {words}"))
    return lines


def _printable(text):
    """Bytes as one line of text, with what cannot be shown escaped."""
    text = text.decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _cut(line):
    line = _printable(line) if isinstance(line, bytes) else line
    return textwrap.shorten(line, _CHARACTERS, placeholder=" ...") if line else line
