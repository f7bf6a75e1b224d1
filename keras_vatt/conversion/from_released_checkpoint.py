"""Builds the model of a released checkpoint and fills in its weights."""

from keras_vatt import distribution
from keras_vatt.conversion.architecture import architecture
from keras_vatt.conversion.model_of import as_released, model_of
from keras_vatt.conversion.released_checkpoint import ReleasedCheckpoint
from keras_vatt.conversion.released_names import released_variables


def from_released_checkpoint(
    path,
    head_dim=64,
    video_shape=None,
    audio_shape=None,
    num_words=16,
    num_views=1,
    dropout=None,
    drop_token_rate=None,
):
    """Reads a checkpoint of the authors' TensorFlow code into a model.

    The form and all sizes but one are read off the checkpoint's variables, of which
    each must be used exactly once. Weights are read and checked one at a time, so
    that memory holds little more than the model.

    Args:
        path: str or path. Prefix of the checkpoint's files, see `ReleasedCheckpoint`.
        head_dim: int, or a dict of ints by modality (`video`, `audio`, `text`). Width
            of an attention head, the one size that variables do not tell; 64 in all
            released models.
        video_shape: optional four ints, (frames, height, width, channels). Defaults
            to what the position tables were made for; another size resamples them.
        audio_shape: optional two ints, (samples, channels), or three, (frames, bands,
            channels), for a spectrogram. Defaults as `video_shape`.
        num_words: int. Words of a text (pretraining only).
        num_views: int. Views of a clip (classifiers only).
        dropout: optional float. Every dropout rate. Defaults to the models'.
        drop_token_rate: optional float, in the agnostic form also a dict of one for
            "video" and one for "audio". Defaults to the models'.

    Returns:
        A `VATTPretrainer`, `VATTVideoClassifier` or `VATTAudioClassifier` without
        preprocessor. Its word table is frozen and DropToken draws one subset a batch,
        as released.

    Raises:
        FileNotFoundError: if a file is missing.
        ValueError: if the files are damaged or of another model, variables are left
            over, missing, of another shape or not finite, or `head_dim` does not fit.

    Example:

    ```python
    classifier = keras_vatt.conversion.from_released_checkpoint(
        "vit_base/k400_modality_specific_pretrain/ckpt-100000", num_views=4
    )
    ```

    Reference: the authors' released code; design, sections 3 and 4.
    """
    checkpoint = ReleasedCheckpoint(path)
    parts = as_released(architecture(checkpoint.shapes, head_dim))
    given = {
        "video_shape": video_shape,
        "audio_shape": audio_shape,
        "dropout": dropout,
        "drop_token_rate": drop_token_rate,
    }
    given = {name: value for name, value in given.items() if value is not None}
    if parts["form"] in ("specific", "agnostic"):
        given["num_words"] = num_words
    else:
        given["num_views"] = num_views
    model = model_of(parts, **given)
    _fill(model, checkpoint)
    return model


def _fill(model, checkpoint):
    """Assigns every variable of the checkpoint, after a check of names and shapes."""
    variables = released_variables(model)
    missing = sorted(set(variables) - set(checkpoint.shapes))
    left_over = sorted(set(checkpoint.shapes) - set(variables))
    if missing or left_over:
        raise ValueError(
            f"{checkpoint.path} does not hold the variables of the "
            f"{type(model).__name__} that its sizes describe. Missing: "
            f"{_listed(missing)}. Left over: {_listed(left_over)}. Expected each "
            "variable of a released model once: fetch the checkpoint again, or look "
            "which model it belongs to."
        )
    other = {
        name: (checkpoint.shapes[name], tuple(variable.shape))
        for name, variable in variables.items()
        if checkpoint.shapes[name] != tuple(variable.shape)
    }
    if other:
        raise ValueError(
            f"{checkpoint.path} holds variables of other shapes than the "
            f"{type(model).__name__} that its sizes describe: "
            + "; ".join(
                f"{name} has {found}, expected {expected}"
                for name, (found, expected) in sorted(other.items())
            )
            + "."
        )
    distribution.release(variables.values())
    for name, variable in variables.items():
        variable.assign(checkpoint.read(name))


def _listed(names):
    return ", ".join(names) if names else "none"
