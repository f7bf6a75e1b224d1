"""Fine-tuning a classifier on a folder of one's own.

`keras-vatt finetune --data FOLDER --preset NAME --task video` is this function. The
recipe has the released one's shape: SGD, a warm-up, a cosine to zero, the backbone's
gradients clipped alone, smoothed labels, mixup for sound, varied crops and colours.
"""

import json
import math
import os
import pathlib

import keras
import tensorflow as tf

from keras_vatt import data
from keras_vatt.data.open_source import open_source
from keras_vatt.evaluation import classify_folder
from keras_vatt.experiments.prepare_folder import prepare_folder
from keras_vatt.losses import SmoothedCrossentropy
from keras_vatt.models import (
    StopOnNonFinite,
    VATTAudioClassifier,
    VATTImageClassifier,
    VATTVideoClassifier,
)
from keras_vatt.presets.load_sized import load_sized
from keras_vatt.presets.sizes import SIZES
from keras_vatt.training import (
    AugmentedClassifier,
    finetuning_optimizer,
    freeze,
)
from keras_vatt.training.released_recipes import FINETUNING

CLASSES = {
    "video": VATTVideoClassifier,
    "audio": VATTAudioClassifier,
    "image": VATTImageClassifier,
}
PRESET = "preset"
HISTORY = "history.json"
# How many times a training sees a clip, if nothing is said, and how few steps it never
# takes fewer than. Ours, not published: the released runs take 100,000 steps.
_EPOCHS, _LEAST_STEPS = 24, 300


def finetune_folder(
    folder,
    output,
    preset,
    task="video",
    epochs=None,
    steps=None,
    batch_size=32,  # ours, not published
    learning_rate=FINETUNING["learning_rate"],
    warmup_steps=None,
    momentum=FINETUNING["momentum"],
    label_smoothing=FINETUNING["label_smoothing"],
    mixup_alpha=None,
    audio_noise=0.0,  # released config
    backbone_clipnorm=FINETUNING["backbone_clipnorm"],
    trainable_blocks=None,
    lora_rank=None,
    flip=True,
    color_jitter=None,
    crop=None,
    num_windows=None,
    num_crops=None,
    image_size=None,
    seed=0,
    cache=True,
    test_split="test",
    callbacks=(),
    verbose="auto",
    prepare_options=None,
    **overrides,
):
    """Fine-tunes a classifier on a folder with labels: prepared, or raw files.

    Args:
        folder: string. What `keras-vatt prepare` wrote, a folder (or CSV) that it
            reads, or images as TFDS stores them (see `data.load`), with labels.
        output: string. Folder to write: `preset/` with the class names,
            `history.json`, `history.csv`, `logs/` for TensorBoard, `scores.json` and
            `logits.npz` of the test clips, and what was prepared.
        preset: string. A name of `presets.names()` or a preset folder: a pretraining
            preset or a classifier. A size without weights starts at random.
        task: string, "video", "audio" or "image" (images, or frames of the clips).
        epochs: int or None. Times that every training clip is seen. None: 24, or more
            where that is fewer than 300 steps.
        steps: int or None. Steps to train in all; wins over `epochs`.
        batch_size: int. Clips a step; no more than there are.
        learning_rate: float. The highest of the schedule.
        warmup_steps: int or None. Steps until it is reached. None: 1 step in 40.
        momentum: float. Of SGD.
        label_smoothing: float in [0, 1).
        mixup_alpha: float or None. Of mixup's Beta distribution, 0 for no mixup. None:
            5 for sound, else none.
        audio_noise: float. Deviation as a share of a clip's loudest sample.
        backbone_clipnorm: float. Largest global norm of the backbone's gradients.
        trainable_blocks: int or None. Only the last so many blocks (0: none) of the
            tower are trained. None: all of it.
        lora_rank: int or None. Only low-rank updates of queries and values of that
            rank are trained.
        flip: bool. Whether half of the clips are mirrored: off where left and right
            matter.
        color_jitter: float or None. Share of the clips whose colours change. None: 0.8.
        crop: string or None. "area" or "jitter", see `data.load`. None: "area".
        num_windows: int or None. Test windows a clip. None: 4, and 1 for images.
        num_crops: int or None. Test crops a window. None: 3, and 1 for images.
        image_size: int or None. Height and width of the frames, in pixels. None: the
            preset's; positions are resampled to another.
        seed: int. The same seed starts and shuffles alike.
        cache: bool. Whether the stored training clips are kept in memory, see
            `data.load`.
        test_split: string or None. The split that is scored at the end, if there is
            one with labels.
        callbacks: sequence of Keras callbacks besides CSV and TensorBoard logs.
        verbose: as in `fit`.
        prepare_options: optional dict, passed to `keras_vatt.datasets.prepare`.
        **overrides: arguments of the tower and the classifier, such as `dropout` or
            `drop_token_rate`, see `presets.load`.

    Returns:
        The classifier, its history (a dict of lists, a value an epoch) and the test
        scores (see `classify_folder`), empty if there are no test clips.

    Raises:
        FileNotFoundError: if the folder is missing or empty.
        ValueError: if a value is out of range, or no clip has a label.
        FloatingPointError: if the loss is no longer finite.

    Example:

    ```python
    from keras_vatt.experiments import finetune_folder

    classifier, history, scores = finetune_folder(
        "my_clips", "my_run", "vatt_video_base_kinetics400", steps=2_000
    )
    classifier.predict_files(["new.mp4"])
    ```

    Reference: design, section 3 ("Released recipes").
    """
    _check(task, epochs, steps, batch_size, learning_rate, trainable_blocks, lora_rank)
    output = pathlib.Path(output)
    output.mkdir(parents=True, exist_ok=True)
    records = prepare_folder(folder, output, **(prepare_options or {}))
    names = data.class_names(records)
    if len(names) < 2:
        raise ValueError(
            f"The clips of {os.fspath(folder)!r} have the labels {names}. Expected at "
            "least two. Fill the column `label` of the CSV and prepare again."
        )
    keras.utils.set_random_seed(seed)
    classifier = load_sized(
        CLASSES[task],
        preset,
        image_size,
        load_weights=preset not in SIZES,
        num_classes=len(names),
        class_names=names,
        **overrides,
    )
    if task != "audio":  # a layer smooths, before mixup
        defaults = classifier.default_compile()
        classifier.compile(**{**defaults, "loss": SmoothedCrossentropy(0.0)})
    if trainable_blocks is not None:
        freeze(classifier.backbone, trainable_blocks)
    if lora_rank is not None:
        classifier.backbone.enable_lora(lora_rank)
    if mixup_alpha is None:
        mixup_alpha = FINETUNING["mixup_alpha"] if task == "audio" else 0.0
    model = AugmentedClassifier(
        classifier, label_smoothing, mixup_alpha or None, audio_noise, seed
    )
    source = open_source(records, "train")
    count = source.num_clips - source.num_unlabelled
    batch_size = max(1, min(batch_size, count))
    steps, epochs = _plan(count, batch_size, steps, epochs)
    model.compile(
        finetuning_optimizer(
            steps, learning_rate, warmup_steps, momentum, backbone_clipnorm
        ),
        metrics=_metrics(task, len(names)),
        jit_compile=classifier.jit_compile,
    )
    reading = {"task": task, "batch_size": batch_size}
    validation = None
    if _has_labels(records, "validation"):
        validation = _batches(classifier, records, "validation", **reading)
    augmentation = {"flip": flip, "color_jitter": color_jitter, "crop": crop}
    history = model.fit(
        _batches(
            classifier,
            records,
            "train",
            seed=seed,
            repeat=True,
            cache=cache,
            shuffle_buffer=4096,
            **augmentation,
            **reading,
        ),
        shuffle=False,  # the dataset does
        epochs=epochs,
        steps_per_epoch=math.ceil(steps / epochs),
        validation_data=validation,
        verbose=verbose,
        callbacks=[
            *callbacks,
            StopOnNonFinite(),
            keras.callbacks.CSVLogger(str(output / "history.csv")),
            keras.callbacks.TensorBoard(str(output / "logs"), write_graph=False),
        ],
    ).history
    history = {name: [float(v) for v in values] for name, values in history.items()}
    (output / HISTORY).write_text(json.dumps(history, indent=1))
    classifier.save_to_preset(str(output / PRESET))
    scores = {}
    if _has_labels(records, test_split):
        scores = classify_folder(
            classifier,
            records,
            test_split,
            num_windows=num_windows or (1 if task == "image" else 4),
            num_crops=num_crops or (1 if task == "image" else 3),
            output=output,
        )
    return classifier, history, scores


def _batches(classifier, records, split, task, batch_size, **options):
    """Batches of `AugmentedClassifier`: clips with labels, a column a class."""
    clips = data.load(
        records,
        split,
        task=task,
        batch_size=batch_size,
        preprocessor=classifier.preprocessor,
        num_classes=classifier.num_classes,
        **options,
    )

    def pair(clip, label):
        if task != "audio":  # of several labels a share each: a softmax sums to 1
            label = label / tf.reduce_sum(label, axis=1, keepdims=True)
        return {"clip": clip, "label": label}, label

    return clips.map(pair)


def _has_labels(records, split):
    """Whether there is such a split, with labels: of some tests they are withheld."""
    if split not in data.records.splits(records):
        return False
    source = open_source(records, split)
    return source.num_unlabelled < source.num_clips


def _metrics(task, num_classes):
    metrics = [keras.metrics.CategoricalAccuracy(name="top1")]
    if task == "audio":
        metrics.append(
            keras.metrics.AUC(
                curve="PR",
                multi_label=True,
                num_labels=num_classes,
                from_logits=True,
                name="PR_AUC",
            )
        )
    return metrics


def _plan(count, batch_size, steps, epochs):
    """Steps in all, and the epochs they are cut into."""
    epoch = max(1, count // batch_size)
    if steps is None:
        steps = epochs * epoch if epochs else max(_EPOCHS * epoch, _LEAST_STEPS)
    return steps, epochs or max(1, min(_EPOCHS, steps // epoch))


def _check(task, epochs, steps, batch_size, learning_rate, trainable_blocks, rank):
    if task not in CLASSES:
        raise ValueError(
            f"`task` must be one of {sorted(CLASSES)}. Received: task={task!r}"
        )
    positive = {"epochs": epochs, "steps": steps, "lora_rank": rank}
    for name, value in {**positive, "batch_size": batch_size}.items():
        if value is not None and value < 1:
            raise ValueError(f"`{name}` must be at least 1. Received: {name}={value}")
    if not 0 < learning_rate < 10:
        raise ValueError(
            "`learning_rate` must lie between 0 and 10. Received: "
            f"learning_rate={learning_rate}"
        )
    if trainable_blocks is not None and rank is not None:
        raise ValueError(
            "Low-rank updates freeze all else by themselves. Received: "
            f"trainable_blocks={trainable_blocks}, lora_rank={rank}. Pass one of them."
        )
