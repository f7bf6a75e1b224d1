"""Builds or loads a model by name or path."""

import difflib
import inspect
import os

from keras_vatt.models import (
    VATTAgnosticBackbone,
    VATTAudioBackbone,
    VATTBackbone,
    VATTPretrainer,
    VATTTextBackbone,
    VATTVideoBackbone,
)
from keras_vatt.models.task import VATTTask
from keras_vatt.preprocessing import (
    VATTAudioConverter,
    VATTPreprocessor,
    VATTTokenizer,
    VATTVideoConverter,
)
from keras_vatt.presets.table import entry

TOWERS = {
    "video": VATTVideoBackbone,
    "audio": VATTAudioBackbone,
    "text": VATTTextBackbone,
}
PARTS = {"specific": tuple(TOWERS.values()), "agnostic": (VATTAgnosticBackbone,)}


def load(name_or_path, load_weights=True, vocabulary=None, **overrides):
    """Loads a model by name, or from a folder written by `save_to_preset`.

    Args:
        name_or_path: one of `names()`, a preset folder, or an `hf://` or `kaggle://`
            handle.
        load_weights: bool. `False` builds the architecture with random weights. A size
            without weights is always random.
        vocabulary: optional list of words or path of a word list, padding first: for
            names whose words are not known. The word table takes its size.
        **overrides: arguments of the towers and of `VATTPretrainer`, such as
            `dropout`, `drop_token_rate`, `video_shape`, `dtype`. Each goes to every
            tower that has it.

    Returns:
        A `VATTPretrainer` or classifier, with its preprocessor.

    Raises:
        ValueError: for an unknown name or override; it names the nearest.

    Example:

    ```python
    pretrainer = keras_vatt.presets.load("vatt_tiny", vocabulary=["<pad>", "<unk>"])
    ```
    """
    if os.path.isdir(name_or_path) or "://" in str(name_or_path):
        if vocabulary is not None:
            overrides["vocabulary"] = vocabulary
        return VATTTask.from_preset(name_or_path, load_weights, **overrides)
    row = entry(name_or_path)
    if vocabulary is not None:
        overrides = {"vocabulary_size": len(_words(vocabulary)), **overrides}
    classes = [VATTPretrainer, *PARTS[row["form"]]]
    _refuse_unknown(overrides, set().union(*map(_accepted, classes)))
    backbone = _backbone(row, overrides)
    arguments = _take(overrides, VATTPretrainer, row.get("head", {}))
    preprocessor = _preprocessor(row["time"], backbone, vocabulary)
    return VATTPretrainer(backbone, **{"preprocessor": preprocessor, **arguments})


def _backbone(row, overrides):
    if row["form"] == "agnostic":
        arguments = _take(overrides, VATTAgnosticBackbone, row["backbone"])
        return VATTAgnosticBackbone(**arguments)
    towers = [cls(**_take(overrides, cls, row[m])) for m, cls in TOWERS.items()]
    return VATTBackbone(*towers)


def _preprocessor(time, backbone, vocabulary):
    tokenizer = None
    if vocabulary is not None:
        tokenizer = VATTTokenizer(vocabulary, sequence_length=backbone.num_words)
    return VATTPreprocessor(
        video_converter=VATTVideoConverter(
            image_size=backbone.video_shape[1:3],
            num_frames=backbone.video_shape[0],
            frame_rate=time["frame_rate"],
            frame_stride=time["frame_stride"],
        ),
        audio_converter=VATTAudioConverter(
            num_samples=backbone.audio_shape[0],
            sample_rate=time["sample_rate"],
            audio_stride=time["audio_stride"],
        ),
        tokenizer=tokenizer,
    )


def _words(vocabulary):
    if not isinstance(vocabulary, (str, os.PathLike)):
        return list(vocabulary)
    with open(vocabulary, encoding="utf-8") as lines:
        return lines.read().splitlines()


def _accepted(cls):
    return set(inspect.signature(cls.__init__).parameters) - {"self", "kwargs"}


def _take(overrides, cls, defaults):
    accepted = _accepted(cls)
    return {**defaults, **{k: v for k, v in overrides.items() if k in accepted}}


def _refuse_unknown(overrides, known):
    for name in sorted(set(overrides) - known):
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)
        raise ValueError(
            f"No part of this model has an argument {name!r}. Did you mean {near[0]!r}?"
        )
