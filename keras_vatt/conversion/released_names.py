"""The released variables' names, beside the variables of our models."""

from keras_vatt.conversion.architecture import (
    AGNOSTIC,
    AUDIO,
    CLASSIFIER,
    HEAD,
    MODALITIES,
    SPECTROGRAM_AXES,
    TEXT,
    TOWER,
    VIDEO,
    VIDEO_AXES,
)
from keras_vatt.conversion.released_checkpoint import ATTRIBUTE
from keras_vatt.models import (
    VATTAgnosticBackbone,
    VATTAudioBackbone,
    VATTBackbone,
    VATTPretrainer,
    VATTVideoBackbone,
)


def released_variables(model):
    """Maps the names of a released checkpoint's variables to a model's variables.

    Args:
        model: a built `VATTPretrainer` with the fine-and-coarse head, or a
            `VATTVideoClassifier` or `VATTAudioClassifier`.

    Returns:
        Dict from full released name to `keras.Variable`: every weight of the model,
        each once.

    Raises:
        ValueError: if the authors released no model with such a head.

    Example:

    ```python
    released_variables = keras_vatt.conversion.released_variables
    backbone = keras_vatt.models.VATTVideoBackbone()
    classifier = keras_vatt.models.VATTVideoClassifier(backbone, num_classes=400)
    shapes = {k: v.shape for k, v in released_variables(classifier).items()}
    ```

    Reference: the authors' released code.
    """
    if not isinstance(model, VATTPretrainer):
        names = {
            **_tower(TOWER, model.backbone),
            **_dense(CLASSIFIER, model.classifier_dense),
        }
    elif model.head_name != "fac":
        raise ValueError(
            "The released checkpoints have the fine-and-coarse head. Received a model "
            f'with head={model.head_name!r}: build it with head="fac".'
        )
    else:
        names = {**_backbone(model.backbone), **_head(model.head)}
    return {name + ATTRIBUTE: variable for name, variable in names.items()}


def _backbone(backbone):
    if isinstance(backbone, VATTAgnosticBackbone):
        return _agnostic(backbone)
    if not isinstance(backbone, VATTBackbone):
        raise ValueError(
            "`backbone` must be a VATTBackbone or a VATTAgnosticBackbone. Received: "
            f"{backbone!r}."
        )
    return {
        **_tower(VIDEO, backbone.video_backbone),
        **_tower(AUDIO, backbone.audio_backbone),
        **_text(backbone.text_backbone),
    }


def _tower(name, tower):
    return {
        **_patches(name, tower),
        **_projection(f"{name}/pre_proj", tower.pre_projection),
        **_positions(
            f"{name}/pos_embedding_lookup", tower.position_embedding, _axes(tower)
        ),
        f"{name}/agg_embedding": tower.aggregation_token.token,
        **_encoder(f"{name}/tx", tower.encoder),
        **_projection(f"{name}/post_proj", tower.post_projection),
    }


def _patches(name, tower):
    if isinstance(tower, VATTVideoBackbone):
        return _dense(f"{name}/voxel_to_patch", tower.tubelet_embedding)
    if _is_waveform(tower):
        return _dense(f"{name}/wave_to_patch", tower.waveform_embedding)
    return _dense(f"{name}/spectrum_to_patch", tower.spectrogram_embedding)


def _axes(tower):
    if isinstance(tower, VATTVideoBackbone):
        return VIDEO_AXES
    # A spectrogram tower keeps its tables band by band, see there.
    return ("temporal",) if _is_waveform(tower) else SPECTROGRAM_AXES[::-1]


def _is_waveform(tower):
    if not isinstance(tower, VATTAudioBackbone):
        raise ValueError(
            "`backbone` must be a VATTVideoBackbone or a VATTAudioBackbone. Received: "
            f"{tower!r}."
        )
    return len(tower.audio_shape) == 2


def _text(tower):
    encoder = f"{TEXT}/base_lm"
    names = {
        f"{TEXT}/embedding/embeddings": tower.word_embedding.table,
        f"{TEXT}/agg_embedding": tower.aggregation_token.token,
        **_dense(f"{TEXT}/pre_proj", tower.text_projection),
        f"{encoder}/layers/0/self_attention/attention/relative_attention_bias/"
        "embeddings": tower.encoder.relative_bias.table,
        f"{encoder}/final_layer_norm/weight": tower.encoder.final_norm.scale,
    }
    for index, block in enumerate(tower.encoder.blocks):
        layer = f"{encoder}/layers/{index}"
        attention = f"{layer}/self_attention"
        names |= {
            f"{attention}/layer_norm/weight": block.attention_norm.scale,
            **_attention(f"{attention}/attention", block.attention),
            **_mlp(f"{layer}/feed_forward", block),
        }
    return names


def _agnostic(backbone):
    raw = f"{AGNOSTIC}/raw_to_embeddings"
    names = {
        **_dense(f"{raw}/video", backbone.embeddings["video"]),
        **_dense(f"{raw}/audio", backbone.embeddings["audio"]),
        f"{raw}/text/embeddings": backbone.embeddings["text"].table,
        **_encoder(f"{AGNOSTIC}/tx", backbone.encoder),
    }
    for modality in MODALITIES:
        axes = VIDEO_AXES if modality == "video" else ("temporal",)
        token = backbone.aggregation_tokens[modality].token
        names |= {
            f"{AGNOSTIC}/{SHORT[modality]}_agg_embedding": token,
            **_projection(
                f"{AGNOSTIC}/pre_proj/{modality}", backbone.pre_projections[modality]
            ),
            **_positions(
                f"{AGNOSTIC}/pos_embedding_lookup/{modality}",
                backbone.position_embeddings[modality],
                axes,
            ),
            **_projection(
                f"{AGNOSTIC}/post_proj/{modality}", backbone.post_projections[modality]
            ),
        }
    return names


SHORT = {"video": "vid", "audio": "aud", "text": "txt"}


def _head(head):
    return {
        **_dense(f"{HEAD}/vid_to_hid", head.video_hidden_dense),
        **_batch_norm(f"{HEAD}/hid_to_va/pre_bn", head.video_hidden_norm),
        **_dense(f"{HEAD}/hid_to_va/dense", head.video_to_audio_dense),
        **_batch_norm(f"{HEAD}/hid_to_va/bn", head.video_to_audio_norm),
        **_dense(f"{HEAD}/va_to_vat/dense", head.video_to_text_dense),
        **_batch_norm(f"{HEAD}/va_to_vat/bn", head.video_to_text_norm),
        **_dense(f"{HEAD}/aud_to_va", head.audio_to_video_dense),
        **_dense(f"{HEAD}/txt_to_vat", head.text_to_video_dense),
    }


def _encoder(name, encoder):
    names = _layer_norm(f"{name}/final_layer_norm", encoder.final_norm)
    for index, block in enumerate(encoder.blocks):
        layer = f"{name}/layers/{index}"
        names |= {
            **_layer_norm(f"{layer}/layer_norm", block.attention_norm),
            **_attention(f"{layer}/mha", block.attention),
            **_mlp(f"{layer}/feed_forward", block),
        }
    return names


def _attention(name, attention):
    return {
        **_dense(f"{name}/q", attention.query_dense),
        **_dense(f"{name}/k", attention.key_dense),
        **_dense(f"{name}/v", attention.value_dense),
        **_dense(f"{name}/o", attention.output_dense),
    }


def _mlp(name, block):
    return {
        **_layer_norm(f"{name}/layer_norm", block.mlp_norm),
        **_dense(f"{name}/mlp/wi", block.mlp_dense),
        **_dense(f"{name}/mlp/wo", block.mlp_output_dense),
    }


def _positions(name, positions, axes):
    tables = {
        f"{name}/{axis}_position_embeddings/embeddings": table
        for axis, table in zip(axes, positions.tables, strict=True)
    }
    return {**tables, **_layer_norm(f"{name}/layernorm", positions.layer_norm)}


def _projection(name, dense):
    return {} if dense is None else _dense(name, dense)


def _dense(name, layer):
    names = {f"{name}/kernel": layer.kernel}
    if layer.bias is not None:
        names[f"{name}/bias"] = layer.bias
    return names


def _layer_norm(name, layer):
    return {f"{name}/gamma": layer.gamma, f"{name}/beta": layer.beta}


def _batch_norm(name, layer):
    return {
        f"{name}/gamma": layer.gamma,
        f"{name}/beta": layer.beta,
        f"{name}/moving_mean": layer.moving_mean,
        f"{name}/moving_variance": layer.moving_variance,
    }
