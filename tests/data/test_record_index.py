"""Windows read through the index are those of the records, byte for byte."""

import errno
import os
import shutil

import numpy as np
import pytest
import tensorflow as tf

from keras_vatt import data
from keras_vatt.data import record_index
from keras_vatt.data import records as stored
from keras_vatt.data.open_source import open_source
from keras_vatt.data.record_index import (
    FOLDER,
    has_index,
    indexed_shards,
)
from keras_vatt.data.stream import stream
from keras_vatt.datasets import prepare


@pytest.fixture
def copy(records, tmp_path):
    """The dataset's own folder, in a copy that tests may change."""
    return shutil.copytree(stored.folder(records), tmp_path / "copy")


def shards(folder, word=""):
    """The shards of splits whose name has the word in it."""
    return [p for p in indexed_shards(folder, []) if word in os.path.basename(p)]


def batches(folder, preprocessor, split="train", **kwargs):
    dataset = data.load(
        folder, split, batch_size=2, preprocessor=preprocessor, **kwargs
    )
    return [
        [value.numpy() for value in tf.nest.flatten(batch)] for batch in dataset.take(4)
    ]


@pytest.mark.filterwarnings("ignore:1 of 5 clips")
@pytest.mark.parametrize(
    "kwargs",
    [
        {"task": "evaluate", "num_windows": 3, "num_crops": 3},
        {"task": "evaluate", "split": "test"},  # shorter than a window: it loops
        {"task": "inspect", "repeat": True},
        {"task": "inspect", "repeat": True, "cache": True, "start_batch": 5},
        {"task": "audio", "repeat": True},  # a clip without label is left out
        {"task": "video", "repeat": True, "crop": "area", "start_batch": 3},
    ],
)
def test_the_same_batches_with_and_without(copy, preprocessor, kwargs):
    read = batches(copy, preprocessor, **kwargs)
    assert max(batch[-1].std() for batch in read) > 0
    shutil.rmtree(copy / FOLDER)
    whole = batches(copy, preprocessor, **kwargs)
    for one, other in zip(read, whole, strict=True):
        for a, b in zip(one, other, strict=True):
            np.testing.assert_array_equal(a, b)


def test_places_are_those_of_the_bytes(copy):
    splits = stored.builder(copy).info.splits
    assert sorted(map(os.path.basename, shards(copy))) == sorted(
        name for split in splits.values() for name in split.filenames
    )
    for number, path in enumerate(shards(copy)):
        with open(path, "rb") as file:
            content = file.read()
        whole = tf.data.TFRecordDataset(path).as_numpy_iterator()
        places = tf.data.TFRecordDataset(
            os.path.join(copy, FOLDER, os.path.basename(path))
        ).as_numpy_iterator()
        for record, indexed in zip(whole, places, strict=True):
            assert len(indexed) < len(record) / 4
            record, indexed = map(tf.train.Example.FromString, (record, indexed))
            for name, feature in record.features.feature.items():
                other = indexed.features.feature[name]
                if name not in ("frames", "audio"):
                    assert feature == other
                    continue
                kept = feature.bytes_list.value
                for value, place in zip(kept, other.bytes_list.value, strict=True):
                    shard, size = np.frombuffer(place[:8], "<u4")
                    (offset,) = np.frombuffer(place[8:], "<u8")
                    assert shard == number
                    assert content[offset : offset + size] == value


def test_an_index_of_other_records_is_refused(copy, preprocessor):
    (path,) = shards(copy, "train")
    with open(path, "ab") as file:
        file.write(b"more")
    with pytest.raises(ValueError, match=r"bytes, and the index.*delete '.*index'"):
        open_source(copy, "train")
    open_source(copy, "test")  # nothing is wrong with that
    os.remove(copy / FOLDER / os.path.basename(*shards(copy, "test")))
    with pytest.raises(ValueError, match=r"or lacks it.*prepare again"):
        open_source(copy, "test")
    shutil.rmtree(copy / FOLDER)
    assert open_source(copy, "test").num_clips == 1


def test_records_that_end_too_early(copy, preprocessor):
    dataset = data.load(copy, "test", preprocessor=preprocessor, batch_size=1)
    (path,) = shards(copy, "test")
    os.truncate(path, 100)
    with pytest.raises(tf.errors.OpError, match="ends before byte.*prepare again"):
        next(iter(dataset))


def test_written_again_where_it_is_missing(videos, records, tmp_path):
    output = shutil.copytree(records, tmp_path / "records")
    index = os.path.join(stored.folder(output), FOLDER)
    # As a kill leaves it: nothing by the index's own name.
    os.rename(index, index + ".incomplete")
    assert not has_index(stored.folder(output))
    assert prepare(videos, output).reused
    assert len(shards(stored.folder(output))) == 2
    assert not os.path.exists(index + ".incomplete")


def test_a_disk_without_room_for_it(videos, records, tmp_path, monkeypatch):
    output = shutil.copytree(records, tmp_path / "records")
    folder = stored.folder(output)
    shutil.rmtree(os.path.join(folder, FOLDER))

    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(record_index, "_index_shard", full)
    with pytest.warns(UserWarning, match="no room for the index"):
        assert prepare(videos, output).reused
    assert not [name for name in os.listdir(folder) if FOLDER in name]
    assert open_source(output, "train").num_clips == 5


def test_the_order_is_that_without_it(copy):
    """Of more clips than are shuffled at once."""

    def order():
        source = open_source(copy, "train")
        records = stream(source, seed=5, repeat=True, buffer=2).take(10)
        return [source.parse(record)["id"].numpy() for record, _ in records]

    read = order()
    shutil.rmtree(copy / FOLDER)
    assert read == order() and len(set(read)) == 5
