"""Loads the model that a protocol scores."""

import dataclasses
import os

from keras_vatt import models
from keras_vatt.evaluation.protocol import TIME
from keras_vatt.models.preprocessor_of import image_preprocessor_of, preprocessor_of
from keras_vatt.presets.load_sized import load_sized
from keras_vatt.presets.sizes import SIZES

_CLASSIFIERS = {
    "video": models.VATTVideoClassifier,
    "audio": models.VATTAudioClassifier,
    "image": models.VATTImageClassifier,
}


@dataclasses.dataclass(frozen=True)
class ScoredModel:
    """A model and how it reads clips.

    Args:
        model: a task of ours.
        preprocessor: `VATTPreprocessor` of the protocol's time base.
        weights: string. "random" or "preset".
    """

    model: object
    preprocessor: object
    weights: str

    def settings(self, modality):
        """What the model is shown of a clip, a dict for the report."""
        names = {
            "video": ("num_frames", "image_size", "frame_rate", "frame_stride"),
            "audio": ("num_samples", "sample_rate", "audio_stride"),
            "image": ("image_size",),
        }
        found = {name: getattr(self.preprocessor, name) for name in names[modality]}
        return {k: list(v) if isinstance(v, tuple) else v for k, v in found.items()}


def scored_model(
    protocol, preset, num_classes=0, image_size=None, vocabulary=None, views=1
):
    """Loads the model that a protocol scores.

    Probing takes the tower of any preset; retrieval a pretrained model; classification
    a classifier. A size without weights serves all three, with random ones.

    Args:
        protocol: `Protocol`.
        preset: string. A name of `keras_vatt.presets.names()`, or a preset folder.
        num_classes: int. Of the dataset, for the head of a size without weights.
        image_size: int or None. Height and width of the frames, in pixels; None: the
            preset's. Positions are resampled to another.
        vocabulary: list of strings or a file, for a model without its words.
        views: int. Views of a clip whose logits the classifier averages.

    Returns:
        `ScoredModel`.

    Raises:
        ValueError: if the preset has no such tower, no classes or no words.
        OSError: if a released model cannot be fetched.
    """
    is_random = preset in SIZES
    given = {"load_weights": not is_random}
    if protocol.kind == "retrieval":
        cls = models.VATTPretrainer
        given["vocabulary"] = vocabulary
    else:
        cls = _CLASSIFIERS[protocol.modality]
        given["num_views"] = views
    if protocol.kind == "probe":
        given.update(num_classes=2, num_views=1)  # the head is not used
    elif protocol.kind == "classification" and is_random:
        given["num_classes"] = num_classes
    if protocol.modality == "audio" and image_size is not None:
        raise ValueError(
            "Sound has no image size. Leave --image-size out of protocols of sound."
        )
    model = load_sized(cls, preset, image_size, **given)
    preprocessor = model.preprocessor
    if protocol.modality == "image":
        preprocessor = image_preprocessor_of(model.backbone)
    if preprocessor is None:
        raise ValueError(
            f"The preset {os.fspath(preset)!r} has no preprocessor, which knows frame "
            "rates and sizes. Expected one, as `keras-vatt convert` and "
            "`keras-vatt pretrain` save it."
        )
    if protocol.kind != "classification":
        time = {**_time_of(preprocessor), **TIME}
        tokenizer = preprocessor.tokenizer
        preprocessor = preprocessor_of(model.backbone, time)
        preprocessor.tokenizer = tokenizer
    if protocol.kind == "retrieval" and preprocessor.tokenizer is None:
        raise ValueError(
            f"The preset {os.fspath(preset)!r} has no words, so it cannot read "
            "captions. Name its list of words by --vocabulary."
        )
    return ScoredModel(model, preprocessor, "random" if is_random else "preset")


def _time_of(preprocessor):
    """The rates that a preprocessor has, of the modalities that it reads."""
    audio = preprocessor.audio_converter
    return {} if audio is None else {"sample_rate": preprocessor.sample_rate}
