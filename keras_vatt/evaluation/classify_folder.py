import json
import pathlib

import numpy as np

from keras_vatt import data
from keras_vatt.evaluation.classify_dataset import classify_dataset
from keras_vatt.metrics import accuracy_metrics, multilabel_metrics


def classify_folder(
    classifier,
    records,
    split="test",
    num_windows=4,
    num_crops=3,
    min_resize=None,
    batch_size=8,
    output=None,
):
    """Scores a classifier on one split of a prepared folder, from several views.

    Args:
        classifier: a classifier of ours with its preprocessor.
        records: string. What `keras-vatt prepare` wrote, or images as TFDS stores
            them, with labels in the classifier's order.
        split: string.
        num_windows: int. Windows a clip.
        num_crops: int. Crops a window, 1 or 3; sound has none.
        min_resize: int or None. Short side in pixels before the crops; None: the
            crop's.
        batch_size: int. Clips at a time.
        output: optional folder, written to: `scores.json`, and `logits.npz` with the
            arrays logits and label that the scores come from.

    Returns:
        A dict: `"top1"` and `"top5"` where every clip has one label; of sound also
        `"mAP"`, `"AUC"` and `"d-prime"`, over the classes that have clips with and
        without; `"clips"` and `"views"`.

    Raises:
        FileNotFoundError: if the folder holds no prepared clips.
        ValueError: if the labels are not the classifier's, or there is no such split.

    Example:

    ```python
    classifier = keras_vatt.presets.load("my_run/preset")
    keras_vatt.evaluation.classify_folder(classifier, "records", "test")
    ```

    Reference: paper section 4.2; design, section 3 ("Views").
    """
    check_class_names(classifier, records)
    is_audio = classifier.modality == "audio"
    clips = data.load(
        records,
        split,
        task=classifier.modality,
        batch_size=batch_size,
        preprocessor=classifier.preprocessor,
        training=False,
        num_windows=num_windows,
        num_crops=1 if is_audio else num_crops,
        min_resize=None if is_audio else min_resize,
        num_classes=classifier.num_classes,
    )
    views = num_windows * (1 if is_audio else num_crops)
    found = classify_dataset(classifier, clips, views)
    scores = {"clips": len(found["label"]), "views": views}
    if (found["label"].sum(axis=1) == 1).all():
        scores |= accuracy_metrics(found["label"].argmax(axis=1), found["logits"])
    if is_audio:
        scores |= multilabel_metrics(found["label"], found["logits"])
    if output is not None:
        folder = pathlib.Path(output)
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(folder / "logits.npz", **found)
        (folder / "scores.json").write_text(json.dumps(scores, indent=1))
    return scores


def check_class_names(classifier, records):
    """Raises a ValueError if a folder's labels are not those of a classifier."""
    names = data.class_names(records)
    known = classifier.class_names
    if len(names) == classifier.num_classes and known in (None, names):
        return
    raise ValueError(
        f"{records!r} has the labels {names[:5]}... ({len(names)}), and the classifier "
        f"{'numbers' if known is None else known[:5]}... ({classifier.num_classes}). "
        "Expected the same in the same order. Prepare the clips with the same labels, "
        "or fine-tune on these."
    )
