"""A picture of what DropToken keeps."""

import numpy as np

from keras_vatt.evaluation.token_figure import (
    LINE,
    WAVE,
    draw_frames,
    draw_outline,
    over_pixels,
    strip_height,
    title_of,
    token_figure,
)

_DIM = 0.15  # of the light of what is dropped


def draw_kept_tokens(kept, batch):
    """Draws which tokens DropToken keeps: what it drops is dark.

    Args:
        kept: dict from modality to bool arrays, as `kept_tokens` returns it.
        batch: as in `draw_attention`.

    Returns:
        `matplotlib.figure.Figure`. Its axes have the labels "frames <clip>" and
        "sound <clip>".

    Example:

    ```python
    model = keras_vatt.presets.load("vatt_tiny_agnostic", drop_token_rate=0.5)
    batch = {"video": np.full((1, 8, 64, 64, 3), 200, "uint8")}
    draw_kept_tokens(kept_tokens(model, batch), batch).savefig("kept.png")
    ```
    """
    rows = []
    for clip in range(len(next(iter(kept.values())))):
        rows.append((LINE, None, title_of(batch, clip)))
        for name, values in kept.items():
            one, seen = values[clip], batch[name][clip]
            note = f"{name}: {one.sum()} of {one.size} tokens kept"
            rows.append((LINE, None, note))
            if name == "video":
                light = over_pixels(one, seen.shape) * (1 - _DIM) + _DIM
                drawn = (draw_frames, (seen * light[..., None]).astype("uint8"))
                rows.append((strip_height(seen), f"frames {clip}", drawn))
            else:
                rows.append((WAVE, f"sound {clip}", (_draw_patches, seen[:, 0], one)))
    return token_figure(rows)


def _draw_patches(axes, wave, kept):
    heard = np.repeat(kept, len(wave) // len(kept))
    draw_outline(axes, wave, "0.85")
    draw_outline(axes, np.where(heard, wave, 0), "C0")
