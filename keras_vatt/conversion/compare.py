"""Compares a converted model with arrays that another program computed."""

import numpy as np

from keras_vatt.models import VATTPretrainer, VATTVideoClassifier

TOLERANCE = 2e-4  # absolute, float32


def compare(model, path, tolerance=TOLERANCE):
    """Runs a model on given inputs and compares its outputs with given ones.

    Args:
        model: what `from_released_checkpoint` returns.
        path: path of an `.npz`. Inputs are `in/video`, `in/audio`, `in/text` (a
            classifier takes the only one there is). Outputs are `out/NAME`: of a
            pretrainer the embeddings `video_to_audio`, `video_to_text`,
            `audio_to_video`, `text_to_video`; of a classifier `logits` or
            `probabilities` (softmax of video, sigmoid of audio).
        tolerance: float, largest absolute error allowed.

    Returns:
        Dict from output to its largest absolute error.

    Raises:
        ValueError: if an array has a name that the model has no output for, another
            shape, or an error above the tolerance.

    Example:

    ```python
    model = keras_vatt.conversion.from_released_checkpoint("wat_base/ckpt-50000")
    keras_vatt.conversion.compare(model, "expected.npz")  # {"probabilities": 3.1e-07}
    ```
    """
    with np.load(path, allow_pickle=False) as stored:
        arrays = dict(stored)
    inputs = _below("in/", arrays)
    outputs = _below("out/", arrays)
    if not inputs or not outputs:
        raise ValueError(
            f"{path} has the arrays {sorted(arrays)}. Expected inputs in/... and "
            "outputs out/..., see `keras_vatt.conversion.compare`."
        )
    found = _outputs(model, inputs)
    errors = {}
    for name, expected in outputs.items():
        if name not in found or found[name].shape != expected.shape:
            known = {key: value.shape for key, value in found.items()}
            raise ValueError(
                f"{path} has out/{name} of shape {expected.shape}, which the model "
                f"does not compute. It computes {known}. Name and shape the array so."
            )
        errors[name] = float(np.max(np.abs(found[name] - expected)))
    if max(errors.values()) > tolerance or not np.isfinite(sum(errors.values())):
        raise ValueError(
            f"The model's outputs differ from those of {path} by {errors}, allowed is "
            f"{tolerance}. Check that the checkpoint is the one they were made with, "
            "and `head_dim`."
        )
    return errors


def _below(prefix, arrays):
    return {
        k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)
    }


def _outputs(model, inputs):
    if isinstance(model, VATTPretrainer):
        found = model.predict_on_batch(inputs)
        return {name: np.asarray(value) for name, value in found.items()}
    if len(inputs) > 1:
        raise ValueError(
            f"A classifier takes one input. Received: {sorted(inputs)}. Leave the "
            "others out of the file."
        )
    (x,) = inputs.values()
    logits = np.asarray(model.predict_on_batch(x)).astype("float64")
    if isinstance(model, VATTVideoClassifier):
        exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
        probabilities = exponentials / exponentials.sum(axis=-1, keepdims=True)
    else:
        probabilities = 1 / (1 + np.exp(-logits))
    return {"logits": logits, "probabilities": probabilities}
