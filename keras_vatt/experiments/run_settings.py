"""What must be the same for a run to be the same run."""

import hashlib
import json
import os

import keras

from keras_vatt import data
from keras_vatt.data.open_source import open_source


def run_settings(model, sources, **options):
    """Returns what decides a training run, small enough to be shown when it differs.

    Args:
        model: a compiled `VATTPretrainer` with preprocessor.
        sources: list of strings, the prepared folders or DMVR records.
        **options: further settings, as JSON holds them.

    Returns:
        dict of the options, the backend, the clips, and hashes of the model's
        configuration, its optimizer and its words.
    """
    opened = [open_source(source, "train") for source in sources]
    files = [
        [(os.path.basename(path), *range_) for path, *range_ in source.files]
        for source in opened
    ]
    tokenizer = model.preprocessor.tokenizer
    return {
        **options,
        "backend": keras.backend.backend(),
        "clips": sum(source.num_clips for source in opened),
        "data": _hash([files, [_fingerprint(source) for source in sources]]),
        "model": _hash(_without_names(model.get_config())),
        "optimizer": _hash(_without_names(model.optimizer.get_config())),
        "words": _hash(tokenizer.vocabulary if tokenizer else []),
    }


def _fingerprint(source):
    """What `prepare` noted of its rows; DMVR notes nothing."""
    if not data.records.is_finished(source):
        return None
    return (data.records.builder(source).info.metadata or {}).get("fingerprint")


def _without_names(config):
    """A configuration without the names that Keras counts up in a process."""
    if isinstance(config, dict):
        kept = {k: v for k, v in config.items() if k not in ("name", "preprocessor")}
        return {k: _without_names(v) for k, v in kept.items()}
    if isinstance(config, (list, tuple)):
        return [_without_names(value) for value in config]
    return config


def _hash(value):
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
