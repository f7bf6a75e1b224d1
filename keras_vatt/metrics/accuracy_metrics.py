import numpy as np

from keras_vatt.metrics.finite_rows import finite_rows


def accuracy_metrics(label, score):
    """Top-1 and top-5 accuracy, ties counted against the model.

    Args:
        label: int array `(clips,)` or `(clips, 1)`.
        score: float array `(clips, classes)`: logits or probabilities.

    Returns:
        A dict of floats in [0, 1]: `"top1"` and `"top5"`.

    Raises:
        ValueError: if a score is not finite (the row is named), the shapes do not
            belong together, or a label is no class.

    Example:

    >>> accuracy_metrics([1, 0], [[0.2, 0.8], [0.3, 0.7]])["top1"]
    0.5

    Reference: [VATT](https://arxiv.org/abs/2104.11178), section 4.2.1.
    """
    score = finite_rows(score, "score")
    label = np.asarray(label).reshape(-1)
    if score.ndim != 2 or len(score) != len(label) or not len(label):
        raise ValueError(
            "`label` must be (clips,) and `score` (clips, classes), with at least one "
            f"clip. Received shapes {label.shape} and {score.shape}."
        )
    outside = (label < 0) | (label >= score.shape[1])
    if outside.any():
        row = int(np.argmax(outside))
        raise ValueError(
            f"`label` must lie in [0, {score.shape[1]}), the classes that `score` has. "
            f"Received {label[row]} in row {row}."
        )
    right = np.take_along_axis(score, label[:, None].astype("int64"), axis=1)
    ranks = np.sum(score >= right, axis=1)
    return {f"top{k}": float(np.mean(ranks <= k)) for k in (1, 5)}
