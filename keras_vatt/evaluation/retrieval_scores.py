import numpy as np

from keras_vatt.metrics import retrieval_metrics, similarity
from keras_vatt.metrics.finite_rows import finite_rows

# Query, the clips' embeddings in the same space, and which clips have the query.
SEARCHES = {
    "text_to_video": ("text_to_video", "video_to_text", "text_mask"),
    "audio_to_video": ("audio_to_video", "video_to_audio", "audio_mask"),
}


def retrieval_scores(embeddings, windows=1, average="embeddings"):
    """Scores text-to-video and audio-to-video retrieval from embeddings.

    Only clips that have the query take part, as queries and among those searched.

    Args:
        embeddings: dict of arrays as `embed_dataset` returns it. With `"text_clip"`,
            int `(captions,)`, the rows of `"text_to_video"` are captions and it tells
            whose; else a row is a clip's.
        windows: int, consecutive rows of a clip's video and sound. Defaults to `1`.
        average: `"embeddings"` or `"similarities"`: how the windows of a clip count
            together, see `keras_vatt.metrics.similarity`.

    Returns:
        A dict from `"text_to_video"` and `"audio_to_video"` to the dict of
        `retrieval_metrics` and `"clips"`, how many took part; `"queries"` as well,
        where clips have several captions. A search that no clip has the query for is
        left out.

    Raises:
        ValueError: if an embedding is not finite (the row is named).

    Example:

    >>> import numpy as np
    >>> x = {"text_to_video": np.eye(3), "video_to_text": np.eye(3)}
    >>> retrieval_scores(x)["text_to_video"]["R1"]
    1.0

    Reference: [VATT](https://arxiv.org/abs/2104.11178), sections 4.2.4 and A.3.3.
    """
    scores = {}
    for search, (query, candidates, mask) in SEARCHES.items():
        if query not in embeddings or candidates not in embeddings:
            continue
        video = finite_rows(embeddings[candidates], candidates)
        video = video.reshape(-1, windows, video.shape[-1])  # (clips, windows, d)
        has_query = np.ones(len(video), bool)
        if mask in embeddings:
            has_query = np.asarray(embeddings[mask]) > 0
        queries, clip_of, extra = finite_rows(embeddings[query], query), None, {}
        if search == "audio_to_video":
            queries = _mean_window(queries, windows, average)
        if search == "text_to_video" and "text_clip" in embeddings:
            clip_of = np.asarray(embeddings["text_clip"])
            has_query &= np.isin(np.arange(len(video)), clip_of)
            queries, clip_of = queries[has_query[clip_of]], clip_of[has_query[clip_of]]
            clip_of = (np.cumsum(has_query) - 1)[clip_of]  # among those that take part
            extra = {"queries": len(queries)}
        else:
            queries = queries[has_query]
        if not len(queries):
            continue
        video = video[has_query].reshape(-1, video.shape[-1])
        found = retrieval_metrics(similarity(queries, video, windows, average), clip_of)
        scores[search] = {**found, "clips": int(has_query.sum()), **extra}
    return scores


def _mean_window(queries, windows, average):
    """One query a clip, of its windows of sound."""
    queries = queries.reshape(-1, windows, queries.shape[-1]).astype("float64")
    if average == "similarities":
        length = np.linalg.norm(queries, axis=-1, keepdims=True)
        queries = queries / np.where(length > 0, length, 1)
    return queries.mean(axis=1)
