"""Which tokens a training step keeps."""

import numpy as np
from keras import ops

from keras_vatt.evaluation.token_parts import token_parts


def kept_tokens(model, inputs):
    """Draws DropToken's subsets as the next training step would.

    The draw is the layers' own, from their seeds where they stand; the seeds are put
    back, so that training goes on as if nobody had looked.

    Args:
        model: a backbone or a task of `keras_vatt.models`.
        inputs: dict with any of "video" and "audio" that the model has, as its towers
            take them. Anything else has no tokens to drop and is left out.

    Returns:
        A dict from modality to a bool array, which tokens are kept: video
        `(batch, t, h, w)`, audio `(batch, n)`.

    Example:

    ```python
    model = keras_vatt.presets.load("vatt_tiny_agnostic", drop_token_rate=0.5)
    video = np.zeros((1, 8, 64, 64, 3), "uint8")
    kept_tokens(model.backbone, {"video": video})["video"].mean()  # 0.5
    ```

    Reference: paper section 3.2.
    """
    parts = token_parts(model)
    return {
        modality: _kept(parts[modality], raw)
        for modality, raw in inputs.items()
        if modality in parts and parts[modality].choice is not None
    }


def _kept(parts, raw):
    state = parts.choice.seed_generator.state
    before = ops.convert_to_numpy(state)
    kept = parts.choice(raw, training=True)
    state.assign(before)
    chosen = np.zeros((len(raw), parts.choice.count), "bool")
    if kept is None:
        chosen[:] = True
    else:  # `(1, kept)` is for all clips
        rows = np.arange(len(raw))[:, None]
        chosen[rows, ops.convert_to_numpy(kept)] = True
    return chosen.reshape(-1, *parts.grid)
