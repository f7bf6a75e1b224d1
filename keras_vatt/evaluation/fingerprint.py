"""What a pretrained model is known by: a checksum of all that decides its vectors."""

import hashlib
import json

import keras
import numpy as np

TIME_BASE = {
    "video": ("frame_rate", "frame_stride", "num_frames", "image_size"),
    "audio": ("sample_rate", "audio_stride", "num_samples"),
}


def fingerprint(pretrainer):
    """Returns the checksum of a model's weights, sizes and time base.

    It is the same on every backend and wherever the preset lies, and another one as
    soon as a weight differs. The vocabulary has no part in it: that of a released model
    can be given later.

    Args:
        pretrainer: `VATTPretrainer` with its preprocessor.

    Returns:
        A string, SHA-256 in hexadecimal.

    Raises:
        ValueError: if the model has no preprocessor.

    Example:

    ```python
    fingerprint(keras_vatt.models.VATTPretrainer.from_preset("demo/preset"))[:8]
    ```
    """
    preprocessor = pretrainer.preprocessor
    if preprocessor is None:
        raise ValueError(
            "The model has no preprocessor, which says what its inputs are. Load it "
            "from a preset, or pass one as `VATTPretrainer(..., preprocessor=...)`."
        )
    parts = {
        "video": preprocessor.video_converter,
        "audio": preprocessor.audio_converter,
    }
    facts = {
        modality: {name: getattr(part, name) for name in TIME_BASE[modality]}
        for modality, part in parts.items()
        if part is not None
    }
    facts["head"] = pretrainer.head_name
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode())
    for weight in pretrainer.weights:
        value = np.asarray(keras.ops.convert_to_numpy(weight), "float32")
        digest.update(str(value.shape).encode())
        digest.update(np.ascontiguousarray(value, "<f4").data)
    return digest.hexdigest()
