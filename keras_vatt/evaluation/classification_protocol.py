"""Fine-tuned classifiers: Kinetics, Moments in Time, AudioSet, ImageNet."""

import numpy as np

from keras_vatt import data
from keras_vatt.evaluation.apply_model import apply_model
from keras_vatt.evaluation.stored_clips import stored_clips
from keras_vatt.metrics import accuracy_metrics, multilabel_metrics


def clip_logits(
    classifier,
    preprocessor,
    records,
    split,
    modality,
    windows=4,
    crops=3,
    num_classes=None,
    batch_size=12,
):
    """Classifies every labelled clip, its views' logits averaged.

    Args:
        classifier: a classifier of ours whose `num_views` is windows times crops.
        preprocessor: `VATTPreprocessor`.
        records: string. What `keras_vatt.datasets.prepare` wrote to; of images where
            TFDS stores them, see `data.load`.
        split: string.
        modality: string. "video", "audio" or "image".
        windows: int. Views of a clip in time.
        crops: int. Views of a window in space: 1, or 3 of frames.
        num_classes: int or None. Labels become multi-hot `(clips, num_classes)`.
        batch_size: int. Views at a time.

    Returns:
        A dict of arrays: `"logits"` float32 `(clips, classes)`, `"label"` int
        `(clips,)` or uint8 `(clips, num_classes)`, and `"id"` `(clips,)`.

    Raises:
        ValueError: if no clip has a label.

    Reference: [VATT](https://arxiv.org/abs/2104.11178), section A.2.5 (4 x 3 views).
    """
    clips = data.load(
        records,
        split,
        task=modality,
        training=False,
        preprocessor=preprocessor,
        batch_size=max(1, batch_size // (windows * crops)),
        num_windows=windows,
        num_crops=crops,
        num_classes=num_classes,
    )
    logits, labels = apply_model(classifier, clips)
    ids = [clip["id"] for clip in stored_clips(records, split, labelled=True)]
    kind = "int64" if num_classes is None else "uint8"
    return {"logits": logits, "label": labels.astype(kind), "id": np.array(ids)}


def classification_scores(arrays):
    """Scores logits: top-1 and top-5, or mAP, AUC and d-prime of several labels.

    Args:
        arrays: dict as `clip_logits` returns it.

    Returns:
        A dict of floats, see `accuracy_metrics` and `multilabel_metrics`, and
        `"clips"`, how many were scored.

    Raises:
        ValueError: if a logit is not finite (the row is named), or a label is no
            class.
    """
    metrics = multilabel_metrics if arrays["label"].ndim == 2 else accuracy_metrics
    found = metrics(arrays["label"], arrays["logits"])
    return {**found, "clips": len(arrays["label"])}
