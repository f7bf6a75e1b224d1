from keras_vatt.evaluation.embed_dataset import embed_dataset
from keras_vatt.evaluation.retrieval_scores import retrieval_scores


def zero_shot_retrieval(pretrainer, dataset):
    """Finds every clip by its caption, and by its sound, among all clips.

    Args:
        pretrainer: `VATTPretrainer`.
        dataset: batches of `keras_vatt.data.load(..., task="evaluate")`.

    Returns:
        A dict `{"text_to_video": {...}, "audio_to_video": {...}}` of `"R1"`, `"R5"`,
        `"R10"` (fractions), `"MedianRank"` and `"clips"`. Clips without caption take
        no part in the first, clips without sound none in the second.

    Raises:
        ValueError: if the dataset is empty, or an embedding is not finite (row and
            clip are named).

    Example:

    ```python
    pretrainer = keras_vatt.models.VATTPretrainer.from_preset("demo/preset")
    clips = keras_vatt.data.load(
        "demo/records", "test", task="evaluate", preprocessor=pretrainer.preprocessor
    )
    scores = keras_vatt.evaluation.zero_shot_retrieval(pretrainer, clips)
    scores["text_to_video"]["R10"]
    ```

    Reference: [VATT](https://arxiv.org/abs/2104.11178), section 4.2.4.
    """
    return retrieval_scores(embed_dataset(pretrainer, dataset))
