from keras_vatt.metrics import retrieval_metrics, similarity

# Query, the clips' embeddings in the same space, and which clips have the query.
SEARCHES = {
    "text_to_video": ("text_to_video", "video_to_text", "text_mask"),
    "audio_to_video": ("audio_to_video", "video_to_audio", "audio_mask"),
}


def retrieval_scores(embeddings):
    """Scores text-to-video and audio-to-video retrieval from embeddings.

    Only clips that have the query take part, as queries and among those searched.

    Args:
        embeddings: dict of arrays as `embed_dataset` returns it.

    Returns:
        A dict from `"text_to_video"` and `"audio_to_video"` to the dict of
        `retrieval_metrics` and `"clips"`, how many took part. A search that no clip
        has the query for is left out.

    Raises:
        ValueError: if an embedding is not finite (the row is named).

    Example:

    >>> import numpy as np
    >>> x = {"text_to_video": np.eye(3), "video_to_text": np.eye(3)}
    >>> retrieval_scores(x)["text_to_video"]["R1"]
    1.0

    Reference: [VATT](https://arxiv.org/abs/2104.11178), section 4.2.4.
    """
    scores = {}
    for search, (query, clips, mask) in SEARCHES.items():
        if query not in embeddings or clips not in embeddings:
            continue
        queries, candidates = embeddings[query], embeddings[clips]
        if mask in embeddings:
            valid = embeddings[mask] > 0
            queries, candidates = queries[valid], candidates[valid]
        if len(queries):
            found = retrieval_metrics(similarity(queries, candidates))
            scores[search] = {**found, "clips": len(queries)}
    return scores
