"""What `load` refuses, what it warns of, and the time base that results."""

import warnings

from keras_vatt.data.sound_track import SAMPLE_RATE

LABELLED = ("video", "audio", "image")
TASKS = ("pretrain", *LABELLED, "evaluate", "inspect")
CROPS = ("jitter", "area")


def check_evaluation(training, drop_remainder):
    """Raises a ValueError if a test is asked to vary or to drop clips."""
    if training or drop_remainder:
        raise ValueError(
            "Task 'evaluate' takes every clip once, in order. Received: "
            f"training={training}, drop_remainder={drop_remainder}. Leave both out."
        )


def check_arguments(task, preprocessor, batch_size, num_candidates):
    """Raises a ValueError if task, preprocessor or sizes do not fit."""
    if task not in TASKS:
        raise ValueError(f"`task` must be one of {TASKS}. Received: task={task!r}")
    if preprocessor is None:
        raise ValueError(
            "`preprocessor` gives sizes and time base and must not be None. Pass the "
            "model's (`pretrainer.preprocessor`) or make a `VATTPreprocessor`."
        )
    if task not in LABELLED and preprocessor.tokenizer is None:
        raise ValueError(
            f"Task {task!r} needs the preprocessor's tokenizer, which is None. Make it "
            "with `tokenizer=VATTTokenizer(vocabulary)`; `keras-vatt vocabulary` "
            "writes a vocabulary of the captions."
        )
    if batch_size < 1 or num_candidates < 1:
        raise ValueError(
            "`batch_size` and `num_candidates` must be positive. Received: "
            f"batch_size={batch_size}, num_candidates={num_candidates}"
        )


def check_stream(num_sources, weights, training, repeat, start_batch):
    """Raises a ValueError if sources cannot be mixed, or the start not be found."""
    if num_sources < 1 or (weights is None) != (num_sources == 1):
        raise ValueError(
            "`weights` goes with a list of sources, one weight each. Received: "
            f"{num_sources} sources, weights={weights}"
        )
    if weights is not None and len(weights) != num_sources:
        raise ValueError(
            f"`weights` must hold one number a source. Received: {num_sources} "
            f"sources, weights={weights}"
        )
    if weights is not None and not (training and repeat):
        raise ValueError(
            "Sources are mixed in training and for ever. Received: "
            f"training={training}, repeat={repeat}. Pass repeat=True and "
            "steps_per_epoch to `fit`, or load each source by itself."
        )
    if start_batch < 0 or (start_batch and not repeat):
        raise ValueError(
            "`start_batch` must be at least 0, and 0 without repeat=True: only an "
            f"endless stream has one order. Received: start_batch={start_batch}, "
            f"repeat={repeat}"
        )


def check_views(training, num_windows, num_crops, min_resize, crop):
    """Raises a ValueError if there are no such views."""
    if crop not in (None, *CROPS):
        raise ValueError(f"`crop` must be one of {CROPS}. Received: crop={crop!r}")
    if num_windows < 1 or num_crops not in (1, 3):
        raise ValueError(
            "`num_windows` must be positive and `num_crops` 1 or 3. Received: "
            f"num_windows={num_windows}, num_crops={num_crops}"
        )
    if training and (num_windows > 1 or num_crops > 1 or min_resize):
        raise ValueError(
            "Training takes one view a clip. Received: "
            f"num_windows={num_windows}, num_crops={num_crops}, min_resize="
            f"{min_resize}. Leave them out, or pass training=False."
        )


def time_bases(num_sources, preprocessor, task, **overrides):
    """Returns the time base of every source: the preprocessor's, unless overridden.

    Args:
        num_sources: int.
        preprocessor: `VATTPreprocessor`.
        task: string.
        **overrides: `frame_rate`, `frame_stride`, `audio_stride`: None, a number, or
            a list of one a source.

    Returns:
        list of dicts, one a source.

    Raises:
        ValueError: if a value is not positive, or a list has another length.
    """
    other = {"frame_rate": "audio", "frame_stride": "audio", "audio_stride": "video"}
    names = [name for name in overrides if task != other[name]]
    bases = [
        {name: getattr(preprocessor, name) for name in names}
        for _ in range(num_sources)
    ]
    for name in overrides:
        values = overrides[name]
        if values is None:
            continue
        if not isinstance(values, (list, tuple)):
            values = [values] * num_sources
        if len(values) != num_sources or not all(value > 0 for value in values):
            raise ValueError(
                f"`{name}` must be positive: one number, or one a source. Received: "
                f"{name}={overrides[name]} for {num_sources} sources"
            )
        if name not in names:
            continue
        own = getattr(preprocessor, name)
        if any(value != own for value in values):
            warnings.warn(
                f"{name}={overrides[name]} overrides the preprocessor's {own:g}, "
                "which the model was made for.",
                stacklevel=3,
            )
        for base, value in zip(bases, values):
            base[name] = value
    return bases


def check_rates(source, task, preprocessor, time_base):
    """Raises or warns if clips are stored at other rates than are asked for."""
    if task != "video" and preprocessor.sample_rate != SAMPLE_RATE:
        raise ValueError(
            f"The preprocessor expects sound at {preprocessor.sample_rate} samples/s. "
            f"Stored clips have {SAMPLE_RATE}. Use an audio converter with "
            f"sample_rate={SAMPLE_RATE} (and audio_stride for fewer samples)."
        )
    stored, wanted = source.frame_rate, time_base.get("frame_rate")
    if wanted is not None and stored is not None and stored < wanted:
        warnings.warn(
            f"Clips were stored at {stored:g} frames/s and the model expects "
            f"{wanted:g}: frames will repeat. Prepare them again with "
            f"--frame-rate {wanted:g}, or without it.",
            stacklevel=3,
        )


def check_classes(source, num_classes):
    """Raises a ValueError if labels are of another number of classes."""
    known = len(source.class_names)
    if num_classes is not None and num_classes != (known or num_classes):
        raise ValueError(
            f"`num_classes` must be the source's. Received: num_classes={num_classes}, "
            f"and {source.name} has {known} class names"
        )
    if num_classes is not None and num_classes < 1:
        raise ValueError(f"`num_classes` must be positive. Received: {num_classes}")


def num_kept(source, task, num_shards):
    """Returns how many clips a task can use, and warns of those left out.

    Raises:
        ValueError: if no clip has the label that the task needs, or some have none
            and hosts would have to share the others.
    """
    total, missing = source.num_clips, source.num_unlabelled
    if task not in LABELLED or not missing:
        return total
    if missing == total:
        raise ValueError(
            f"No clip of {source.name} has a label, which task {task!r} needs. Fill "
            "the column `label` of the CSV and prepare again."
        )
    if num_shards > 1:
        raise ValueError(
            f"{missing} of {total} clips of {source.name} have no label, and clips to "
            "leave out cannot be shared evenly. Leave them out of the CSV and prepare "
            "again, or use num_shards=1."
        )
    warnings.warn(
        f"{missing} of {total} clips of {source.name} have no label and are left out.",
        stacklevel=3,
    )
    return total - missing


def check_one_batch(name, count, batch_size):
    """Raises a ValueError if all there is would be dropped."""
    if count < batch_size:
        raise ValueError(
            f"There are {count} clips, fewer than batch_size={batch_size}, in {name}, "
            "and incomplete batches are dropped. Expected at least one batch. Lower "
            "batch_size or pass drop_remainder=False."
        )
