"""Linear classification on frozen features: HMDB51, UCF101, ESC-50."""

import numpy as np

from keras_vatt import data
from keras_vatt.evaluation.apply_model import apply_model
from keras_vatt.evaluation.linear_probe import check_seen, fit_linear, linear_scores
from keras_vatt.evaluation.small_head import EPOCHS, fit_small_head, small_head_scores
from keras_vatt.evaluation.stored_clips import stored_clips
from keras_vatt.metrics import accuracy_metrics

CLASSIFIERS = ("svm", "head")
UNUSED, TRAIN, TEST = 0, 1, 2


def probe_features(
    classifier, preprocessor, records, split, modality, folds, windows=4, batch_size=12
):
    """Embeds every clip once, for whatever fold uses it.

    Args:
        classifier: a task of ours whose backbone is the tower.
        preprocessor: `VATTPreprocessor`, of the time base to read clips at.
        records: string. What `keras_vatt.datasets.prepare` wrote to.
        split: string. The split of the records that holds all clips.
        modality: string. "video" or "audio".
        folds: dict of fold to a dict of clip id to "train" or "test".
        windows: int. Windows of a clip in tests; training takes the one in the
            middle.
        batch_size: int. Windows at a time.

    Returns:
        A dict of arrays, `clips` of them in the same order: `"train_features"`
        float32 `(clips, d)`, `"test_features"` float32 `(clips * windows, d)`,
        `"label"` int `(clips,)`, `"id"` strings, and a `"fold<n>"` a fold, uint8
        `(clips,)`: 1 train, 2 test, 0 unused.

    Raises:
        ValueError: if no clip has a label.
    """
    arrays = {}
    for name, count in (("train_features", 1), ("test_features", windows)):
        clips = data.load(
            records,
            split,
            task=modality,
            training=False,
            preprocessor=preprocessor,
            batch_size=max(1, batch_size // count),
            num_windows=count,
        )
        features, labels = apply_model(classifier, clips, "pooled_output")
        arrays[name], arrays["label"] = features, labels
    ids = [clip["id"] for clip in stored_clips(records, split, labelled=True)]
    arrays["id"] = np.array(ids)
    use = {"train": TRAIN, "test": TEST}
    for fold, splits in folds.items():
        found = [use.get(splits.get(clip), UNUSED) for clip in ids]
        arrays[f"fold{fold}"] = np.array(found, "uint8")
    return arrays


def probe_scores(arrays, classifiers=CLASSIFIERS, windows=4, head_epochs=EPOCHS):
    """Trains the classifiers on each fold and scores them.

    Args:
        arrays: dict as `probe_features` returns it.
        classifiers: sequence of strings: "svm" (linear, the penalty chosen on the
            training clips) and "head" (the authors' small head).
        windows: int. As in `probe_features`.
        head_epochs: int. Times that the head sees every training clip.

    Returns:
        A dict from each classifier to `"top1"` and `"top5"`, the means over the
        folds, and `"folds"`, a dict of each one's; and a dict of arrays: every
        fitted classifier as `"fold1.svm.weights"` and the like, with the scores it
        gave the test clips as `"fold1.svm.scores"`.

    Raises:
        ValueError: if a feature is not finite, a test label was never seen in
            training, or there is no such classifier.

    Example:

    ```python
    with np.load("scores.npz", allow_pickle=False) as file:
        scores, fitted = probe_scores(dict(file))
    ```

    Reference: [VATT](https://arxiv.org/abs/2104.11178), section A.4, table 8.
    """
    unknown = sorted(set(classifiers) - set(CLASSIFIERS))
    if unknown:
        raise ValueError(
            f"There are no classifiers {unknown}. Expected some of {CLASSIFIERS}."
        )
    folds = sorted(
        name for name in arrays if name.startswith("fold") and "." not in name
    )
    per_clip = arrays["test_features"].reshape(len(arrays["label"]), windows, -1)
    scores, fitted = {name: {"folds": {}} for name in classifiers}, {}
    for fold in folds:
        train, test = arrays[fold] == TRAIN, arrays[fold] == TEST
        test_features = per_clip[test].reshape(-1, per_clip.shape[-1])
        labels = arrays["label"][train]
        for name in classifiers:
            if name == "svm":
                found = fit_linear(arrays["train_features"][train], labels, None, "svm")
                given = linear_scores(test_features, found, windows)
            else:
                classes, ids = np.unique(labels, return_inverse=True)
                found = fit_small_head(
                    arrays["train_features"][train], ids, len(classes), head_epochs
                )
                found["classes"] = classes
                given = small_head_scores(test_features, found, windows)
            check_seen(arrays["label"][test], found["classes"])
            right = np.searchsorted(found["classes"], arrays["label"][test])
            metrics = accuracy_metrics(right, given)
            counts = {"train": int(train.sum()), "test": int(test.sum())}
            scores[name]["folds"][fold.removeprefix("fold")] = {**metrics, **counts}
            for part, value in {**found, "scores": given}.items():
                fitted[f"{fold}.{name}.{part}"] = np.asarray(value)
    for name in classifiers:
        each = scores[name]["folds"].values()
        for k in ("top1", "top5"):
            scores[name][k] = float(np.mean([one[k] for one in each]))
    return scores, fitted
