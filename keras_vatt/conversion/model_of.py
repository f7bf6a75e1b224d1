"""Builds the model that an architecture describes, with random weights."""

import difflib
import inspect

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

# What released weights were trained with, where it differs from training anew.
AS_RELEASED = {"drop_token_per_example": False, "train_word_table": False}

# The task of a form, and the class of each of its parts.
FORMS = {
    "specific": (
        VATTPretrainer,
        {
            "video": VATTVideoBackbone,
            "audio": VATTAudioBackbone,
            "text": VATTTextBackbone,
        },
    ),
    "agnostic": (VATTPretrainer, {"backbone": VATTAgnosticBackbone}),
    "video_classifier": (VATTVideoClassifier, {"backbone": VATTVideoBackbone}),
    "waveform_classifier": (VATTAudioClassifier, {"backbone": VATTAudioBackbone}),
    "spectrogram_classifier": (VATTAudioClassifier, {"backbone": VATTAudioBackbone}),
}


def model_of(parts, **overrides):
    """Builds the model of an architecture, with random weights.

    Args:
        parts: dict: `"form"`, a key of `FORMS`; the arguments of each of its parts
            (`"video"`, `"audio"` and `"text"`, or `"backbone"`) and of its `"task"`.
            What `architecture` returns.
        **overrides: other arguments of the parts and of the task, such as
            `video_shape`, `num_classes`, `dropout` or `dtype`. Each goes to whatever
            has it.

    Returns:
        A `VATTPretrainer`, `VATTVideoClassifier` or `VATTAudioClassifier` without
        preprocessor.

    Raises:
        ValueError: if no part has an argument of that name; it tells the nearest.

    Example:

    ```python
    shapes = keras_vatt.conversion.ReleasedCheckpoint("vit_base/ckpt-100000").shapes
    parts = keras_vatt.conversion.architecture(shapes)
    untrained = keras_vatt.conversion.model_of(parts, video_shape=(16, 224, 224, 3))
    ```

    Reference: design, section 3.
    """
    task, classes = FORMS[parts["form"]]
    refuse_unknown(overrides, task, *classes.values(), of=parts["form"])
    built = [
        cls(**{**parts[name], **accepted(overrides, cls)})
        for name, cls in classes.items()
    ]
    backbone = VATTBackbone(*built) if len(built) > 1 else built[0]
    arguments = {**parts.get("task", {}), **accepted(overrides, task)}
    arguments.pop("dtype", None)  # a task computes as its backbone does
    return task(backbone, **arguments)


def as_released(parts):
    """The architecture with the arguments that released weights were trained with."""
    _, classes = FORMS[parts["form"]]
    found = {
        name: {**parts[name], **accepted(AS_RELEASED, cls)}
        for name, cls in classes.items()
    }
    return {**parts, **found}


def accepted(arguments, cls):
    """Those of the arguments that a class' constructor names."""
    names = argument_names(cls)
    return {name: value for name, value in arguments.items() if name in names}


def argument_names(*classes):
    """The names of all arguments that the classes' constructors take."""
    found = [inspect.signature(cls.__init__).parameters for cls in classes]
    return set().union(*found) - {"self", "args", "kwargs"}


def refuse_unknown(overrides, *classes, of="model"):
    """Raises a ValueError for an override that no class takes."""
    known = argument_names(*classes)
    for name in sorted(set(overrides) - known):
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)
        raise ValueError(
            f"No part of this {of.replace('_', ' ')} has an argument {name!r}. Did "
            f"you mean {near[0]!r}?"
        )
