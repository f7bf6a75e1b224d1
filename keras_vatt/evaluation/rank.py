"""Rows of an index by their likeness to a vector, the best first."""

import numpy as np

# From so many vectors on FAISS looks into the nearest cells only.
_MANY = 50_000


def rank_exactly(vectors, norms, query, count):
    """Yields rows and cosines, the best first; of equals the first row.

    One matrix product; sorted no further than is read.

    Args:
        vectors: float32 `(n, d)`; may be mapped.
        norms: float32 `(n,)`. Their lengths.
        query: float32 `(d,)` of unit length, or `(k, d)`, of which the nearest counts.
        count: int. How many are likely to be read.
    """
    scores = np.asarray(vectors) @ query.T
    if query.ndim == 2:
        scores = scores.max(axis=1)
    scores /= np.maximum(norms, 1e-12)
    given, count = 0, min(count, len(scores))
    while given < len(scores):
        best = np.argpartition(scores, len(scores) - count)[-count:]
        best = best[np.lexsort((best, -scores[best]))]
        yield from zip(best[given:], scores[best[given:]])
        given, count = count, min(8 * count, len(scores))


def rank_with_faiss(index, query, count):
    """Yields rows and cosines as `rank_exactly`, by an index of `build_faiss`.

    Of many vectors only those of the nearest cells, so that one may be missed.
    """
    seen, count = set(), min(count, index.ntotal)
    while True:
        scores, rows = index.search(np.atleast_2d(query), count)  # (k, count)
        is_all = count == index.ntotal or (rows < 0).any()  # -1: the cells hold no more
        # Below the end of any of the lists better rows of it may be missing.
        known = -np.inf if is_all else scores[:, -1].max()
        scores, rows = scores.ravel(), rows.ravel()
        for place in np.lexsort((rows, -scores)):
            row, score = rows[place], scores[place]
            if row >= 0 and score >= known and row not in seen:
                seen.add(row)
                yield row, score
        if is_all:
            return
        count = min(8 * count, index.ntotal)


def build_faiss(vectors, norms):
    """Returns a FAISS index of cosines: exact, or of many vectors in cells.

    Raises:
        ModuleNotFoundError: if FAISS is not installed.
    """
    try:
        import faiss
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "FAISS is not installed. Install keras-vatt[index], or leave out "
            '--engine faiss (engine="faiss"): the exact search needs nothing.'
        ) from None
    unit = np.asarray(vectors) / np.maximum(norms, 1e-12)[:, None]
    dim = unit.shape[1]
    index = faiss.IndexFlatIP(dim)
    if len(unit) >= _MANY:
        cells = int(np.sqrt(len(unit)))
        index = faiss.IndexIVFFlat(index, dim, cells, faiss.METRIC_INNER_PRODUCT)
        index.nprobe = max(1, cells // 16)
        index.train(unit[:: max(1, len(unit) // (40 * cells))])
    index.add(unit)
    return index
