"""Floating-point operations of the models, from their sizes."""

import math


def forward_flops(backbone, candidates=1, training=True):
    """Operations of the matrix products in one forward pass of one clip.

    A product of `(m, k)` by `(k, n)` counts as `2 m k n`. Norms, softmax, activations,
    dropout and the heads are left out: together they are below 1% of the Base size.

    Args:
        backbone: a `VATTBackbone`, or what `model_sizes` returns.
        candidates: int. Texts a clip.
        training: bool. Whether DropToken drops.

    Returns:
        Dict with the operations of `video`, `audio` and `text` (their encoders),
        `patches` (the maps from pixels and samples to tokens), and `total`.

    Example:

    ```python
    pretrainer = keras_vatt.presets.load("vatt_tiny")
    forward_flops(pretrainer.backbone, candidates=5)["total"]
    ```

    Reference: design section 8.
    """
    counts, patches = {}, 0
    for modality in ("video", "audio"):
        tower = backbone.towers[modality]
        tokens = tower.output["sequence_output"].shape[1]
        kept = tower.drop_token.kept(tokens) if training else tokens
        counts[modality] = _encoder(tower, 1 + kept)
        # Only the patches of the kept tokens are projected.
        numbers = math.prod(tower.input.shape[1:]) // tokens
        patches += 2 * kept * numbers * tower.hidden_dim
    text = backbone.towers["text"]
    length = 1 + text.num_words
    projection = 2 * length * text.embedding_dim * text.hidden_dim
    counts["text"] = candidates * (_encoder(text, length) + projection)
    counts["patches"] = patches
    return {**counts, "total": sum(counts.values())}


def train_flops(backbone, candidates=1):
    """Operations of one training step on one clip: forward, and both gradients.

    The gradient of the patches' map by its input (the pixels) is not computed.
    """
    forward = forward_flops(backbone, candidates)
    return 3 * forward["total"] - forward["patches"]


def _encoder(tower, length):
    width = tower.num_heads * tower.head_dim
    attention = 2 * length * 4 * tower.hidden_dim * width + 4 * length**2 * width
    perceptron = 2 * length * 2 * tower.hidden_dim * tower.mlp_dim
    return tower.num_layers * (attention + perceptron)
