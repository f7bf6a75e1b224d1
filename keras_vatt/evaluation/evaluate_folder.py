from keras_vatt import data
from keras_vatt.evaluation.embed_dataset import embed_dataset
from keras_vatt.evaluation.linear_probe import linear_probe
from keras_vatt.evaluation.retrieval_scores import retrieval_scores


def evaluate_folder(pretrainer, records, split="test", probe=False, batch_size=64):
    """Scores a pretrained model on one split of a prepared folder.

    Args:
        pretrainer: `VATTPretrainer` with its preprocessor.
        records: string. What `keras-vatt prepare` wrote.
        split: string. The clips to search.
        probe: bool. Whether linear classifiers of the clips' labels are trained as
            well, on the split "train", one from the video and one from the sound.
        batch_size: int. Clips at a time.

    Returns:
        A dict of `"text_to_video"` and `"audio_to_video"`, see `retrieval_scores`, and
        with `probe` of `"video_probe"` and `"audio_probe"`, see `linear_probe`.

    Raises:
        FileNotFoundError: if the folder holds no prepared clips.
        ValueError: if there is no such split, no clip that could be searched for, or
            an embedding is not finite (row and clip are named).

    Example:

    ```python
    pretrainer = keras_vatt.models.VATTPretrainer.from_preset("demo/preset")
    keras_vatt.evaluation.evaluate_folder(pretrainer, "demo/records", "test")
    ```
    """

    def embed(name, modalities):
        clips = data.load(
            records,
            name,
            task="evaluate",
            batch_size=batch_size,
            preprocessor=pretrainer.preprocessor,
        )
        return embed_dataset(pretrainer, clips, modalities)

    test = embed(split, ("video", "audio", "text"))
    scores = retrieval_scores(test)
    if not scores and not probe:
        raise ValueError(
            f"No clip of split {split!r} in {records!r} has a caption or a sound to "
            "search by. Expected at least one. Choose another split."
        )
    if probe:
        train = embed("train", ("video", "audio"))
        for modality in ("video", "audio"):
            features, labels = zip(
                _labelled(train, modality), _labelled(test, modality), strict=True
            )
            scores[f"{modality}_probe"] = linear_probe(
                features[0], labels[0], features[1], labels[1]
            )
            names = data.class_names(records)
            classes = scores[f"{modality}_probe"]["classes"]
            scores[f"{modality}_probe"]["classes"] = [names[c] for c in classes]
    return scores


def _labelled(clips, modality):
    """Features and labels of the clips that have a label, and the modality."""
    valid = clips["label"] >= 0
    if modality == "audio":
        valid &= clips["audio_mask"] > 0
    return clips[modality][valid], clips["label"][valid]
