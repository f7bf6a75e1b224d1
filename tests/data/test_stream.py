"""The order of clips is a function of seed and position."""

import collections

import numpy as np
import pytest
import tensorflow as tf

from keras_vatt.data.mixture import mixture, mixture_counts, shares
from keras_vatt.data.source import Source
from keras_vatt.data.stream import stream

NUM_CLIPS = 180


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """180 numbered records in 40 files: three parts of an epoch."""
    folder = tmp_path_factory.mktemp("numbers")
    files, number = [], 0
    for index in range(40):
        path, count = str(folder / f"{index}"), 3 + index % 4
        with tf.io.TFRecordWriter(path) as file:
            for _ in range(count):
                file.write(str(number).encode())
                number += 1
        files.append((path, 0, count))
    return Source("numbers", tuple(files), parse=lambda record: record)


def taken(source, count, **kwargs):
    records = stream(source, **kwargs).take(count).as_numpy_iterator()
    return [(int(record), tuple(seed.tolist())) for record, seed in records]


def numbers(pairs):
    return [number for number, _ in pairs]


def test_epochs_are_whole_and_differ(source):
    pairs = taken(source, 3 * NUM_CLIPS, seed=3, buffer=32)
    epochs = np.array(numbers(pairs)).reshape(3, NUM_CLIPS)
    for epoch in epochs:
        assert sorted(epoch) == list(range(NUM_CLIPS))
    assert not np.array_equal(epochs[0], epochs[1])
    assert len({seed for _, seed in pairs}) == len(pairs)
    assert numbers(taken(source, 9, seed=4, buffer=32)) != numbers(pairs[:9])
    # Clips that follow each other in a file are far apart.
    gaps = np.abs(np.diff(epochs[0]))
    assert (gaps <= 6).mean() < 0.2


@pytest.mark.parametrize("cache", [False, True])
@pytest.mark.parametrize(
    "start", [1, 100, NUM_CLIPS - 1, NUM_CLIPS, 2 * NUM_CLIPS + 77]
)
def test_any_position_can_be_continued(source, start, cache):
    whole = taken(source, start + 20, seed=3, buffer=32, cache=cache)
    tf.random.set_seed(start)  # has no say
    again = taken(source, 20, seed=3, buffer=32, cache=cache, start=start)
    assert again == whole[start:]


def test_positions_count_only_clips_that_are_kept(source):
    def even(record):
        return tf.strings.to_number(record, tf.int32) % 2 == 0

    kept = {"seed": 3, "keep": even, "num_kept": NUM_CLIPS // 2}
    whole = taken(source, 130, **kept)
    assert sorted(numbers(whole[: NUM_CLIPS // 2])) == list(range(0, NUM_CLIPS, 2))
    assert taken(source, 10, start=120, **kept) == whole[120:]


def test_one_pass(source):
    shuffled = stream(source, seed=3, repeat=False)
    assert len(shuffled) == NUM_CLIPS
    first, second = ([int(r) for r, _ in shuffled] for _ in range(2))
    assert sorted(first) == sorted(second) == list(range(NUM_CLIPS))
    assert first != second
    stored = taken(source, 999, seed=3, shuffle=False, repeat=False)
    assert numbers(stored) == list(range(NUM_CLIPS))


def test_hosts_share_what_there_is(source):
    parts = [
        numbers(taken(source.shard(7, i), 999, seed=0, shuffle=False, repeat=False))
        for i in range(7)
    ]
    assert sum(parts, []) == list(range(NUM_CLIPS))
    assert {len(part) for part in parts} == {25, 26}
    with pytest.raises(ValueError, match="shard_index=7, num_shards=7"):
        source.shard(7, 7)
    with pytest.raises(ValueError, match="180 clips, too few for num_shards=181"):
        source.shard(181, 0)


def test_shares_by_largest_remainder():
    assert shares([2, 1]).tolist() == [667, 333]
    assert shares([1, 1, 1]).tolist() == [334, 333, 333]
    with pytest.raises(ValueError, match="at least 1/1000"):
        shares([1.0, 1e-5])
    with pytest.raises(ValueError, match="positive numbers.*-1"):
        shares([1.0, -1.0])


@pytest.mark.parametrize("start", [0, 1, 999, 1000, 2345])
def test_mixtures_keep_their_shares_from_any_position(start):
    def mixed(start, count):
        begins = mixture_counts([0.7, 0.3], start, seed=5)
        assert sum(begins) == start
        streams = [
            tf.data.Dataset.counter(begin).map(lambda n, s=s: (s, n))
            for s, begin in enumerate(begins)
        ]
        drawn = mixture(streams, [0.7, 0.3], start, seed=5).take(count)
        return [(int(s), int(n)) for s, n in drawn.as_numpy_iterator()]

    whole = mixed(0, start + 1000)
    assert mixed(start, 50) == whole[start : start + 50]
    counts = collections.Counter(source for source, _ in whole[-1000:])
    assert abs(counts[0] - 700) < 60
    if start == 0:
        assert counts == {0: 700, 1: 300}
