"""What `data.load` reads from, found by its path."""

import functools
import os

import tensorflow as tf

from keras_vatt.data import dmvr, records
from keras_vatt.data.source import Source


def open_source(path, split):
    """Returns the stored clips of a split.

    Args:
        path: string. What `keras_vatt.datasets.prepare` wrote to; or DMVR TFRecords:
            a folder with files `<split>-00000-of-00010`, a file, or a pattern.
        split: string. "train", "validation", "test" or what the CSV named.

    Returns:
        `Source`.

    Raises:
        FileNotFoundError: if `path` holds no finished dataset.
        ValueError: if the split is missing or the records are none of clips.

    Example:
    ```python
    open_source("records", "train").num_clips
    ```

    Source: design 6.
    """
    path = os.fspath(path)
    found = dmvr.files(path, split)
    if found:
        return dmvr.source(path, found)
    builder = records.builder(path)
    count = records.num_clips(builder.info, split, path)
    metadata = builder.info.metadata or {}
    instructions = builder.info.splits[split].file_instructions
    opened = Source(
        name=f"split {split!r} of {path!r}",
        files=tuple((os.fspath(i.filename), i.skip, i.take) for i in instructions),
        parse=functools.partial(_parse, features=builder.info.features),
        frame_rate=metadata.get("frame_rate"),
        class_names=tuple(metadata.get("class_names", ())),
        num_unlabelled=metadata.get("unlabelled", {}).get(split, 0),
    )
    assert opened.num_clips == count
    return opened


def _parse(record, features):
    """Returns the clip of a TFDS record, frames still encoded."""
    import tensorflow_datasets as tfds

    class Undecoded(tfds.decode.SkipDecoding):
        """Passes all frames at once; its parent maps over them one by one."""

        def decode_batch_example(self, frames):
            return frames

    clip = features.deserialize_example(record, decoders={"frames": Undecoded()})
    clip["audio"] = tf.io.decode_raw(clip["audio"], tf.int16)
    return clip
