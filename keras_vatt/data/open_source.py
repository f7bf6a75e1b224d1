"""What `data.load` reads from, found by its path."""

import dataclasses
import functools
import os

import tensorflow as tf

from keras_vatt.data import dmvr, image_records, record_index, records
from keras_vatt.data.file_source import file_source
from keras_vatt.data.indexed_media import IndexedMedia
from keras_vatt.data.listing import Listing
from keras_vatt.data.media import AUDIO_SUFFIXES, MEDIA_SUFFIXES
from keras_vatt.data.source import Source

_RAW_SUFFIXES = MEDIA_SUFFIXES | AUDIO_SUFFIXES | {".csv"}


def open_source(path, split, allow_outside=False):
    """Returns the clips of a split.

    Args:
        path: string. What `keras_vatt.datasets.prepare` wrote to; DMVR TFRecords: a
            folder with files `<split>-00000-of-00010`, a file, or a pattern; labelled
            images of the TFDS catalogue, see `image_records.folder`; or media files
            as they are, see `file_source`.
        split: string. "train", "validation", "test" or what the CSV named.
        allow_outside: bool. Whether media files outside their CSV's folder may be
            read.

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
    if isinstance(path, Listing):
        return file_source(path, split, allow_outside)
    path = os.fspath(path)
    if os.path.splitext(path)[1].lower() in _RAW_SUFFIXES:
        return file_source(path, split, allow_outside)
    if image_records.is_finished(path):
        return image_records.source(path, split)
    found = dmvr.files(path, split)
    if found:
        return dmvr.source(path, found)
    if _is_raw(path):
        return file_source(path, split, allow_outside)
    others = dmvr.splits(path) if tf.io.gfile.isdir(path) else []
    if others and not records.is_finished(path):
        raise ValueError(
            f"There is no split {split!r} in {path!r}. Expected one of {others}, as "
            "the DMVR files are named."
        )
    builder = records.builder(path)
    count = records.num_clips(builder.info, split, path)
    metadata = builder.info.metadata or {}
    instructions = builder.info.splits[split].file_instructions
    parse = functools.partial(
        _parse, features=builder.info.features, decoder=_undecoded()
    )
    opened = Source(
        name=f"split {split!r} of {path!r}",
        files=tuple((os.fspath(i.filename), i.skip, i.take) for i in instructions),
        parse=lambda record: _with_samples(parse(record)),
        frame_rate=metadata.get("frame_rate"),
        class_names=tuple(metadata.get("class_names", ())),
        num_unlabelled=metadata.get("unlabelled", {}).get(split, 0),
        records=functools.partial(tf.data.TFRecordDataset, buffer_size=_buffer(path)),
    )
    assert opened.num_clips == count
    if not record_index.has_index(builder.data_dir):
        return opened
    names = [os.path.basename(name) for name, _, _ in opened.files]
    shards = record_index.indexed_shards(builder.data_dir, names)
    files = tuple((_index_of(name), skip, take) for name, skip, take in opened.files)
    return dataclasses.replace(
        opened,
        files=files,
        parse=parse,
        records=tf.data.TFRecordDataset,
        media=IndexedMedia(shards),
    )


def _index_of(path):
    folder, name = os.path.split(path)
    return os.path.join(folder, record_index.FOLDER, name)


def _is_raw(path):
    """Whether a folder holds a CSV or media files rather than a prepared dataset."""
    unprepared = os.path.isdir(path) and not os.path.isdir(
        os.path.join(path, records.NAME)
    )
    if not unprepared or os.path.isfile(os.path.join(path, "dataset_info.json")):
        return False
    return any(
        os.path.splitext(name)[1].lower() in _RAW_SUFFIXES and name != "skipped.csv"
        for _, _, names in os.walk(path)
        for name in names
    )


def _buffer(path):
    """Bytes read ahead: none of local files, whose records are megabytes anyway."""
    return None if "://" in os.fspath(path) else 0


def _undecoded():
    """What passes all frames at once as they are; its parent maps over them."""
    import tensorflow_datasets as tfds

    class Undecoded(tfds.decode.SkipDecoding):
        def decode_batch_example(self, frames):
            return frames

    return Undecoded()


def _parse(record, features, decoder):
    """Returns the clip of a TFDS record, frames and sound as they are stored."""
    return features.deserialize_example(record, decoders={"frames": decoder})


def _with_samples(clip):
    return {**clip, "audio": tf.io.decode_raw(clip["audio"], tf.int16)}
