import numpy as np


def classify_dataset(classifier, dataset, num_views=1):
    """Classifies every clip of a dataset, once and in order.

    Args:
        classifier: a classifier of ours.
        dataset: batches `(clips, labels)` of `keras_vatt.data.load(task="video")` or
            "audio", the views of a clip consecutive.
        num_views: int. Views of a clip in the dataset, a multiple of the classifier's
            own; their logits are averaged.

    Returns:
        A dict of `"logits"`, float32 `(clips, classes)`, and `"label"`.

    Raises:
        ValueError: if the dataset is empty, the views are no multiple, or a logit is
            not finite.

    Example:

    ```python
    clips = keras_vatt.data.load(
        "records", "test", "video", preprocessor=classifier.preprocessor,
        num_windows=4, num_crops=3,
    )
    keras_vatt.evaluation.classify_dataset(classifier, clips, num_views=12)
    ```

    Reference: design, section 3 ("Classifiers", "Views").
    """
    if num_views % classifier.num_views:
        raise ValueError(
            f"The classifier averages num_views={classifier.num_views} views a clip. "
            f"Received num_views={num_views}. Expected a multiple."
        )
    logits, labels = [], []
    for clips, label in dataset:
        found = np.asarray(classifier.predict_on_batch(np.asarray(clips)), "float32")
        found = found.reshape(len(label), -1, found.shape[-1])
        logits.append(found.mean(axis=1))
        labels.append(np.asarray(label))
    if not logits:
        raise ValueError("The dataset is empty: there is no clip to classify.")
    logits = np.concatenate(logits)
    if not np.isfinite(logits).all():
        row = int(np.argmin(np.isfinite(logits).all(axis=1)))
        raise ValueError(
            f"The logits of row {row} are not finite. Expected finite numbers. Check "
            "that clip, and the weights: training may have diverged."
        )
    return {"logits": logits, "label": np.concatenate(labels)}
