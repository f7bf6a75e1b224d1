import numpy as np

from keras_vatt.metrics.finite_rows import finite_rows


def retrieval_metrics(similarity):
    """Recall at 1, 5 and 10 and the median rank of the right clip.

    Query i is looking for clip i. Its rank is 1 + the number of *other* clips that
    are at least as similar: ties count against the model, so that a model which
    embeds everything alike finds nothing.

    Args:
        similarity: float array `(n, n)`: row = query, column = clip.

    Returns:
        A dict of floats: `"R1"`, `"R5"`, `"R10"` (fractions in [0, 1]) and
        `"MedianRank"` (from 1).

    Raises:
        ValueError: if the array is not square or empty, or holds NaN or an infinity
            (the row is named).

    Example:

    >>> retrieval_metrics([[0.9, 0.1], [0.8, 0.7]])["R1"]
    0.5

    Reference: [VATT](https://arxiv.org/abs/2104.11178), section 4.2.4.
    """
    similarity = finite_rows(similarity, "similarity")
    if similarity.ndim != 2 or similarity.shape[0] != similarity.shape[1]:
        raise ValueError(
            "`similarity` must be square: one row a query, one column a clip, the "
            f"right clip of query i in column i. Received shape {similarity.shape}."
        )
    if not similarity.size:
        raise ValueError(
            "`similarity` is empty, shape (0, 0): there is nothing to rank. Check that "
            "the split holds clips with both modalities."
        )
    right = np.diagonal(similarity)[:, None]
    # The right clip itself is among those counted: it is the 1 of the rank.
    ranks = np.sum(similarity >= right, axis=1)
    scores = {f"R{k}": float(np.mean(ranks <= k)) for k in (1, 5, 10)}
    return {**scores, "MedianRank": float(np.median(ranks))}
