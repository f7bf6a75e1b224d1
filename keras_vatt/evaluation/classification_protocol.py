"""Fine-tuned classifiers: Kinetics, Moments in Time, AudioSet, ImageNet."""

import numpy as np
import tensorflow as tf

from keras_vatt import data, datasets
from keras_vatt.data.stored_media import StoredMedia
from keras_vatt.data.view import view
from keras_vatt.data.view_settings import ViewSettings
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
        classifier: `VATTVideoClassifier` or `VATTAudioClassifier` whose `num_views` is
            windows times crops.
        preprocessor: `VATTPreprocessor`.
        records: string. What `keras_vatt.datasets.prepare` wrote to.
        split: string.
        modality: string. "video" or "audio".
        windows: int. Views of a clip in time.
        crops: int. Views of a window in space: 1, or 3 for video.
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


def image_logits(classifier, image_size, folder, split, crops=1, batch_size=12):
    """Classifies every labelled image of ImageNet, as TFDS stores it.

    Args:
        classifier: `VATTImageClassifier` whose `num_views` is `crops`.
        image_size: pair of ints. Height and width of the views.
        folder: string. Where TFDS stores its datasets, `imagenet2012` among them.
        split: string.
        crops: int. Views of an image: 1 (centre) or 3.
        batch_size: int. Views at a time.

    Returns:
        As `clip_logits`.

    Raises:
        FileNotFoundError: if the dataset has not been built there.

    Reference: [VATT](https://arxiv.org/abs/2104.11178), sections 4.2.3 and A.3.1.
    """
    clips, _ = datasets.imagenet(split, folder)
    clips = clips.filter(lambda clip: tf.size(clip["labels"]) > 0)
    settings = ViewSettings(
        task="video",
        training=False,
        num_frames=1,
        image_size=tuple(image_size),
        frame_rate=1.0,
        num_crops=crops,
    )

    def views(clip):
        seen = view(clip, None, settings, StoredMedia())
        return seen["video"][:, 0], (seen["label"], clip["id"])  # (crops, h, w, 3)

    def flat(images, known):
        return tf.reshape(images, (-1, *images.shape[2:])), known

    batches = clips.map(views, num_parallel_calls=tf.data.AUTOTUNE)
    batches = batches.batch(max(1, batch_size // crops)).map(flat)
    ids = []

    def images():
        for image, (label, name) in batches.as_numpy_iterator():
            ids.extend(one.decode() for one in name)
            yield image, label

    logits, labels = apply_model(classifier, images())
    return {"logits": logits, "label": labels.astype("int64"), "id": np.array(ids)}


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
