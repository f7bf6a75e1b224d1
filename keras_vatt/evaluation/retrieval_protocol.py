"""Zero-shot retrieval: MSR-VTT (full, 1k-A) and YouCook2."""

import keras
import numpy as np

from keras_vatt import data
from keras_vatt.evaluation.embed_dataset import embed_dataset
from keras_vatt.evaluation.retrieval_scores import retrieval_scores
from keras_vatt.evaluation.stored_clips import stored_clips

AVERAGES = ("embeddings", "similarities")
_KEPT = (
    "video_to_text",
    "video_to_audio",
    "audio_to_video",
    "text_to_video",
    "text_clip",
    "audio_mask",
    "text_mask",
    "id",
)


def retrieval_embeddings(
    pretrainer, preprocessor, records, split, windows=4, batch_size=12
):
    """Embeds clips, through several windows each, and all their captions.

    Args:
        pretrainer: `VATTPretrainer`.
        preprocessor: `VATTPreprocessor`, of the time base to read clips at.
        records: string. What `keras_vatt.datasets.prepare` wrote to.
        split: string. The clips to search.
        windows: int. Windows of a clip, spread over it.
        batch_size: int. Windows at a time.

    Returns:
        A dict of arrays: the clips' `"video_to_text"`, `"video_to_audio"` and
        `"audio_to_video"`, float32 `(clips * windows, D)`; `"text_to_video"`
        `(captions, D)` and `"text_clip"` int `(captions,)`, which clip a caption is
        of; `"audio_mask"`, `"text_mask"` and `"id"` `(clips,)`.

    Raises:
        ValueError: if an embedding is not finite (row and clip are named).
    """
    clips = data.load(
        records,
        split,
        task="evaluate",
        preprocessor=preprocessor,
        batch_size=max(1, batch_size // windows),
        num_windows=windows,
    )
    found = embed_dataset(pretrainer, clips, ("video", "audio"))
    known = {clip["id"]: clip["captions"] for clip in stored_clips(records, split)}
    texts = [(i, text) for i, clip in enumerate(found["id"]) for text in known[clip]]
    if texts:
        tokens = np.asarray(
            keras.ops.convert_to_numpy(
                preprocessor.tokenizer([text for _, text in texts])
            )
        )
        # Captions of words that are all unknown remain: somebody asked for them.
        batches = [
            {"text": tokens[i : i + batch_size]}
            for i in range(0, len(tokens), batch_size)
        ]
        embedded = embed_dataset(pretrainer, batches, ("text",))
        found["text_to_video"] = embedded["text_to_video"]
        found["text_clip"] = np.array([clip for clip, _ in texts])
        found["text_mask"] = np.isin(np.arange(len(found["id"])), found["text_clip"])
    return {name: found[name] for name in _KEPT if name in found}


def both_averages(arrays, windows=4):
    """Scores retrieval with both ways to average the windows of a clip.

    Args:
        arrays: dict as `retrieval_embeddings` returns it.
        windows: int. As in `retrieval_embeddings`.

    Returns:
        A dict from `"embeddings"` and `"similarities"` to a dict of
        `"text_to_video"` and `"audio_to_video"`, see `retrieval_scores`.

    Raises:
        ValueError: if no clip has a caption or a sound to search by.

    Reference: [VATT](https://arxiv.org/abs/2104.11178), section A.3.3, table 4; the
    second way stands in the released `evaluators.py` beside it.
    """
    scores = {}
    for average in AVERAGES:
        scores[average] = retrieval_scores(arrays, windows, average)
    if not scores[AVERAGES[0]]:
        raise ValueError(
            "No clip has a caption or a sound to search by. Expected at least one."
        )
    return scores
