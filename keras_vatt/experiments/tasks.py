"""What an experiment does with its values: score, fine-tune or pretrain."""

import pathlib

import keras

from keras_vatt import data, datasets, experiments
from keras_vatt.evaluation import PROTOCOLS, evaluate_folder, run_protocol
from keras_vatt.evaluation.protocol_records import find_annotations

# Values of an experiment that `run_protocol` takes under the same name.
_SCORING = (
    "labels",
    "vocabulary",
    "image_size",
    "windows",
    "crops",
    "classifiers",
    "head_epochs",
    "batch_size",
)
# Values that `finetune_folder` takes, and their names there.
_TRAINING = {
    "train_steps": "steps",
    "train_epochs": "epochs",
    "train_batch_size": "batch_size",
    "learning_rate": "learning_rate",
    "warmup_steps": "warmup_steps",
    "momentum": "momentum",
    "backbone_clipnorm": "backbone_clipnorm",
    "label_smoothing": "label_smoothing",
    "mixup_alpha": "mixup_alpha",
    "image_size": "image_size",
    "cache": "cache",
    "seed": "seed",
}


def evaluate(values, preset=None):
    """Scores the experiment's preset, or another, by its protocol."""
    given = {key: values[key] for key in _SCORING if key in values}
    result = run_protocol(
        values["protocol"],
        preset or values["preset"],
        values["data"],
        pathlib.Path(values["output"], "scores.json"),
        **given,
    )
    return result["scores"]


def finetune(values):
    """Fine-tunes from the preset `start`, then scores what came of it."""
    protocol = PROTOCOLS[values["protocol"]]
    output = pathlib.Path(values["output"])
    records = values["data"]
    if protocol.modality != "image":
        where = find_annotations(protocol, records)
        listing = datasets.read_dataset(protocol.dataset, where, records)
        records = str(output / "training_records")
        datasets.prepare(listing, records)
    given = {_TRAINING[key]: values[key] for key in _TRAINING if key in values}
    experiments.finetune_folder(
        records,
        str(output),
        preset=values["start"],
        task=protocol.modality,
        **given,
    )
    return evaluate(values, str(output / "preset"))


def pretrain(values):
    """Pretrains, then scores retrieval on the first folder's split "test"."""
    schedule = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=0.0,
        decay_steps=max(1, values["steps"] - values["warmup_steps"]),
        alpha=values["final_learning_rate"] / values["learning_rate"],
        warmup_target=values["learning_rate"],
        warmup_steps=values["warmup_steps"],
    )
    reading = {
        key: values[key]
        for key in ("weights", "frame_rate", "frame_stride", "num_candidates", "cache")
        if key in values
    }
    model, _ = experiments.pretrain_folder(
        values["data"],
        values["output"],
        preset=values["preset"],
        steps=values["steps"],
        batch_size=values["batch_size"],
        seed=values["seed"],
        flip=values["flip"],
        optimizer=keras.optimizers.Adam(schedule),
        reading=reading,
    )
    folder = values["data"]
    folder = folder[0] if isinstance(folder, (list, tuple)) else folder
    records = experiments.prepare_folder(folder, values["output"])
    if "test" not in data.records.builder(records).info.splits:
        return {}
    return evaluate_folder(model, records, "test")


TASKS = {"evaluate": evaluate, "finetune": finetune, "pretrain": pretrain}
