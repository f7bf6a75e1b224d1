"""Towers that stay as they are."""

from keras_vatt.models import VATTBackbone


def freeze(backbone, trainable_blocks=0):
    """Freezes a backbone: all of it, or all but its last blocks.

    With the last blocks, the norm and the projection behind them stay trainable.
    For low-rank updates of queries and values (and their biases) call
    `backbone.enable_lora(rank)` instead: it freezes the rest by itself, and saving
    adds the updates to the kernels.

    Args:
        backbone: a tower, or a backbone of several.
        trainable_blocks: int. Blocks of each encoder, from its end, to train.

    Returns:
        The same backbone.

    Raises:
        ValueError: if there are not so many blocks.

    Example:

    ```python
    classifier = keras_vatt.models.VATTVideoClassifier.from_preset(
        "vatt_video_base_kinetics400", num_classes=10
    )
    keras_vatt.training.freeze(classifier.backbone, trainable_blocks=2)
    ```
    """
    if isinstance(backbone, VATTBackbone):
        for tower in backbone.towers.values():
            freeze(tower, trainable_blocks)
        return backbone
    blocks = backbone.encoder.blocks
    if not 0 <= trainable_blocks <= len(blocks):
        raise ValueError(
            f"`trainable_blocks` must be 0 to {len(blocks)}, the blocks of the "
            f"encoder. Received: trainable_blocks={trainable_blocks}."
        )
    backbone.trainable = False
    if not trainable_blocks:
        return backbone
    # A layer of a frozen model stays frozen, so the model is opened first.
    backbone.trainable = True
    layers = backbone.layers
    place = layers.index(backbone.encoder)
    for layer in layers[:place]:
        layer.trainable = False
    for block in blocks[: len(blocks) - trainable_blocks]:
        block.trainable = False
    return backbone
