"""A vocabulary of one's own captions."""

import collections

import tensorflow as tf

from keras_vatt.data import records
from keras_vatt.preprocessing.vatt_tokenizer import PADDING, UNKNOWN, write_vocabulary
from keras_vatt.preprocessing.words import split_words


def vocabulary(source, output=None, max_size=65536, split="train"):
    """Counts the words of a split's captions.

    Every caption counts once, with its own clip.

    Args:
        source: string. What `keras_vatt.datasets.prepare` wrote to.
        output: string or None. File to write, one word a line.
        max_size: int. Words kept at most, padding and unknown among them.
        split: string. Captions to count; a test split's words are no one's to know.

    Returns:
        list of strings: `<pad>`, `<unk>`, then by falling count, equal counts in
        alphabetical order.

    Raises:
        FileNotFoundError: if `source` holds no finished dataset.
        ValueError: if the split is missing or has no word.

    Example:
    ```python
    words = keras_vatt.data.vocabulary("records", "vocabulary.txt")
    ```

    Source: design 6 ("Words").
    """
    import tensorflow_datasets as tfds

    if max_size < 3:
        raise ValueError(
            f"`max_size` must leave room for a word beside {PADDING} and {UNKNOWN}. "
            f"Received: max_size={max_size}"
        )
    builder = records.builder(source)
    count = records.num_clips(builder.info, split, source)
    captions = builder.as_dataset(
        split=split,
        decoders=tfds.decode.PartialDecoding({"captions": True}),
        read_config=tfds.ReadConfig(try_autocache=False, interleave_cycle_length=1),
    )

    def words_of(clip):
        own = clip["captions"]["own"] > 0
        return split_words(tf.boolean_mask(clip["captions"]["text"], own)).flat_values

    counts = collections.Counter()
    for words in captions.map(words_of):
        counts.update(words.numpy().tolist())
    # Markers can be written in captions too, but punctuation is removed: no clash.
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    words = [word.decode("utf-8", "replace") for word, _ in ranked]
    if not words:
        raise ValueError(
            f"None of the {count} clips of split {split!r} in {source!r} has a caption "
            "with a word. Fill the column `caption` of the CSV and prepare again."
        )
    words = [PADDING, UNKNOWN, *words[: max_size - 2]]
    if output is not None:
        write_vocabulary(words, output)
    return words
