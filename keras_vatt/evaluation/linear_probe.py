import json
import pathlib

import numpy as np

from keras_vatt.metrics import accuracy_metrics
from keras_vatt.metrics.finite_rows import finite_rows

# Inverse strengths of the penalty, tried by cross-validation on the training clips.
GRID = (0.001, 0.01, 0.1, 1.0)


def linear_probe(
    train_features, train_labels, test_features, test_labels, C=None, output=None
):
    """Trains a linear classifier on frozen features and scores it on others.

    Features are standardised by the training clips' mean and deviation. Logistic
    regression; the penalty is chosen on the training clips alone.

    Args:
        train_features: float array `(clips, d)`.
        train_labels: array `(clips,)` of integers or strings.
        test_features: float array `(clips, d)`.
        test_labels: array `(clips,)`, of the labels seen in training.
        C: float, scikit-learn's inverse penalty, or None: the best of `GRID` in
            three-fold cross-validation.
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
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    train = finite_rows(train_features, "train_features").astype("float64")
    test = finite_rows(test_features, "test_features").astype("float64")
    classes, train_ids = np.unique(np.asarray(train_labels), return_inverse=True)
    test_labels = np.asarray(test_labels)
    unseen = sorted(set(test_labels.tolist()) - set(classes.tolist()))
    if unseen:
        raise ValueError(
            f"The test labels {unseen} do not occur in training, which has "
            f"{classes.tolist()}. Leave those clips out."
        )
    if len(classes) < 2:
        raise ValueError(
            f"A probe needs at least two classes. The training labels have "
            f"{classes.tolist()} only."
        )
    mean, scale = train.mean(axis=0), train.std(axis=0)
    # A feature that never varies carries nothing, however its last bits differ.
    scale = np.where(scale > 1e-7 * (1 + np.abs(mean)), scale, np.inf)
    train, test = (train - mean) / scale, (test - mean) / scale
    # The products are so small that threads only wait for each other: a hundred times
    # as long, where other work runs beside them.
    with threadpool_limits(1):
        C = _choose(train, train_ids) if C is None else C
        model = LogisticRegression(C=C, max_iter=300).fit(train, train_ids)
    weights, bias = model.coef_.T, model.intercept_  # (d, classes), (classes,)
    if len(classes) == 2:  # scikit-learn keeps one column for two classes
        weights = np.concatenate([-weights, weights], axis=1)
        bias = np.concatenate([-bias, bias])
    scores = {
        **accuracy_metrics(
            np.searchsorted(classes, test_labels), test @ weights + bias
        ),
        "C": float(C),
        "classes": classes.tolist(),
        "num_train": len(train),
        "num_test": len(test),
    }
    if output is not None:
        folder = pathlib.Path(output)
        folder.mkdir(parents=True, exist_ok=True)
        arrays = {"mean": mean, "scale": scale, "weights": weights, "bias": bias}
        np.savez(folder / "probe.npz", **arrays)
        (folder / "probe.json").write_text(json.dumps(scores, indent=1))
    return scores


def _choose(features, ids):
    """The best penalty of the grid; the stronger one if two are as good."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_score

    rarest = np.bincount(ids).min()
    if rarest < 2:
        return 0.1
    folds = StratifiedKFold(min(3, rarest), shuffle=True, random_state=0)
    found = [
        cross_val_score(
            LogisticRegression(C=C, max_iter=300), features, ids, cv=folds
        ).mean()
        for C in GRID
    ]
    return GRID[int(np.argmax(found))]
