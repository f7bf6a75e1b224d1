"""Which tokens the pooled output is made of, by attention rollout."""

import numpy as np
from keras import ops

from keras_vatt.evaluation.token_parts import token_parts


def attention_rollout(model, inputs):
    """Follows the attention of all blocks back to the tokens.

    A block's attention, averaged over its heads, is mixed half and half with the
    residual connection; the product over the blocks says how much of each token flows
    into the aggregation token, which is the pooled output. It is a picture of where
    information comes from, and no proof that it was used.

    Args:
        model: a backbone or a task of `keras_vatt.models`, of one modality or three.
        inputs: dict with any of "video", "audio" and "text" that the model has, as
            its towers take them; text `(batch, words)`.

    Returns:
        A dict from modality to a float32 array of shares over its tokens: video
        `(batch, t, h, w)`, audio `(batch, n)` (a spectrogram `(batch, t, bands)`), text
        `(batch, words)`, 0 at padding. The shares and the aggregation token's own,
        which is not returned, sum to 1.

    Raises:
        ValueError: if the model has no encoder of a modality.

    Example:

    ```python
    backbone = keras_vatt.presets.load("vatt_tiny").backbone
    video = np.zeros((1, 8, 64, 64, 3), "uint8")
    attention_rollout(backbone, {"video": video})["video"].shape  # (1, 2, 4, 4)
    ```

    Reference: Abnar and Zuidema, "Quantifying Attention Flow in Transformers" (arXiv
    2005.00928), section 3.
    """
    parts = token_parts(model)
    unknown = set(inputs) - set(parts)
    if unknown:
        raise ValueError(
            f"The model encodes {sorted(parts)}. Received inputs of {sorted(unknown)}."
        )
    return {
        modality: _shares(parts[modality], modality, ops.convert_to_tensor(raw))
        for modality, raw in inputs.items()
    }


def _shares(parts, modality, raw):
    padding_mask = ops.not_equal(raw, 0) if modality == "text" else None
    weights = parts.encoder.attention_weights(parts.embed(raw), padding_mask)
    means = [ops.convert_to_numpy(ops.mean(each, axis=1)) for each in weights]
    shares = rollout(means)[:, 1:]
    return shares.reshape(len(shares), *parts.grid)


def rollout(weights):
    """The rows of the first token in the product of the blocks' mixed attention.

    Args:
        weights: list of arrays `(batch, n, n)`, first block first, rows summing to 1.

    Returns:
        Float32 array `(batch, n)`, rows summing to 1.
    """
    batch, count, _ = weights[0].shape
    row = np.zeros((batch, 1, count), "float32")
    row[:, :, 0] = 1.0
    # From the last block to the first only one row is wanted, never a whole product.
    for each in reversed(weights):
        row = (row + row @ each) / 2  # (b, 1, n)
    return row[:, 0]
