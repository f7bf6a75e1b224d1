"""The one check every score makes first: a NaN must not become a rank."""

import numpy as np


def finite_rows(array, name):
    """Return `array` as a float array after checking that it is finite.

    Args:
        array: numbers `(rows, ...)` of any dtype, from any backend.
        name: what the array is, for the message.

    Returns:
        A numpy array of the same shape, float64 unless it already was floating.

    Raises:
        ValueError: if the array is a scalar, or a row holds NaN or an infinity. The
            message names the first such row.

    Example:

    >>> finite_rows([[1, 2], [3, 4]], "score").shape
    (2, 2)
    """
    array = np.asarray(array)
    if not np.issubdtype(array.dtype, np.floating):
        array = array.astype("float64")
    if array.ndim == 0:
        raise ValueError(
            f"`{name}` must have rows, shape (rows, ...). Received a single number, "
            f"{array}. Pass one row for each clip."
        )
    finite = np.isfinite(array).all(axis=tuple(range(1, array.ndim)))
    if not finite.all():
        row = int(np.argmin(finite))
        value = array[row].ravel()[~np.isfinite(array[row].ravel())][0]
        raise ValueError(
            f"`{name}` must be finite, but row {row} holds {value} "
            f"({int((~finite).sum())} of {len(array)} rows are not finite). Check the "
            "clip of that row, and whether training diverged."
        )
    return array
