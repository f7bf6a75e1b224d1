"""Captions to words and ids to rows: the one rule for every tokenizer."""

import tensorflow as tf

# ASCII punctuation: the four ranges around digits and letters.
_PUNCTUATION = r"[!-/:-@\[-`{-~]"


def split_words(captions):
    """Returns the words of captions, as the word tokenizer sees them.

    ASCII punctuation is removed, ASCII letters are lowered, and what is left is
    split on whitespace (design 6).

    Args:
        captions: string tensor `(N,)`.

    Returns:
        ragged string tensor `(N, None)`.
    """
    captions = tf.strings.regex_replace(captions, _PUNCTUATION, "")
    return tf.strings.split(tf.strings.lower(captions))


def pack_ids(ids, captions, length, begin=(), end=()):
    """Returns rows of ids, padded with 0 or cut, in the shape of the captions.

    Args:
        ids: ragged int32 `(N, None)`.
        captions: string tensor of N captions in any shape `(...)`.
        length: int. Ids a row.
        begin: list of an id, or empty. Stands in front.
        end: list of an id, or empty. Stands behind, and is cut off like others.

    Returns:
        int32 `(..., length)`.
    """
    marks = [
        tf.RaggedTensor.from_tensor(tf.tile([list(mark)], (ids.nrows(), 1)))
        for mark in (begin, end)
        if mark
    ]
    parts = [*marks[: len(begin)], ids, *marks[len(begin) :]]
    marked = tf.concat(parts, axis=1) if marks else ids
    rows = marked.to_tensor(0, shape=(None, length))
    shape = tf.concat([tf.shape(captions), [length]], axis=0)
    return tf.ensure_shape(tf.reshape(rows, shape), (*captions.shape, length))
