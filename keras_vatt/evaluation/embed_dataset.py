import numpy as np

from keras_vatt.evaluation.embedder import Embedder

MODALITIES = ("video", "audio", "text")
EMBEDDINGS = ("video_to_audio", "video_to_text", "audio_to_video", "text_to_video")


def embed_dataset(pretrainer, dataset, modalities=MODALITIES):
    """Embeds every clip of a dataset, once and in order.

    Args:
        pretrainer: `VATTPretrainer`.
        dataset: batches of `keras_vatt.data.load(..., task="evaluate")`: dicts with
            `"video"`, `"audio"`, `"text"` (of several captions a clip the first is
            taken) and whatever else is known of the clips. Batches
            `(inputs, masks)` are read as well.
        modalities: sequence of strings, those to embed. Defaults to all three.

    Returns:
        A dict of numpy arrays, a row a clip: the pooled features `"video"`,
        `"audio"` and `"text"`, float32 `(clips, d)`; the embeddings
        `"video_to_audio"`, `"video_to_text"`, `"audio_to_video"` and
        `"text_to_video"`, float32 `(clips, D)`, not of unit length; and `"label"`,
        `"id"`, `"caption"`, `"audio_mask"` and `"text_mask"` where the dataset has
        them. Of clips seen through several windows, video and audio have a row a
        window.

    Raises:
        ValueError: if the dataset is empty or lacks a modality, or an embedding is not
            finite (row and clip are named).

    Example:

    ```python
    pretrainer = keras_vatt.models.VATTPretrainer.from_preset("demo/preset")
    clips = keras_vatt.data.load(
        "demo/records", "test", task="evaluate", preprocessor=pretrainer.preprocessor
    )
    keras_vatt.evaluation.embed_dataset(pretrainer, clips)["video"].shape
    ```

    Reference: paper section 3.3 (the common spaces).
    """
    model = Embedder(pretrainer)
    columns = {}
    for batch in dataset:
        if isinstance(batch, (tuple, list)):
            batch = {**batch[0], **(batch[1] if len(batch) > 1 else {})}
        missing = [name for name in modalities if name not in batch]
        if missing:
            raise ValueError(
                f"The dataset has no {missing}, only {sorted(batch)}. Load it with "
                '`task="evaluate"`, or name the modalities it has in `modalities`.'
            )
        inputs = {name: np.asarray(batch[name]) for name in modalities}
        if "text" in inputs and inputs["text"].ndim == 3:
            inputs["text"] = inputs["text"][:, 0]
        outputs = model.predict_on_batch(inputs)
        known = {k: v for k, v in batch.items() if k not in MODALITIES}
        for name, value in {**known, **outputs}.items():
            columns.setdefault(name, []).append(_to_numpy(value))
    if not columns:
        raise ValueError("The dataset is empty: there is no clip to embed.")
    columns = {name: np.concatenate(parts) for name, parts in columns.items()}
    for name in (*MODALITIES, *EMBEDDINGS):
        if name in columns:
            _check_finite(name, columns)
    return columns


def _to_numpy(value):
    array = np.asarray(value)
    if array.dtype == object:  # strings, from TensorFlow as bytes
        return np.array([text.decode() for text in array])
    return array.astype("float32") if array.dtype.kind in "fV" else array


def _check_finite(name, columns):
    finite = np.isfinite(columns[name]).all(axis=1)
    if not finite.all():
        row = int(np.argmin(finite))
        clip = ""
        if "id" in columns:  # a clip has as many rows as windows
            ids = columns["id"]
            clip = f" (clip {str(ids[row * len(ids) // len(finite)])!r})"
        raise ValueError(
            f"The embedding {name!r} of row {row}{clip} is not finite; "
            f"{int((~finite).sum())} of {len(finite)} rows are not. Expected finite "
            "numbers. Check that clip, and the weights: training may have diverged."
        )
