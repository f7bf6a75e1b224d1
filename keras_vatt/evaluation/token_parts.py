"""The parts of a model's towers that what lies inside is read from."""

import dataclasses

import keras

from keras_vatt.layers import T5Encoder, TransformerEncoder
from keras_vatt.models import VATTAgnosticBackbone, VATTBackbone
from keras_vatt.models.task import VATTTask
from keras_vatt.models.tower import Tower
from keras_vatt.preprocessing.scale_pixels import scale_pixels


@dataclasses.dataclass(frozen=True)
class TokenParts:
    """Where the tokens of one modality come from, and where they go.

    Args:
        encoder: `TransformerEncoder` or `T5Encoder`.
        tokens: model from raw input to the encoder's, the aggregation token first.
        grid: tuple of ints, the tokens along each axis of the modality.
        choice: `TokenChoice`, or None for words.
    """

    encoder: keras.layers.Layer
    tokens: keras.Model
    grid: tuple
    choice: keras.layers.Layer | None

    def embed(self, raw, training=False):
        """Returns the encoder's input `(b, 1 + n, d)`."""
        return self.tokens(scale_pixels(raw), training=training)


def token_parts(model):
    """Finds the parts of every tower of a model.

    Args:
        model: a backbone or a task of `keras_vatt.models`.

    Returns:
        A dict from "video", "audio" and "text", as far as the model has them, to
        `TokenParts`.

    Raises:
        ValueError: if it is none of those.
    """
    backbone = model.backbone if isinstance(model, VATTTask) else model
    if not isinstance(backbone, Tower):
        raise ValueError(
            "`model` must be a backbone or a task of keras_vatt.models. Received: "
            f"{type(model).__name__}"
        )
    if isinstance(backbone, VATTBackbone | VATTAgnosticBackbone):
        towers = backbone.towers
    else:  # a tower alone names its only input by its modality
        towers = {backbone.input.name: backbone}
    return {modality: _parts(modality, tower) for modality, tower in towers.items()}


def _parts(modality, tower):
    layers = {layer.name: layer for layer in tower.layers}
    (encoder,) = (
        layer
        for layer in layers.values()
        if isinstance(layer, TransformerEncoder | T5Encoder)
    )
    # The T5 form projects its tokens after the aggregation token is put in front.
    last = layers.get("text_projection") or layers[f"{modality}_aggregation_token"]
    positions = layers.get(f"{modality}_position_embedding")
    if positions is None:
        grid = (tower.input.shape[1],)
    else:
        # Sound counts its positions band by band; tokens run frame by frame.
        grid = positions.grid[::-1] if modality == "audio" else positions.grid
    return TokenParts(
        encoder,
        keras.Model(tower.input, last.output),
        grid,
        layers.get(f"{modality}_drop_token"),
    )
