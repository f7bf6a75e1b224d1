import json
import pathlib

import numpy as np

from keras_vatt.metrics import accuracy_metrics
from keras_vatt.metrics.finite_rows import finite_rows

# Inverse strengths of the penalty, tried by cross-validation on the training clips. The
# first of the SVM's stands in the authors' code, as a comment.
GRID = {"logistic": (0.001, 0.01, 0.1, 1.0), "svm": (6e-5, 0.001, 0.01, 0.1)}


def linear_probe(
    train_features,
    train_labels,
    test_features,
    test_labels,
    C=None,
    output=None,
    classifier="logistic",
    windows=1,
):
    """Trains a linear classifier on frozen features and scores it on others.

    Features are standardised by the training clips' mean and deviation; the penalty
    is chosen on the training clips alone.

    Args:
        train_features: float array `(clips, d)`.
        train_labels: array `(clips,)` of integers or strings.
        test_features: float array `(clips * windows, d)`.
        test_labels: array `(clips,)`, of the labels seen in training.
        C: float, scikit-learn's inverse penalty, or None: the best of `GRID` in
            three-fold cross-validation.
        classifier: string. "logistic" (logistic regression) or "svm" (a linear
            support vector machine, one class against the others).
        windows: int. Consecutive rows of a test clip, whose scores are averaged.
        output: optional folder, written to: `probe.npz` with the arrays mean, scale,
            weights and bias, and `probe.json` with classes and scores. A clip's class
            is the argmax of `(x - mean) / scale @ weights + bias`.

    Returns:
        A dict: `"top1"` and `"top5"` on the test clips, `"C"`, `"classes"` (list),
        `"num_train"` and `"num_test"`.

    Raises:
        ValueError: if a feature is not finite (the row is named), a test label was
            never seen in training, or there is only one class.

    Example:

    >>> import numpy as np
    >>> x = np.array([[0.0], [0.1], [1.0], [1.1]])
    >>> linear_probe(x, [0, 0, 1, 1], x, [0, 0, 1, 1], C=1.0)["top1"]
    1.0

    Reference: [VATT](https://arxiv.org/abs/2104.11178), section 4.2.3.
    """
    test = finite_rows(test_features, "test_features")
    test_labels = np.asarray(test_labels)
    arrays = fit_linear(train_features, train_labels, C, classifier)
    classes, C = arrays.pop("classes"), arrays.pop("C")
    check_seen(test_labels, classes)
    scores = {
        **accuracy_metrics(
            np.searchsorted(classes, test_labels),
            linear_scores(test, arrays, windows),
        ),
        "C": float(C),
        "classes": classes.tolist(),
        "num_train": len(train_labels),
        "num_test": len(test_labels),
    }
    if output is not None:
        folder = pathlib.Path(output)
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(folder / "probe.npz", **arrays)
        (folder / "probe.json").write_text(json.dumps(scores, indent=1))
    return scores


def fit_linear(features, labels, C=None, classifier="logistic"):
    """Trains a linear classifier.

    Args:
        features: float array `(clips, d)`.
        labels: array `(clips,)` of integers or strings.
        C: float or None, as in `linear_probe`.
        classifier: string, as in `linear_probe`.

    Returns:
        A dict of arrays: `"mean"` and `"scale"` `(d,)`, `"weights"` `(d, classes)`,
        `"bias"` and `"classes"` `(classes,)`; and the float `"C"`.

    Raises:
        ValueError: if a feature is not finite, there is one class, or no such
            classifier.

    Reference: [VATT](https://arxiv.org/abs/2104.11178), section A.4.
    """
    from threadpoolctl import threadpool_limits

    if classifier not in GRID:
        raise ValueError(
            f"`classifier` must be one of {list(GRID)}. Received: {classifier!r}"
        )
    features = finite_rows(features, "train_features").astype("float64")
    classes, ids = np.unique(np.asarray(labels), return_inverse=True)
    if len(classes) < 2:
        raise ValueError(
            f"A probe needs at least two classes. The training labels have "
            f"{classes.tolist()} only."
        )
    mean, scale = features.mean(axis=0), features.std(axis=0)
    # A feature that never varies carries nothing, however its last bits differ.
    scale = np.where(scale > 1e-7 * (1 + np.abs(mean)), scale, np.inf)
    features = (features - mean) / scale
    # The products are so small that threads only wait for each other: a hundred times
    # as long, where other work runs beside them.
    with threadpool_limits(1):
        C = _choose(features, ids, classifier) if C is None else C
        model = _model(classifier, C).fit(features, ids)
    weights, bias = model.coef_.T, model.intercept_  # (d, classes), (classes,)
    if len(classes) == 2:  # scikit-learn keeps one column for two classes
        weights = np.concatenate([-weights, weights], axis=1)
        bias = np.concatenate([-bias, bias])
    arrays = {"mean": mean, "scale": scale, "weights": weights, "bias": bias}
    return {**arrays, "classes": classes, "C": float(C)}


def linear_scores(features, arrays, windows=1):
    """Scores `(clips, classes)`, the mean over the windows of a clip."""
    features = (features.astype("float64") - arrays["mean"]) / arrays["scale"]
    scores = features @ arrays["weights"] + arrays["bias"]
    return scores.reshape(-1, windows, scores.shape[1]).mean(axis=1)


def check_seen(test_labels, classes):
    """Raises a ValueError if a test label was never seen in training."""
    unseen = sorted(set(np.asarray(test_labels).tolist()) - set(classes.tolist()))
    if unseen:
        raise ValueError(
            f"The test labels {unseen} do not occur in training, which has "
            f"{classes.tolist()}. Leave those clips out."
        )


def _model(classifier, C):
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    if classifier == "svm":
        return LinearSVC(C=C, random_state=0, max_iter=5000)
    return LogisticRegression(C=C, max_iter=300)


def _choose(features, ids, classifier):
    """The best penalty of the grid; the stronger one if two are as good."""
    from sklearn.model_selection import StratifiedKFold, cross_val_score

    rarest = np.bincount(ids).min()
    if rarest < 2:
        return GRID[classifier][-2]
    folds = StratifiedKFold(min(3, rarest), shuffle=True, random_state=0)
    found = [
        cross_val_score(_model(classifier, C), features, ids, cv=folds).mean()
        for C in GRID[classifier]
    ]
    return GRID[classifier][int(np.argmax(found))]
