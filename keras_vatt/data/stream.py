"""The order of stored clips in training: a pure function of seed and position."""

import tensorflow as tf

# Files that are read side by side. Clips are shuffled within such a part of an epoch,
# and whole parts are skipped without reading.
_FILES = 16


def stream(source, seed, shuffle=True, repeat=True, start=0, buffer=256, **options):
    """Returns records in the order of training, each with its own seed.

    With `repeat` the element at position n depends on the seed and n alone, so that
    a stream can be continued anywhere: what lies before `start` in the same part of
    the epoch is read and dropped, undecoded; everything before that is not read.

    Args:
        source: `Source`.
        seed: int.
        shuffle: bool. Else in stored order.
        repeat: bool. Whether it goes on for ever; else it has one pass, and another
            order in every pass that is made.
        start: int. Clips to leave out at the start. Needs `repeat`.
        buffer: int. Clips that are shuffled among each other.
        **options: `cache`, bool, whether records stay in memory after a first pass;
            `keep`, function of a record or None, whether it counts;
            `num_kept`, int, the clips for which `keep` holds.

    Returns:
        `tf.data.Dataset` of (record; seed, int32 `(2,)`).

    Source: design 6 ("Mixing", "exact position" of the issue).
    """
    cache, keep = options.get("cache", False), options.get("keep")
    count = source.num_clips if keep is None else options["num_kept"]
    key = tf.constant([seed & 0x7FFFFFFF, 0x5EED], tf.int32)
    paths, skips, takes = (tf.constant(column) for column in zip(*source.files))
    skips, takes = tf.cast(skips, tf.int64), tf.cast(takes, tf.int64)
    num_files = len(source.files)
    is_remote = any("://" in path for path, _, _ in source.files)

    def read(numbers, width):
        def one(i):
            return source.records(paths[i]).skip(skips[i]).take(takes[i])

        width = min(width, num_files)
        records = tf.data.Dataset.from_tensor_slices(numbers).interleave(
            one,
            cycle_length=width,
            # One thread reads hundreds of clips a second of local files. Each further
            # one would hold on to the memory of records that are gone: a run of
            # thousands of batches grew by an eighth.
            num_parallel_calls=width if is_remote else None,
            deterministic=True if is_remote else None,
        )
        return records if keep is None else records.filter(keep)

    def order(epoch):
        numbers = tf.range(num_files)
        if not shuffle:
            return numbers
        return tf.random.experimental.stateless_shuffle(
            numbers, tf.random.fold_in(key, epoch)
        )

    def mixed(records, epoch, part):
        if shuffle:
            # In this graph alone: else the process' global seed had its say as well.
            tf.random.set_seed(1)
            draw = tf.random.fold_in(tf.random.fold_in(key, epoch), part + 1)
            draw = tf.random.stateless_uniform((), draw, None, None, tf.int64)
            size = min(max(buffer, source.least_buffer), count)
            records = records.shuffle(size, draw, False)
        return records.map(lambda record: (record, epoch))

    if repeat:
        epochs = tf.data.Dataset.counter(start // count)
    elif shuffle:
        epochs = tf.data.Dataset.random(seed, rerandomize_each_iteration=True).take(1)
    else:
        epochs = tf.data.Dataset.range(1)
    rest = start % count
    if cache:
        kept = read(tf.range(num_files), 1).cache()
        records = epochs.flat_map(lambda epoch: mixed(kept, epoch, 0))
    else:
        width = _FILES if shuffle else 1
        parts = epochs.flat_map(
            lambda epoch: (
                tf.data.Dataset.from_tensor_slices(order(epoch))
                .batch(width)
                .enumerate()
                .map(lambda part, numbers: (epoch, part, numbers))
            )
        )
        if rest and keep is None:
            sizes = takes.numpy()[order(tf.constant(start // count, tf.int64)).numpy()]
            done = 0
            while rest >= sizes[done * width : (done + 1) * width].sum():
                rest -= int(sizes[done * width : (done + 1) * width].sum())
                done += 1
            parts = parts.skip(done)
        records = parts.flat_map(
            lambda epoch, part, numbers: mixed(read(numbers, width), epoch, part)
        )
    records = records.skip(rest)
    size = tf.data.INFINITE_CARDINALITY if repeat else count
    records = records.apply(tf.data.experimental.assert_cardinality(size))

    def with_seed(position, element):
        record, epoch = element
        draw = tf.random.fold_in(tf.random.fold_in(key, epoch), -1 - position)
        return record, draw

    return records.enumerate(start=start).map(with_seed)
