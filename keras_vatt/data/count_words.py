"""Counting the words of any number of captions in little memory."""

import collections
import itertools

import tensorflow as tf

from keras_vatt.preprocessing.words import split_words

_BATCH = 4096


def count_words(captions, max_words=4_000_000):
    """Counts words in one pass.

    Whenever more than `max_words` different ones are held, those seen least are
    forgotten: first all that were seen once, the next time all up to twice, and so
    on. A word that is forgotten and comes again starts from zero, so that rare words
    may be counted too low, by as much as the last threshold; frequent ones are exact.

    Args:
        captions: `tf.data.Dataset` of scalar strings, or an iterable of strings.
        max_words: int. Different words held at most, but for those of a batch.

    Returns:
        dict of bytes to ints.

    Raises:
        ValueError: if `max_words` is not positive.

    Example:
    ```python
    count_words(["A dog.", "a cat"])  # {b"a": 2, b"dog": 1, b"cat": 1}
    ```

    Source: word2vec's `ReduceVocab` (Mikolov et al. 2013).
    """
    if max_words < 1:
        raise ValueError(f"`max_words` must be positive. Received: {max_words}")
    counts, least = collections.Counter(), 0
    for batch in _batches(captions):
        counts.update(split_words(batch).flat_values.numpy().tolist())
        while len(counts) > max_words:
            least += 1
            kept = {word: n for word, n in counts.items() if n > least}
            counts = collections.Counter(kept)
    return counts


def _batches(captions):
    if isinstance(captions, tf.data.Dataset):
        yield from captions.batch(_BATCH)
        return
    captions = iter(captions)
    while batch := list(itertools.islice(captions, _BATCH)):
        yield tf.constant(batch)
