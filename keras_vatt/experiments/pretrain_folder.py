"""Pretraining on a folder of one's own.

`keras-vatt pretrain --data FOLDER` is this function. Every value is ours, chosen on
small procedural clips and two processor cores; none is the paper's.
"""

import json
import math
import os
import pathlib

import keras

from keras_vatt import data, distribution, presets
from keras_vatt.data.open_source import open_source
from keras_vatt.experiments.prepare_folder import prepare_folder
from keras_vatt.experiments.pretraining_clips import first_clips, validation_clips
from keras_vatt.experiments.run_settings import run_settings
from keras_vatt.losses import AsymmetricNCE
from keras_vatt.preprocessing.vatt_tokenizer import PADDING, UNKNOWN
from keras_vatt.training.calibrate import calibrate
from keras_vatt.training.fit_and_resume import fit_and_resume
from keras_vatt.training.resume import Resume
from keras_vatt.training.save_interval import save_interval
from keras_vatt.training.state_files import replace_file
from keras_vatt.training.training_log import TrainingLog

VOCABULARY = "vocabulary.txt"
PRESET = "preset"
HISTORY = "history.json"
STATE = "state"
# How many times a training sees a clip, if nothing is said: few clips are seen more
# often, but a step on as few as 64 clips is never taken fewer times than this.
_EPOCHS, _LEAST_STEPS = 32, 800
_SHUFFLE_BUFFER = 4096


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
    optimizer=None,
    reading=None,
    save_every="300s",
    keep=2,
    restart=False,
    candidates=1,
):
    """Pretrains on a folder: prepared, or raw files with or without a CSV.

    A raw folder is prepared first, and a vocabulary of its training captions built,
    both below `output`. Training is Adam with a warm-up over a tenth of the steps and
    a cosine to zero; weights that start at random are calibrated on the first clips.
    After `keras_vatt.distribution.setup` the devices share each batch; only the first
    process writes.

    Killed at any moment and called again with the same arguments it goes on where its
    last state was, to the same losses and weights. SIGTERM saves and ends the process.

    Args:
        folder: string. What `keras-vatt prepare` wrote, DMVR records (files
            `train-00000-of-00010`), or a folder (or CSV) that it reads. A prepared
            folder brings its `vocabulary.txt`, if it has one. Or a list of prepared
            ones to mix, with `weights` in `reading`; words and validation are the
            first one's.
        output: string. Folder to write: `preset/`, `history.json`, `history.csv`,
            `steps.csv`, `logs/` for TensorBoard, `state/`, and what was prepared.
        preset: string. A name of `presets.names()`, or a preset folder, whose weights
            and vocabulary are then trained further.
        epochs: int or None. Times that every training clip is seen. None: 32, or more
            where that is fewer than 800 steps.
        steps: int or None. Steps to train in all; wins over `epochs`.
        batch_size: int. Clips a step; no more than there are.
        learning_rate: float. The highest of the schedule.
        seed: int. The same seed starts and shuffles alike.
        flip: bool. Whether half of the clips are mirrored in training. Off: captions
            may speak of left and right.
        callbacks: sequence of Keras callbacks besides CSV and TensorBoard logs.
        verbose: as in `fit`: the progress bar.
        prepare_options: optional dict, passed to `keras_vatt.datasets.prepare`.
        optimizer: optional Keras optimizer, in the place of Adam and its schedule.
        reading: optional dict of further arguments of `keras_vatt.data.load` for the
            training clips, such as `num_candidates` or `weights`.
        save_every: int, steps, or string, seconds such as `"300s"`: how often the
            state is saved. None: only when SIGTERM asks, and at the end.
        keep: int. How many states are kept.
        restart: bool. Remove the states of an earlier run and start over.
        candidates: int. Captions a clip (the paper: 5); fewer are filled up with none.

    Returns:
        The trained `VATTPretrainer` and its history, a dict of lists, a value an epoch.

    Raises:
        FileNotFoundError: if the folder is missing or empty.
        ValueError: if a value is out of range, there are too few clips, or the output
            holds a run of other settings.
        OSError: if the output's states are all damaged, or another process trains
            there.
        FloatingPointError: if the loss is no longer finite; `non_finite.json` of the
            output names the clips, and the last good state stays.

    Example:

    ```python
    from keras_vatt.experiments import pretrain_folder

    model, history = pretrain_folder("my_clips", "my_run", epochs=20)
    ```
    """
    _check(epochs, steps, batch_size, learning_rate)
    save_interval(save_every)
    output = pathlib.Path(output)
    output.mkdir(parents=True, exist_ok=True)
    folders = list(folder) if isinstance(folder, (list, tuple)) else [folder]
    sources = distribution.first_before_others(
        lambda: [prepare_folder(f, output, **(prepare_options or {})) for f in folders]
    )
    records = sources[0]
    keras.utils.set_random_seed(seed)
    model, is_new = build(preset, records, output)
    model.encode_batch_size = encode_batch_size
    count = sum(open_source(source, "train").num_clips for source in sources)
    batch_size = min(batch_size, count)
    steps, epochs = _plan(count, batch_size, steps, epochs)
    order = {"seed": seed, "cache": True, "shuffle_buffer": _SHUFFLE_BUFFER}
    order |= {"num_candidates": candidates, **(reading or {})}
    share = distribution.share(batch_size)  # what this process reads of each batch

    def train_from(start_batch, share=share):
        return data.load(
            sources if len(sources) > 1 else records,
            "train",
            preprocessor=model.preprocessor,
            repeat=True,
            flip=flip,
            start_batch=start_batch,
            **share,
            **order,
        )

    def clips_of(batch):
        if len(sources) > 1 or distribution.processes() > 1:
            return []  # whose position among the others is not told
        stored = {name: order[name] for name in ("seed", "cache", "shuffle_buffer")}
        return data.batch_ids(records, "train", batch, batch_size, **stored)

    validation = validation_clips(
        records, batch_size, model.preprocessor, order["num_candidates"]
    )
    # All processes must see the same clips first.
    inputs, masks = first_clips(train_from(0, {"batch_size": batch_size}), records)
    if is_new:
        calibrate(model, inputs)
    if optimizer is None:
        optimizer = keras.optimizers.Adam(_schedule(learning_rate, steps))
    model.compile(optimizer, _loss(masks, records))
    settings = run_settings(
        model,
        sources,
        preset=str(preset),
        steps=steps,
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        seed=seed,
        flip=flip,
        reading=order,
    )
    history = fit_and_resume(
        model,
        train_from,
        epochs,
        math.ceil(steps / epochs),
        Resume(
            output / STATE,
            settings,
            TrainingLog(output, writes=distribution.is_first()),
            save_every=save_every,
            keep=keep,
            batch_ids=clips_of,
            writes=distribution.is_first(),
        ),
        validation_data=validation,
        callbacks=callbacks,
        restart=restart,
        verbose=verbose,
    )
    if distribution.is_first():
        replace_file(output / HISTORY, json.dumps(history, indent=1))
        model.save_to_preset(str(output / PRESET))
    distribution.wait_for_all()
    return model, history


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
