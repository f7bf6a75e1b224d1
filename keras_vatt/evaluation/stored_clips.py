"""What is known of stored clips, without decoding their media."""

import tensorflow as tf

from keras_vatt.data.open_source import open_source


def stored_clips(records, split, labelled=False):
    """Returns ids, labels and captions of stored clips, in the order of `data.load`.

    Args:
        records: string. What `keras_vatt.datasets.prepare` wrote to.
        split: string.
        labelled: bool. Whether clips without label are left out, as tasks "video" and
            "audio" of `data.load` do.

    Returns:
        A list of dicts of "id" (string), "labels" (list of ints) and "captions" (list
        of strings, the clip's own).

    Raises:
        FileNotFoundError: if there is no finished dataset.
        ValueError: if there is no such split.

    Example:

    ```python
    [clip["id"] for clip in stored_clips("records", "test")]
    ```
    """
    source = open_source(records, split)

    def facts(record):
        clip = source.parse(record)
        own = clip["captions"]["own"] > 0
        captions = tf.boolean_mask(clip["captions"]["text"], own)
        return {"id": clip["id"], "labels": clip["labels"], "captions": captions}

    clips = []
    for path, skip, take in source.files:
        dataset = source.records(path).skip(skip).take(take).map(facts)
        for clip in dataset.as_numpy_iterator():
            if labelled and not len(clip["labels"]):
                continue
            clips.append(
                {
                    "id": clip["id"].decode(),
                    "labels": [int(label) for label in clip["labels"]],
                    "captions": [text.decode() for text in clip["captions"]],
                }
            )
    return clips
