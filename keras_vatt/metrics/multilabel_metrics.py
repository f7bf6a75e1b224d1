from statistics import NormalDist

import numpy as np

from keras_vatt.metrics.finite_rows import finite_rows


def multilabel_metrics(true, score):
    """Mean average precision, area under the ROC curve and d-prime over classes.

    Each is the unweighted mean over the classes for which it is defined: those that
    have at least one positive and one negative clip.

    Args:
        true: array `(clips, classes)` of 0 and 1.
        score: float array `(clips, classes)`: any monotone score.

    Returns:
        A dict of floats: `"mAP"` and `"AUC"` in [0, 1], and `"d-prime"`, the class
        mean of sqrt(2) times the normal quantile of the class' AUC. An AUC of 0 or 1
        is moved inwards by half a pair of clips, so that d-prime stays finite.

    Raises:
        ValueError: if a score is not finite (the row is named), the shapes differ,
            `true` holds anything but 0 and 1, or no class has both kinds of clips.

    Example:

    >>> multilabel_metrics([[1], [0], [1]], [[0.9], [0.1], [0.4]])["mAP"]
    1.0

    Reference: [VATT](https://arxiv.org/abs/2104.11178), section 4.2.2.
    """
    from sklearn.metrics import average_precision_score, roc_auc_score

    score = finite_rows(score, "score")
    true = finite_rows(true, "true")
    if true.shape != score.shape or true.ndim != 2:
        raise ValueError(
            "`true` and `score` must both be (clips, classes). Received shapes "
            f"{true.shape} and {score.shape}."
        )
    if not np.isin(true, (0, 1)).all():
        row = int(np.argmin(np.isin(true, (0, 1)).all(axis=1)))
        raise ValueError(
            f"`true` must hold 0 and 1 only. Received {true[row].tolist()} in row "
            f"{row}. Turn class ids into one column a class first."
        )
    positives = true.sum(axis=0)
    negatives = len(true) - positives
    classes = np.flatnonzero((positives > 0) & (negatives > 0))
    if not len(classes):
        raise ValueError(
            f"None of the {true.shape[1]} classes has both a positive and a negative "
            f"clip among the {len(true)} given: no ranking can be scored."
        )
    precision = [average_precision_score(true[:, c], score[:, c]) for c in classes]
    area = np.array([roc_auc_score(true[:, c], score[:, c]) for c in classes])
    half_pair = 0.5 / (positives[classes] * negatives[classes])
    inner = np.clip(area, half_pair, 1 - half_pair)
    quantile = [NormalDist().inv_cdf(float(a)) for a in inner]
    return {
        "mAP": float(np.mean(precision)),
        "AUC": float(np.mean(area)),
        "d-prime": float(np.sqrt(2) * np.mean(quantile)),
    }
