"""What must be the same for a run to be the same run."""

import hashlib
import json

import keras

from keras_vatt import data


def run_settings(model, records, **options):
    """Returns what decides a training run, small enough to be shown when it differs.

    Args:
        model: a `VATTPretrainer` with preprocessor.
        records: string. A prepared folder.
        **options: further settings, as JSON holds them.

    Returns:
        dict of the options, the backend, the clips, and hashes of the model's
        configuration and of its words.
    """
    info = data.records.builder(records).info
    clips = {name: list(split.shard_lengths) for name, split in info.splits.items()}
    rows = (info.metadata or {}).get("fingerprint")
    tokenizer = model.preprocessor.tokenizer
    return {
        **options,
        "backend": keras.backend.backend(),
        "clips": {name: sum(lengths) for name, lengths in clips.items()},
        "data": _hash([clips, rows]),
        "model": _hash(_without_names(model.get_config())),
        "words": _hash(tokenizer.vocabulary if tokenizer else []),
    }


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
