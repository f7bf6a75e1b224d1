"""One row of the paper's tables, from a dataset's folder to a JSON of scores."""

import dataclasses
import importlib
import json
import os
import pathlib

import keras
import numpy as np

from keras_vatt import data
from keras_vatt.evaluation.classification_protocol import (
    classification_scores,
    clip_logits,
)
from keras_vatt.evaluation.probe_protocol import (
    CLASSIFIERS,
    probe_features,
    probe_scores,
)
from keras_vatt.evaluation.protocol import protocol_of
from keras_vatt.evaluation.protocol_records import protocol_records
from keras_vatt.evaluation.retrieval_protocol import (
    both_averages,
    retrieval_embeddings,
)
from keras_vatt.evaluation.scored_model import scored_model
from keras_vatt.evaluation.small_head import EPOCHS
from keras_vatt.presets.sizes import SIZES

RECORDS = "records"


def run_protocol(
    name,
    preset,
    folder,
    output="scores.json",
    annotations=None,
    labels=None,
    vocabulary=None,
    image_size=None,
    windows=None,
    crops=None,
    classifiers=CLASSIFIERS,
    head_epochs=EPOCHS,
    batch_size=12,
    say=print,
):
    """Scores a preset by one of the paper's protocols.

    The dataset's clips are prepared once, below the output's folder. Features,
    embeddings or logits are saved as npz beside the JSON: the scores can be computed
    again from them alone.

    Args:
        name: string. A key of `keras_vatt.evaluation.PROTOCOLS`.
        preset: string. A name of `keras_vatt.presets.names()`, or a preset folder. A
            size without weights is scored with random ones, and the report says so.
        folder: string. The dataset's folder, media and annotation files; of ImageNet
            TFDS' own (`data_dir`).
        output: string. The JSON to write.
        annotations: string or None. The folder of the annotation files, where it is
            not below `folder`.
        labels: string or None. A file of class names, a line each, in the order of
            the classifier's outputs. None: the order of the dataset's own files.
        vocabulary: string or None. A list of words for a model without its own.
        image_size: int or None. Frames' height and width in pixels; None: the
            preset's.
        windows: int or None. Views of a clip in time; None: the protocol's.
        crops: int or None. Views of a window in space; None: the protocol's.
        classifiers: sequence of strings. Of a probe: "svm", "head".
        head_epochs: int. Times that the probe's head sees every clip.
        batch_size: int. Views at a time.
        say: function of a string. Called with what should be known of the scores.

    Returns:
        A dict, what the JSON holds: `"protocol"`, `"preset"`, `"weights"` ("preset" or
        "random"), `"scores"`, `"settings"`, `"arrays"` and so on.

    Raises:
        FileNotFoundError: if annotation or media files are missing.
        ValueError: if the name is unknown, or data and preset do not go together.
        OSError: if a released model cannot be fetched.

    Example:

    ```python
    scores = keras_vatt.evaluation.run_protocol(
        "ucf101", "vatt_medium_base_small_howto100m_audioset", "UCF101"
    )
    scores["scores"]["svm"]["top1"]
    ```
    """
    protocol = protocol_of(name)
    output = pathlib.Path(output)
    views = {
        "windows": protocol.windows if windows is None else windows,
        "crops": protocol.crops if crops is None else crops,
    }
    clips = _clips(protocol, folder, output.parent / RECORDS, annotations, image_size)
    if protocol.kind == "retrieval" and vocabulary is None and preset in SIZES:
        vocabulary = data.vocabulary(clips.records, split=clips.split)
    scored = scored_model(
        protocol,
        preset,
        num_classes=len(clips.class_names),
        image_size=image_size,
        vocabulary=vocabulary,
        views=views["windows"] * views["crops"],
    )
    given = {**views, "batch_size": batch_size}
    if protocol.kind == "probe":
        arrays, scores, notes = _probe(
            protocol, clips, scored, given, classifiers, head_epochs
        )
    elif protocol.kind == "retrieval":
        arrays, scores, notes = _retrieval(clips, scored, given)
    else:
        order, told = _class_order(protocol, clips.class_names, labels, scored, preset)
        arrays = clip_logits(
            scored.model,
            scored.preprocessor,
            clips.records,
            clips.split,
            protocol.modality,
            num_classes=len(clips.class_names) if protocol.multi_label else None,
            **given,
        )
        arrays["logits"] = arrays["logits"][:, order]  # in the dataset's order
        scores, notes = classification_scores(arrays), {"class_order": told}
    result = {
        "protocol": name,
        "source": protocol.source,
        "preset": os.fspath(preset),
        "weights": scored.weights,
        "split": protocol.split,
        "clips": len(arrays["id"]),
        "listed_without_clip": clips.num_skipped,
        "scores": scores,
        "settings": {**scored.settings(protocol.modality), **views},
        **notes,
        "arrays": output.with_suffix(".npz").name,
        "keras_vatt": importlib.import_module("keras_vatt").__version__,
        "backend": keras.backend.backend(),
    }
    output.parent.mkdir(parents=True, exist_ok=True)
    np.savez(output.with_suffix(".npz"), **arrays)
    output.write_text(json.dumps(result, indent=1) + "\n")
    for line in _remarks(result):
        say(line)
    return result


@dataclasses.dataclass(frozen=True)
class _Clips:
    """Where the clips are: records, split, folds, names of classes, left out."""

    records: str
    split: str
    folds: dict
    class_names: list
    num_skipped: int


def _clips(protocol, folder, output, annotations, image_size):
    if protocol.modality == "image":
        class_names = data.image_records.class_names(data.image_records.builder(folder))
        return _Clips(os.fspath(folder), protocol.split, {}, class_names, 0)
    report, split, folds = protocol_records(
        protocol, folder, output, annotations, image_size or 0
    )
    return _Clips(report.path, split, folds, report.class_names, len(report.skipped))


def _probe(protocol, clips, scored, given, classifiers, head_epochs):
    arrays = probe_features(
        scored.model,
        scored.preprocessor,
        clips.records,
        clips.split,
        protocol.modality,
        clips.folds,
        given["windows"],
        given["batch_size"],
    )
    scores, fitted = probe_scores(arrays, classifiers, given["windows"], head_epochs)
    missing = sorted(set(protocol.folds) - set(clips.folds))
    notes = {"folds_missing": missing, "head_epochs": head_epochs}
    return {**arrays, **fitted}, scores, notes


def _retrieval(clips, scored, given):
    arrays = retrieval_embeddings(
        scored.model,
        scored.preprocessor,
        clips.records,
        clips.split,
        given["windows"],
        given["batch_size"],
    )
    return arrays, both_averages(arrays, given["windows"]), {}


def _class_order(protocol, class_names, labels, scored, preset):
    """Which of the classifier's outputs is each class of the dataset."""
    outputs = scored.model.num_classes
    if labels is not None:
        with open(labels, encoding="utf-8") as file:
            given = [line.strip() for line in file if line.strip()]
        missing = [name for name in class_names if name not in given]
        if len(given) != outputs or missing or len(set(given)) != len(given):
            raise ValueError(
                f"{labels!r} holds {len(given)} class names"
                f"{f', and not {missing[:3]}' if missing else ''}. Expected the "
                f"{outputs} of {os.fspath(preset)!r}, each once, in its order, and "
                f"among them the dataset's {len(class_names)}. Correct the file."
            )
        return [given.index(name) for name in class_names], f"of {labels}"
    if outputs != len(class_names):
        raise ValueError(
            f"{os.fspath(preset)!r} tells {outputs} classes apart, and the annotation "
            f"files name {len(class_names)}. Expected the same, or --labels with the "
            "class names in the order of the preset's outputs."
        )
    # AudioSet's own index is the order that everybody trains with.
    assumed = "" if protocol.multi_label else ", assumed"
    return list(range(outputs)), f"of the dataset's annotation files{assumed}"


def _remarks(result):
    if result["weights"] == "random":
        yield f"{result['preset']} has random weights: these scores measure nothing."
    if result.get("folds_missing"):
        yield (
            f"Folds {result['folds_missing']} could not be read and are not in the "
            "means."
        )
    if result["listed_without_clip"]:
        yield (
            f"{result['listed_without_clip']} clips that the annotation files list, of "
            "all splits, were left out: see skipped.csv of the records."
        )
