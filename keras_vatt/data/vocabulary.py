"""A vocabulary of one's own captions."""

import heapq
import os

import tensorflow as tf

from keras_vatt.data.count_words import count_words
from keras_vatt.data.open_source import open_source
from keras_vatt.data.stream import stream
from keras_vatt.preprocessing.vatt_tokenizer import PADDING, UNKNOWN
from keras_vatt.preprocessing.vocabulary_tokenizer import write_vocabulary


def vocabulary(
    source, output=None, max_size=65536, split="train", max_counted=4_000_000
):
    """Counts the words of a split's captions, or of any stream of captions.

    Every caption counts once, with its own clip. One pass, in memory that depends on
    the words and not on the captions.

    Args:
        source: string, what `keras_vatt.data.load` reads; or captions themselves, a
            `tf.data.Dataset` of scalar strings or an iterable of strings.
        output: string or None. File to write, one word a line.
        max_size: int. Words kept at most, padding and unknown among them.
        split: string. Captions to count; a test split's words are no one's to know.
        max_counted: int. Different words held at most, see `count_words`.

    Returns:
        list of strings: `<pad>`, `<unk>`, then by falling count, equal counts in
        alphabetical order.

    Raises:
        FileNotFoundError: if `source` holds no finished dataset.
        ValueError: if the split is missing or has no word.

    Example:
    ```python
    words = keras_vatt.data.vocabulary("records", "vocabulary.txt")
    words = keras_vatt.data.vocabulary(["a dog", "two dogs"])
    ```

    Source: design 6 ("Words").
    """
    if max_size < 3:
        raise ValueError(
            f"`max_size` must leave room for a word beside {PADDING} and {UNKNOWN}. "
            f"Received: max_size={max_size}"
        )
    captions, name = source, "the captions given"
    if isinstance(source, (str, os.PathLike)):
        opened = open_source(source, split)
        captions = _captions(opened)
        name = f"the {opened.num_clips} clips of {opened.name}"
    counts = count_words(captions, max_counted)
    # Markers can be written in captions too, but punctuation is removed: no clash.
    ranked = heapq.nsmallest(
        max_size - 2, counts.items(), key=lambda item: (-item[1], item[0])
    )
    words = [word.decode("utf-8", "replace") for word, _ in ranked]
    if not words:
        raise ValueError(
            f"None of {name} has a caption with a word. Fill the column `caption` of "
            "the CSV and prepare again."
        )
    words = [PADDING, UNKNOWN, *dict.fromkeys(words)]
    if output is not None:
        write_vocabulary(words, output)
    return words


def _captions(source):
    def own(record, seed):
        captions = source.parse(record)["captions"]
        return tf.boolean_mask(captions["text"], captions["own"] > 0)

    return stream(source, seed=0, shuffle=False, repeat=False).map(own).unbatch()
