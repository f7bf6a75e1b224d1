"""Pretraining on a folder of one's own.

`keras-vatt pretrain --data FOLDER` is this function. Every value is ours, chosen on
small procedural clips and two processor cores; none is the paper's.
"""

import json
import math
import os
import pathlib

import keras
import numpy as np

from keras_vatt import data, datasets, distribution, presets
from keras_vatt.losses import AsymmetricNCE
from keras_vatt.preprocessing.vatt_tokenizer import PADDING, UNKNOWN
from keras_vatt.training.calibrate import calibrate

VOCABULARY = "vocabulary.txt"
RECORDS = "records"
PRESET = "preset"
HISTORY = "history.json"
# How many times a training sees a clip, if nothing is said: few clips are seen more
# often, but a step on as few as 64 clips is never taken fewer times than this.
_EPOCHS, _LEAST_STEPS = 24, 600
_CALIBRATION_CLIPS = 64


def pretrain_folder(
    folder,
    output,
    preset="vatt_tiny",
    epochs=None,
    steps=None,
    batch_size=64,
    learning_rate=1e-3,
    seed=0,
    flip=False,
    encode_batch_size=None,
    callbacks=(),
    verbose="auto",
    prepare_options=None,
):
    """Pretrains on a folder: prepared, or raw files with or without a CSV.

    A raw folder is prepared first, and a vocabulary of its training captions built,
    both below `output`. Training is Adam with a warm-up over a tenth of the steps and
    a cosine to zero; weights that start at random are calibrated on the first clips.
    After `keras_vatt.distribution.setup` the devices share each batch; only the first
    process writes.

    Args:
        folder: string. What `keras-vatt prepare` wrote, or a folder (or CSV) that it
            reads. A prepared folder brings its `vocabulary.txt`, if it has one.
        output: string. Folder to write: `preset/`, `history.json`, `history.csv`,
            `logs/` for TensorBoard, and what was prepared.
        preset: string. A name of `presets.names()`, or a preset folder, whose weights
            and vocabulary are then trained further.
        epochs: int or None. Times that every training clip is seen. None: 24, or more
            where that is fewer than 600 steps.
        steps: int or None. Steps to train in all; wins over `epochs`.
        batch_size: int. Clips a step; no more than there are.
        learning_rate: float. The highest of the schedule.
        seed: int. The same seed starts and shuffles alike.
        flip: bool. Whether half of the clips are mirrored in training. Off: captions
            may speak of left and right.
        callbacks: sequence of Keras callbacks besides CSV and TensorBoard logs.
        verbose: as in `fit`: the progress bar.
        prepare_options: optional dict, passed to `keras_vatt.datasets.prepare`.

    Returns:
        The trained `VATTPretrainer` and its history, a dict of lists, a value an epoch.

    Raises:
        FileNotFoundError: if the folder is missing or empty.
        ValueError: if a value is out of range, or there are too few clips.
        FloatingPointError: if the loss is no longer finite.

    Example:

    ```python
    from keras_vatt.experiments import pretrain_folder

    model, history = pretrain_folder("my_clips", "my_run", epochs=20)
    ```
    """
    _check(epochs, steps, batch_size, learning_rate)
    output = pathlib.Path(output)
    output.mkdir(parents=True, exist_ok=True)
    records = distribution.first_before_others(
        lambda: prepare_folder(folder, output, **(prepare_options or {}))
    )
    keras.utils.set_random_seed(seed)
    model, is_new = build(preset, records, output)
    model.encode_batch_size = encode_batch_size
    info = data.records.builder(records).info
    count = data.records.num_clips(info, "train", records)
    batch_size = min(batch_size, count)
    steps, epochs = _plan(count, batch_size, steps, epochs)
    share = distribution.share(batch_size)
    train = data.load(
        records,
        "train",
        **share,
        preprocessor=model.preprocessor,
        seed=seed,
        repeat=True,
        cache=True,
        shuffle_buffer=4096,
        flip=flip,
    )
    first, validation = train, None
    if "validation" in info.splits:
        validation = _validation(records, batch_size, model.preprocessor)
    if distribution.processes() > 1:  # all must see the same clips first
        first = data.load(
            records, "train", batch_size=batch_size, preprocessor=model.preprocessor
        )
    inputs, masks = _first_clips(first)
    if is_new:
        calibrate(model, inputs)
    model.compile(
        keras.optimizers.Adam(_schedule(learning_rate, steps)), _loss(masks, records)
    )
    history = model.fit(
        train,
        shuffle=False,  # the dataset does
        epochs=epochs,
        steps_per_epoch=math.ceil(steps / epochs),
        validation_data=validation,
        verbose=verbose,
        callbacks=[*callbacks, *(_logs(output) if distribution.is_first() else ())],
    ).history
    history = {name: [float(v) for v in values] for name, values in history.items()}
    if distribution.is_first():
        (output / HISTORY).write_text(json.dumps(history, indent=1))
        model.save_to_preset(str(output / PRESET))
    distribution.wait_for_all()
    return model, history


def prepare_folder(folder, output, **options):
    """Returns the prepared folder: the one given, or what it is prepared to.

    Args:
        folder: string. A prepared folder, or one that `prepare` reads.
        output: string. Where `records/` is written, if it must be.
        **options: passed to `keras_vatt.datasets.prepare`.

    Returns:
        A path, string.

    Raises:
        FileNotFoundError: if the folder is missing, or holds nothing to read.
    """
    if os.path.isdir(folder):
        try:
            data.records.folder(folder)
            return str(folder)
        except FileNotFoundError:
            pass  # not a prepared one
    records = os.path.join(output, RECORDS)
    print(datasets.prepare(folder, records, **options))
    return records


def build(preset, records, output):
    """Returns the model to train, and whether its weights are new.

    Args:
        preset: string. A name, or a preset folder.
        records: string. A prepared folder, for its words.
        output: string. Where `vocabulary.txt` is written, if there is none.

    Returns:
        A `VATTPretrainer` with preprocessor, and a bool.
    """
    if os.path.isdir(preset) or "://" in str(preset):
        return presets.load(preset), False
    vocabulary = os.path.join(records, VOCABULARY)
    if not os.path.isfile(vocabulary):
        vocabulary = os.path.join(output, VOCABULARY)
        try:
            distribution.first_before_others(
                lambda: data.vocabulary(records, vocabulary)
            )
        except ValueError as error:  # sound alone can teach as well
            print(f"{error} Without it, video is compared with sound only.")
            vocabulary = [PADDING, UNKNOWN]
    return presets.load(preset, vocabulary=vocabulary), True


def _validation(records, batch_size, preprocessor):
    """Validation batches; those of several devices are full ones, cut alike."""
    options = {"preprocessor": preprocessor, "batch_size": batch_size}
    if distribution.num_devices() == 1:
        return data.load(records, "validation", **options)
    info = data.records.builder(records).info
    count = data.records.num_clips(info, "validation", records)
    devices = distribution.num_devices()
    options["batch_size"] = min(batch_size, count // devices * devices)
    if not options["batch_size"]:
        return None
    return distribution.own_rows(
        data.load(records, "validation", drop_remainder=True, **options)
    )


def _logs(output):
    return [
        keras.callbacks.CSVLogger(str(output / "history.csv")),
        keras.callbacks.TensorBoard(str(output / "logs"), write_graph=False),
    ]


def _first_clips(dataset):
    """Inputs and masks of a dataset's first clips, as numpy arrays."""
    batches, found = [], 0
    for batch in dataset.as_numpy_iterator():
        batches.append(batch)
        found += len(batch[0]["video"])
        if found >= _CALIBRATION_CLIPS:
            break
    return [
        {k: np.concatenate([batch[i][k] for batch in batches]) for k in batches[0][i]}
        for i in (0, 1)
    ]


def _loss(masks, records):
    """The released loss, without the terms that no clip has anything for."""
    weights = {
        "video_text_weight": float(masks["text_mask"].any()),
        "video_audio_weight": float(masks["audio_mask"].any()),
    }
    if not any(weights.values()):
        raise ValueError(
            f"Of {len(masks['text_mask'])} training clips of {records!r} none has a "
            "caption or sound. Expected either: they are what video is learned from. "
            "Add a column `caption`, or videos with a sound track."
        )
    return AsymmetricNCE(**weights)


def _plan(count, batch_size, steps, epochs):
    """Steps in all, and the epochs they are cut into."""
    epoch = max(1, count // batch_size)
    if steps is None:
        steps = epochs * epoch if epochs else max(_EPOCHS * epoch, _LEAST_STEPS)
    return steps, epochs or max(1, min(_EPOCHS, steps // epoch))


def _schedule(learning_rate, steps):
    warm_up = max(1, steps // 10)
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=0.0,
        decay_steps=max(1, steps - warm_up),
        warmup_target=learning_rate,
        warmup_steps=warm_up,
    )


def _check(epochs, steps, batch_size, learning_rate):
    for name, value in (("epochs", epochs), ("steps", steps)):
        if value is not None and value < 1:
            raise ValueError(f"`{name}` must be at least 1. Received: {name}={value}")
    if batch_size < 2:
        raise ValueError(
            "`batch_size` must be at least 2, as other clips of the batch are the "
            f"negatives. Received: batch_size={batch_size}"
        )
    if not 0 < learning_rate < 1:
        raise ValueError(
            "`learning_rate` must lie between 0 and 1. Received: "
            f"learning_rate={learning_rate}"
        )
