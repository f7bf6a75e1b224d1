"""How far the models are from the released code's outputs, folder by folder."""

import keras
import numpy as np

from keras_vatt.conversion import from_released_checkpoint
from tests import golden_files

HEAD_DIM = 16
HEAD = "out/head_stack/bridge"
EMBEDDINGS = {
    "video_to_audio": f"{HEAD}/video/toaud",
    "video_to_text": f"{HEAD}/video/totxt",
    "audio_to_video": f"{HEAD}/audio/tovid",
    "text_to_video": f"{HEAD}/text/tovid",
}
MODALITIES = ("video", "audio", "text")


def tolerance(folder):
    """Absolute, on every output of a folder."""
    # The released code solves this one's spline in float32, ours is exact.
    return 5e-4 if folder == "wat_classifier_interpolated" else 2e-4


def errors(folder):
    """Largest absolute error by released output name."""
    arrays = golden_files.arrays(folder)
    outputs = (
        pretraining_outputs(folder, arrays)
        if folder in golden_files.PRETRAINING
        else classifier_outputs(folder, arrays)
    )
    expected = {name for name in arrays if name.startswith("out/")}
    if set(outputs) != expected:
        raise AssertionError(f"{folder}: {set(outputs) ^ expected} were not compared.")
    return {
        name: float(np.max(np.abs(compared(output, arrays[name]))))
        for name, output in outputs.items()
    }


def pretraining_outputs(folder, arrays):
    model = from_released_checkpoint(golden_files.checkpoint(folder), head_dim=HEAD_DIM)
    inputs = {modality: arrays[f"in/{modality}"] for modality in MODALITIES}
    features = model.backbone.predict_on_batch(inputs)
    embeddings = model.predict_on_batch(inputs)
    outputs = {EMBEDDINGS[name]: value for name, value in embeddings.items()}
    for modality, output in features.items():
        outputs[f"out/{modality}/features"] = output["sequence_output"]
        outputs[f"out/{modality}/features_pooled"] = output["pooled_output"]
    return outputs


def classifier_outputs(folder, arrays):
    name, is_video = (
        ("in/images", True) if "in/images" in arrays else ("in/audio", False)
    )
    shape = arrays[name].shape[1:]
    model = from_released_checkpoint(
        golden_files.checkpoint(folder),
        head_dim=HEAD_DIM,
        num_views=golden_files.config(folder).get("num_test_samples", 1),
        **{"video_shape" if is_video else "audio_shape": shape},
    )
    logits = model.predict_on_batch(arrays[name])
    probabilities = keras.ops.softmax(logits) if is_video else keras.ops.sigmoid(logits)
    return {
        "out/logits": logits,
        "out/probabilities": keras.ops.convert_to_numpy(probabilities),
    }


def compared(output, expected):
    if expected.ndim == 5:  # the released video features keep their grid
        expected = expected.reshape(len(expected), -1, expected.shape[-1])
    if output.shape != expected.shape:
        raise AssertionError(f"Shape {output.shape}, expected {expected.shape}.")
    return output.astype("float64") - expected
