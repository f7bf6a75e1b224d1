"""A picture of attention, over the frames, the sound and the words."""

import numpy as np

from keras_vatt.evaluation.token_figure import (
    LINE,
    WAVE,
    draw_frames,
    draw_outline,
    over_pixels,
    shown,
    strip_height,
    title_of,
    token_figure,
)

_WORD = 0.35  # inches of a line of words
_COLOURS = "inferno"
_VEIL = 0.6  # how much of a frame its tokens' colours hide


def draw_attention(shares, batch, words=None):
    """Draws what `attention_rollout` found, over the frames, the sound and the words.

    The colour of a token is its share, divided by that of an even spread over the
    modality's tokens (without padding): 1 is neither more nor less than its due.

    Args:
        shares: dict from modality to arrays, as `attention_rollout` returns it.
        batch: dict of numpy arrays with the same clips: "video" uint8
            `(b, T, H, W, 3)`, "audio" float `(b, S, 1)`, "text" int `(b, W)`; of
            "title", optional, a line of text a clip.
        words: optional function from a word id to the word, such as
            `tokenizer.id_to_token`. None: the ids are drawn.

    Returns:
        `matplotlib.figure.Figure`. Its axes have the labels "frames <clip>",
        "attention <clip>", "sound <clip>" and "words <clip>"; save it with `savefig`.

    Example:

    ```python
    model = keras_vatt.presets.load("vatt_tiny")
    batch = {"video": np.zeros((1, 8, 64, 64, 3), "uint8")}
    draw_attention(attention_rollout(model, batch), batch).savefig("attention.png")
    ```
    """
    relative = {name: _relative(share, name, batch) for name, share in shares.items()}
    rows = []
    for clip in range(len(next(iter(shares.values())))):
        rows.append((LINE, None, title_of(batch, clip)))
        for name, values in relative.items():
            one, seen = values[clip], batch[name][clip]
            if name == "video":
                rows.append((strip_height(seen), f"frames {clip}", (draw_frames, seen)))
                drawn = (_draw_heat, seen, one)
                rows.append((strip_height(seen), f"attention {clip}", drawn))
            elif name == "audio":
                rows.append((WAVE, f"sound {clip}", (_draw_sound, seen[:, 0], one)))
            else:
                rows.append((_WORD, f"words {clip}", (_draw_words, seen, one, words)))
    return token_figure(rows)


def _relative(share, name, batch):
    """Shares over those of an even spread, `(b, ...)`; the audio's bands summed."""
    share = share.sum(-1) if name == "audio" and share.ndim == 3 else share
    flat = share.reshape(len(share), -1)
    count = flat.shape[1]
    if name == "text":
        count = np.maximum((batch["text"] != 0).sum(1, keepdims=True), 1)
    total = np.maximum(flat.sum(1, keepdims=True), 1e-12)
    return (flat / total * count).reshape(share.shape)


def _draw_heat(axes, video, values):
    draw_frames(axes, video)
    heat = over_pixels(values, video.shape)[shown(video)]
    drawn = axes.imshow(
        np.concatenate(list(heat), axis=1),
        aspect="auto",
        cmap=_COLOURS,
        vmin=0,
        vmax=values.max(),
        alpha=_VEIL,
        interpolation="nearest",
    )
    _scale(axes, drawn, "tubelets")


def _draw_sound(axes, wave, values):
    drawn = axes.imshow(
        values[None],
        aspect="auto",
        cmap=_COLOURS,
        vmin=0,
        vmax=values.max(),
        extent=(0, len(wave), -1, 1),
        interpolation="nearest",
    )
    draw_outline(axes, wave, "white", alpha=0.3)
    _scale(axes, drawn, "patches of sound")


def _draw_words(axes, ids, values, words):
    import matplotlib

    colours = matplotlib.colormaps[_COLOURS]
    real = np.flatnonzero(ids)
    axes.axis("off")
    axes.set_xlim(0, max(len(ids), 1))
    axes.set_ylim(0, 1)
    for place in real:
        strength = values[place] / values.max()
        axes.text(
            place + 0.5,
            0.5,
            str(ids[place]) if words is None else words(int(ids[place])),
            ha="center",
            va="center",
            fontsize=9,
            color="white" if strength < 0.6 else "black",
            bbox={"facecolor": colours(strength), "edgecolor": "none", "pad": 3},
            parse_math=False,
        )
    if len(real):
        note = f"words: most {values.max():.2f} of an even share"
        axes.text(1, 0, note, transform=axes.transAxes, ha="right", va="top", size=7)


def _scale(axes, drawn, name):
    low, high = drawn.get_array().min(), drawn.get_array().max()
    note = f"{name}: {low:.2f} (dark) to {high:.2f} (light) of an even share"
    axes.text(1, -0.02, note, transform=axes.transAxes, ha="right", va="top", size=7)
