import numpy as np

from keras_vatt.metrics.finite_rows import finite_rows


def retrieval_metrics(similarity, targets=None):
    """Recall at 1, 5 and 10 and the median rank of the right clip.

    Query i is looking for clip `targets[i]`. Its rank is 1 + the number of *other*
    clips that are at least as similar: ties count against the model, so that a model
    which embeds everything alike finds nothing.

    Args:
        similarity: float array `(queries, clips)`; square without `targets`.
        targets: int array `(queries,)`, the right clip of each query: several may
            look for one. None: query i looks for clip i.

    Returns:
        A dict of floats: `"R1"`, `"R5"`, `"R10"` (fractions in [0, 1]) and
        `"MedianRank"` (from 1).

    Raises:
        ValueError: if the array is empty, or not square without `targets`; holds NaN
            or an infinity (the row is named); or a target is no clip.

    Example:

    >>> retrieval_metrics([[0.9, 0.1], [0.8, 0.7]])["R1"]
    0.5

    Reference: [VATT](https://arxiv.org/abs/2104.11178), section 4.2.4.
    """
    similarity = finite_rows(similarity, "similarity")
    if similarity.ndim != 2 or (
        targets is None and similarity.shape[0] != similarity.shape[1]
    ):
        raise ValueError(
            "`similarity` must be square: one row a query, one column a clip, the "
            "right clip of query i in column i. Received shape "
            f"{similarity.shape}. Name the right columns by `targets` if they differ."
        )
    if not similarity.size:
        raise ValueError(
            f"`similarity` is empty, shape {similarity.shape}: there is nothing to "
            "rank. Check that the split holds clips with both modalities."
        )
    queries, clips = similarity.shape
    targets = np.arange(queries) if targets is None else np.asarray(targets)
    if targets.shape != (queries,) or targets.min() < 0 or targets.max() >= clips:
        raise ValueError(
            f"`targets` must hold one clip of 0 to {clips - 1} for each of the "
            f"{queries} queries. Received shape {targets.shape}, values from "
            f"{targets.min()} to {targets.max()}."
        )
    right = similarity[np.arange(queries), targets][:, None]
    # The right clip itself is among those counted: it is the 1 of the rank.
    ranks = np.sum(similarity >= right, axis=1)
    scores = {f"R{k}": float(np.mean(ranks <= k)) for k in (1, 5, 10)}
    return {**scores, "MedianRank": float(np.median(ranks))}
