"""Where in the records a clip's frames and sound lie.

Beside the shards of a dataset lies a folder with a file for each. It holds the same
examples, but in place of a JPEG or a sound the place of its bytes: kilobytes a clip,
not megabytes. Windows are then read alone, and shuffled clips take hardly any memory.
A dataset without it is read whole.
"""

import json
import os
import shutil

import numpy as np
import tensorflow as tf

from keras_vatt.data import records

FOLDER = "index"
PLACE = np.dtype([("shard", "<u4"), ("size", "<u4"), ("offset", "<u8")])
_SIZES = "sizes.json"
_MEDIA = ("frames", "audio")
_HEADER, _FOOTER = 12, 4  # of a TFRecord: its length and two checksums


def write_index(folder):
    """Writes the index of a finished dataset, and replaces one that is there.

    Args:
        folder: string. The dataset's own folder, or what `prepare` wrote to.

    Raises:
        FileNotFoundError: if there is no finished dataset.
    """
    folder = records.folder(folder)
    splits = records.builder(folder).info.splits
    paths = [os.fspath(path) for name in splits for path in splits[name].filepaths]
    index = os.path.join(folder, FOLDER)
    aside = index + ".incomplete"
    for leftover in (aside, index):
        shutil.rmtree(leftover, ignore_errors=True)
    os.mkdir(aside)
    try:
        sizes = []
        for number, path in enumerate(paths):
            name = os.path.basename(path)
            _index_shard(path, os.path.join(aside, name), number)
            sizes.append((name, os.path.getsize(path)))
        with open(os.path.join(aside, _SIZES), "w", encoding="utf-8") as file:
            json.dump(sizes, file)
        # What bears the name is whole.
        os.rename(aside, index)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def has_index(folder):
    """Whether the dataset in `folder` has an index."""
    return os.path.isfile(os.path.join(folder, FOLDER, _SIZES))


def indexed_shards(folder, names):
    """Returns the shards that an index is about, in the order of its numbers.

    Args:
        folder: string. The dataset's own folder.
        names: list of strings. Those of the shards that will be read.

    Returns:
        A list of paths, of all shards.

    Raises:
        ValueError: if a shard is not the one that was indexed, or its index is missing.
    """
    index = os.path.join(folder, FOLDER)
    with open(os.path.join(index, _SIZES), encoding="utf-8") as file:
        sizes = dict(json.load(file))
    for name in names:
        path = os.path.join(folder, name)
        found = os.path.getsize(path) if os.path.isfile(path) else "no"
        if found != sizes.get(name) or not os.path.isfile(os.path.join(index, name)):
            raise ValueError(
                f"{path!r} has {found} bytes, and the index beside it is of one that "
                f"has {sizes.get(name, 'none')}, or lacks it. Expected what was "
                f"indexed. If the records are right, delete {index!r}, and they are "
                f"read whole; else delete {os.fspath(folder)!r} and prepare again."
            )
    return [os.path.join(folder, name) for name in sizes]


def _index_shard(path, target, number):
    begin = 0
    with tf.io.TFRecordWriter(target) as writer:
        for record in tf.data.TFRecordDataset(path).as_numpy_iterator():
            writer.write(_without_media(record, number, begin + _HEADER))
            begin += _HEADER + len(record) + _FOOTER


def _without_media(record, number, begin):
    """Returns an example with the places of its media in their stead."""
    example = tf.train.Example.FromString(record)
    for name in _MEDIA:
        values = example.features.feature[name].bytes_list.value
        position, places = 0, []
        for value in values:
            # Values of a feature follow each other; equal ones serve as well.
            position = record.index(value, position)
            place = np.array((number, len(value), begin + position), PLACE)
            places.append(place.tobytes())
            position += len(value)
        values[:] = places
    return example.SerializeToString()
