import numpy as np

from keras_vatt.metrics.finite_rows import finite_rows


def similarity(text, video, windows=1, average="embeddings"):
    """Cosine similarity of every query to every clip, clips seen through windows.

    Args:
        text: float array `(queries, d)`: one embedding a query. It may equally come
            from a sound, as long as it lives in the same space as `video`.
        video: float array `(clips * windows, d)`; the windows of a clip are
            consecutive rows.
        windows: int, windows of a clip. Defaults to `1`.
        average: `"embeddings"` averages the raw windows of a clip and then brings
            the mean to unit length; `"similarities"` brings each window to unit
            length and averages its similarities. Defaults to `"embeddings"`.

    Returns:
        A float64 array `(queries, clips)` in [-1, 1]. An embedding of length zero is
        similar to nothing: 0.

    Raises:
        ValueError: if an embedding is not finite (the row is named), the widths
            differ, the rows are no multiple of `windows`, or `average` is unknown.

    Example:

    >>> similarity([[1.0, 0.0]], [[2.0, 0.0], [0.0, 3.0]]).tolist()
    [[1.0, 0.0]]

    Reference: [VATT](https://arxiv.org/abs/2104.11178), section 4.2.4.
    """
    text = finite_rows(text, "text").astype("float64")
    video = finite_rows(video, "video").astype("float64")
    if text.ndim != 2 or video.ndim != 2 or text.shape[1] != video.shape[1]:
        raise ValueError(
            "`text` and `video` must be (rows, d) with the same d. Received shapes "
            f"{text.shape} and {video.shape}. Take both from the same common space."
        )
    if windows < 1 or len(video) % windows:
        raise ValueError(
            f"`video` must hold `windows` consecutive rows for each clip. Received "
            f"{len(video)} rows and windows={windows}."
        )
    video = video.reshape(-1, windows, video.shape[1])  # (clips, windows, d)
    if average == "embeddings":
        products = _unit(text) @ _unit(video.mean(axis=1)).T
    elif average == "similarities":
        products = _unit(text) @ _unit(video).mean(axis=1).T
    else:
        raise ValueError(
            '`average` must be "embeddings" or "similarities". '
            f"Received: average={average!r}."
        )
    # Equal clips embedded in one float32 batch differ in the last bits, as products add
    # up in another order at the edges of blocks: a tie would look like a win.
    return np.round(products, 6)


def _unit(x):
    length = np.linalg.norm(x, axis=-1, keepdims=True)
    return np.divide(x, length, out=np.zeros_like(x), where=length > 0)
