"""Builds the model that an architecture describes, with random weights."""

from keras_vatt.models import (
    VATTAgnosticBackbone,
    VATTAudioBackbone,
    VATTAudioClassifier,
    VATTBackbone,
    VATTPretrainer,
    VATTTextBackbone,
    VATTVideoBackbone,
    VATTVideoClassifier,
)


def model_of(
    parts,
    video_shape=None,
    audio_shape=None,
    num_words=16,
    num_views=1,
    dropout=None,
    drop_token_rate=None,
):
    """Builds the model of a released architecture, without its weights.

    Args:
        parts: dict, what `architecture` returns.
        video_shape: see `from_released_checkpoint`, as all that follow.
        audio_shape: optional ints.
        num_words: int.
        num_views: int.
        dropout: optional float.
        drop_token_rate: optional float.

    Returns:
        A `VATTPretrainer`, `VATTVideoClassifier` or `VATTAudioClassifier` that behaves
        as released: a frozen word table, one DropToken subset a batch.

    Raises:
        ValueError: if a shape is given for an input that the model does not have.

    Example:

    ```python
    shapes = keras_vatt.conversion.ReleasedCheckpoint("vit_base/ckpt-100000").shapes
    parts = keras_vatt.conversion.architecture(shapes)
    untrained = keras_vatt.conversion.model_of(parts, video_shape=(16, 224, 224, 3))
    ```

    Reference: design, section 3.
    """
    regularisation = {"drop_token_per_example": False}
    if dropout is not None:
        regularisation["dropout"] = dropout
    if drop_token_rate is not None:
        regularisation["drop_token_rate"] = drop_token_rate
    shapes = {"video_shape": video_shape, "audio_shape": audio_shape}
    shapes = {name: tuple(shape) for name, shape in shapes.items() if shape is not None}
    if parts["form"] in ("specific", "agnostic"):
        return _pretrainer(parts, shapes, num_words, regularisation)
    return _classifier(parts, shapes, num_views, regularisation)


def _pretrainer(parts, shapes, num_words, regularisation):
    text = {"num_words": num_words, "train_word_table": False}
    if parts["form"] == "agnostic":
        backbone = VATTAgnosticBackbone(
            **{**parts["backbone"], **shapes, **text, **regularisation}
        )
        return VATTPretrainer(backbone, **parts["task"])
    text |= _only("dropout", regularisation)
    video, audio = (
        {**parts[m], **_only(f"{m}_shape", shapes), **regularisation}
        for m in ("video", "audio")
    )
    backbone = VATTBackbone(
        VATTVideoBackbone(**video),
        VATTAudioBackbone(**audio),
        VATTTextBackbone(**parts["text"], **text),
    )
    return VATTPretrainer(backbone, **parts["task"])


def _classifier(parts, shapes, num_views, regularisation):
    is_video = parts["form"] == "video_classifier"
    name = "video_shape" if is_video else "audio_shape"
    unused = set(shapes) - {name}
    if unused:
        raise ValueError(
            f"The checkpoint holds a {parts['form'].replace('_', ' ')}, which has no "
            f"use for {sorted(unused)}. Leave it out; its input is `{name}`."
        )
    task = {**parts["task"], "num_views": num_views, **_only("dropout", regularisation)}
    tower = {**parts["backbone"], **shapes, **regularisation}
    if is_video:
        return VATTVideoClassifier(VATTVideoBackbone(**tower), **task)
    return VATTAudioClassifier(VATTAudioBackbone(**tower), **task)


def _only(name, options):
    return {name: options[name]} if name in options else {}
