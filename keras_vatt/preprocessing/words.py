"""Splitting captions into words: the one rule for ids and vocabularies."""

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
