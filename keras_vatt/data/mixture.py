"""Several streams in one, each with its share."""

import numpy as np
import tensorflow as tf

# Every block of so many clips holds each source's exact share, in random order: how
# many clips of a source lie before a position is then known without drawing.
_BLOCK = 1000


def mixture(streams, weights, start, seed):
    """Returns one dataset that draws from endless ones by weight.

    Args:
        streams: list of `tf.data.Dataset`, endless, that begin where
            `mixture_counts(weights, start, seed)` says.
        weights: list of floats, the share of each; only proportions count.
        start: int. Clips left out at the start.
        seed: int. The same seed gives the same choices.

    Returns:
        `tf.data.Dataset`.

    Source: paper section 4.2 (HowTo100M and AudioSet are mixed in pretraining).
    """
    blocks = tf.data.Dataset.counter(start // _BLOCK)
    numbers = blocks.flat_map(
        lambda block: tf.data.Dataset.from_tensor_slices(_block(weights, block, seed))
    )
    numbers = numbers.skip(start % _BLOCK)
    return tf.data.Dataset.choose_from_datasets(streams, numbers)


def mixture_counts(weights, start, seed):
    """Returns how many clips of each stream the first `start` of a mixture hold.

    Args:
        weights: list of floats.
        start: int.
        seed: int.

    Returns:
        list of ints.
    """
    begun = _block(weights, tf.constant(start // _BLOCK, tf.int64), seed).numpy()
    begun = np.bincount(begun[: start % _BLOCK], minlength=len(weights))
    return [int(n) for n in shares(weights) * (start // _BLOCK) + begun]


def shares(weights):
    """Returns how many clips of a block each weight stands for: largest remainder.

    Raises:
        ValueError: if a weight is not positive, or less than a thousandth of all.
    """
    weights = np.asarray(weights, "float64")
    if not (np.isfinite(weights).all() and (weights > 0).all()):
        raise ValueError(
            "`weights` must be positive numbers. Received: "
            f"weights={weights.tolist()}. Leave a source out rather than give it none."
        )
    exact = _BLOCK * weights / weights.sum()
    counts = np.floor(exact).astype("int64")
    largest = np.argsort(counts - exact, kind="stable")[: _BLOCK - counts.sum()]
    counts[largest] += 1
    if not counts.all():
        raise ValueError(
            f"Each of `weights` must be at least 1/{_BLOCK} of their sum. Received: "
            f"weights={weights.tolist()}"
        )
    return counts


def _block(weights, block, seed):
    numbers = np.repeat(np.arange(len(weights)), shares(weights))
    key = tf.random.fold_in(tf.constant([seed & 0x7FFFFFFF, 0x317], tf.int32), block)
    return tf.random.experimental.stateless_shuffle(tf.constant(numbers), key)
