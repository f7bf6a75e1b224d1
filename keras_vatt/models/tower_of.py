"""Takes the tower of one modality out of a backbone of several."""

from keras_vatt.models.tower import drop_token_rates
from keras_vatt.models.vatt_agnostic_backbone import VATTAgnosticBackbone
from keras_vatt.models.vatt_audio_backbone import VATTAudioBackbone
from keras_vatt.models.vatt_backbone import VATTBackbone
from keras_vatt.models.vatt_video_backbone import VATTVideoBackbone

MODALITY_OF = {VATTVideoBackbone: "video", VATTAudioBackbone: "audio"}


def tower_of(backbone, cls):
    """Returns the tower of a class, as a backbone of its own.

    A modality-specific tower is returned itself; of a modality-agnostic backbone the
    tower is built and gets copies of the weights, so that training it leaves the
    backbone as it is.

    Args:
        backbone: a `VATTBackbone`, `VATTAgnosticBackbone`, or already a `cls`.
        cls: `VATTVideoBackbone`, `VATTAudioBackbone` or, of a modality-specific
            backbone, `VATTTextBackbone`.

    Returns:
        A `cls`.

    Raises:
        ValueError: if the backbone has no such tower.

    Example:

    ```python
    pretrainer = keras_vatt.presets.load("vatt_tiny_agnostic")
    tower_of(pretrainer.backbone, keras_vatt.models.VATTVideoBackbone)
    ```

    Reference: paper section 4.2 (fine-tuning from both forms).
    """
    if isinstance(backbone, cls):
        return backbone
    if isinstance(backbone, VATTBackbone):
        for tower in backbone.towers.values():
            if isinstance(tower, cls):
                return tower
    if isinstance(backbone, VATTAgnosticBackbone) and cls in MODALITY_OF:
        return _copy_of(backbone, cls, MODALITY_OF[cls])
    raise ValueError(
        f"A {type(backbone).__name__} has no {cls.__name__}. Expected a preset with a "
        "tower of that modality: a pretraining preset of the modality-specific form "
        "has all three, of the agnostic form video and audio."
    )


def _copy_of(backbone, cls, modality):
    tower = cls(
        getattr(backbone, f"{modality}_shape"),
        patch_size=getattr(backbone, f"{modality}_patch_size"),
        num_layers=backbone.num_layers,
        num_heads=backbone.num_heads,
        hidden_dim=backbone.hidden_dim,
        mlp_dim=backbone.mlp_dim,
        head_dim=backbone.head_dim,
        position_shape=backbone.position_shapes[modality],
        pre_projection=True,
        output_dim=backbone.output_dim,
        dropout=backbone.dropout,
        drop_token_rate=drop_token_rates(backbone.drop_token_rate)[modality],
        drop_token_per_example=backbone.drop_token_per_example,
        remat=backbone.remat,
        dtype=backbone.dtype_policy,
    )
    embedding = {"video": "tubelet_embedding", "audio": "waveform_embedding"}
    pairs = (
        (backbone.embeddings, getattr(tower, embedding[modality])),
        (backbone.pre_projections, tower.pre_projection),
        (backbone.position_embeddings, tower.position_embedding),
        (backbone.aggregation_tokens, tower.aggregation_token),
        (backbone.post_projections, tower.post_projection),
    )
    for layers, layer in pairs:
        _copy(layers[modality], layer)
    _copy(backbone.encoder, tower.encoder)
    return tower


def _copy(source, target):
    """Assigns one variable at a time, so that no more than one is held twice."""
    for old, new in zip(source.weights, target.weights, strict=True):
        new.assign(old)
