"""The model that vectors are made with."""

import os

from keras_vatt.models import VATTPretrainer


def load_for_search(preset, vocabulary=None):
    """Loads a pretrained model by name or path.

    Args:
        preset: string. One of `keras_vatt.presets.names()`, a preset folder, or an
            `hf://` or `kaggle://` handle.
        vocabulary: string or None. Word list, for presets without one.

    Returns:
        `VATTPretrainer`.

    Raises:
        ValueError: if the preset is unknown, has no weights or is none of pretraining.
        OSError: if it cannot be fetched.
    """
    options = {} if vocabulary is None else {"vocabulary": vocabulary}
    return VATTPretrainer.from_preset(preset, **options)


def preset_name(preset):
    """Returns what to call a preset from anywhere: of a folder its full path."""
    return os.path.realpath(preset) if os.path.isdir(preset) else str(preset)
