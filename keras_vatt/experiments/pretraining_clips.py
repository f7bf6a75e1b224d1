"""The clips that pretraining begins with, and those that it is validated on."""

import numpy as np
import tensorflow as tf

from keras_vatt import data, distribution
from keras_vatt.data.open_source import open_source

_CALIBRATION_CLIPS = 64


def validation_clips(records, batch_size, preprocessor, num_candidates):
    """Validation batches or None; those of several devices are full ones, cut alike."""
    if not _has_validation(records):
        return None
    options = {"preprocessor": preprocessor, "num_candidates": num_candidates}
    devices = distribution.num_devices()
    if devices == 1:
        return data.load(records, "validation", batch_size=batch_size, **options)
    count = open_source(records, "validation").num_clips
    batch_size = min(batch_size, count // devices * devices)
    if not batch_size:
        return None
    return distribution.own_rows(
        data.load(
            records,
            "validation",
            batch_size=batch_size,
            drop_remainder=True,
            **options,
        )
    )


def _has_validation(records):
    if data.records.is_finished(records):
        return "validation" in data.records.builder(records).info.splits
    return bool(data.dmvr.files(records, "validation"))


def first_clips(dataset, records):
    """Inputs and masks of a dataset's first clips, as numpy arrays."""
    batches, found = [], 0
    try:
        for batch in dataset.as_numpy_iterator():
            batches.append(batch)
            found += len(batch[0]["video"])
            if found >= _CALIBRATION_CLIPS:
                break
    except tf.errors.InvalidArgumentError as error:
        if "no frames" not in error.message:
            raise
        raise ValueError(
            f"Clips of {records!r} are sound alone. Expected frames in each: video is "
            "what sound and words are compared with. Leave those files out and "
            "prepare again."
        ) from None
    return [
        {k: np.concatenate([batch[i][k] for batch in batches]) for k in batches[0][i]}
        for i in (0, 1)
    ]
