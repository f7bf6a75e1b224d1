"""Captions to word ids."""

import string

import keras
import tensorflow as tf

from keras_vatt.preprocessing.tensors import from_tensorflow
from keras_vatt.preprocessing.vocabulary_tokenizer import VocabularyTokenizer
from keras_vatt.preprocessing.words import split_words

PADDING = "<pad>"
UNKNOWN = "<unk>"
BEGIN = "<bos>"
END = "<eos>"


@keras.saving.register_keras_serializable(package="keras_vatt")
class VATTTokenizer(VocabularyTokenizer):
    """Splits captions into lower-case words and looks up their ids.

    ASCII punctuation is removed, ASCII letters lowered, the rest split on
    whitespace; unknown words become `<unk>`. The released models know no begin or
    end marks; on request they are added, and an end mark can be cut off.

    Args:
        vocabulary: list of words, or path of a text file with one a line. The first
            is `<pad>` (id 0), the second `<unk>` (id 1). None only while a preset
            is being loaded: its `vocabulary.txt` is read next.
        sequence_length: int. Ids per caption: longer ones are cut, shorter ones
            padded with 0.
        add_begin: bool. Whether `<bos>` goes in front. The vocabulary must have it.
        add_end: bool. Whether `<eos>` goes behind, likewise.
        dtype: string. Integer dtype of the ids.
        **kwargs: Base layer arguments.

    Call arguments:
        inputs: string, or strings of any shape `(...)`. Ids pass unchanged.

    Returns:
        int32 `(..., sequence_length)`.

    Raises:
        ValueError: if the vocabulary lacks `<pad>` or `<unk>` in its place or a mark
            that is to be added, or holds an empty or repeated word.

    Example:
    ```python
    tokenizer = VATTTokenizer(["<pad>", "<unk>", "a", "dog"], sequence_length=4)
    tokenizer("A dog, barking!")  # [2, 3, 1, 0]
    ```

    Source: design 6; the released code's word tokenizer (golden `tokenizers`).
    """

    begin, end = BEGIN, END

    def use(self, vocabulary, source):
        check_vocabulary(vocabulary, source)
        for mark, wanted in ((BEGIN, self.add_begin), (END, self.add_end)):
            if wanted and mark not in vocabulary:
                raise ValueError(
                    f"The mark {mark!r} is to be added but is no word of {source}. "
                    "Add a line for it, or leave add_begin and add_end out."
                )
        with tf.init_scope(), tf.device("cpu"):
            self._table = tf.lookup.StaticHashTable(
                tf.lookup.KeyValueTensorInitializer(
                    tf.constant(vocabulary), tf.range(len(vocabulary), dtype=tf.int32)
                ),
                default_value=1,
            )

    def look_up(self, captions):
        return tf.ragged.map_flat_values(self._table.lookup, split_words(captions))

    def detokenize(self, inputs):
        """Returns the captions of ids `(..., W)`: words joined by a blank."""
        return from_tensorflow(tf.strings.strip(self.join(inputs)))

    def id_to_token(self, id):
        self._check_has_vocabulary()
        if not 0 <= id < len(self.vocabulary):
            raise ValueError(
                f"`id` must be in [0, {len(self.vocabulary) - 1}]. Received: id={id}"
            )
        return self.vocabulary[id]

    def token_to_id(self, token):
        self._check_has_vocabulary()
        return self.vocabulary.index(token) if token in self.vocabulary else 1


def check_vocabulary(words, source):
    """Raises a ValueError that says what is wrong with a list of words."""
    if words[:1] != [PADDING]:
        raise ValueError(
            f"The first word of a vocabulary must be {PADDING!r} (id 0 is padding). "
            f"Received: {words[:1]} in {source}. Put {PADDING!r} on the first line "
            "or build the file with `keras-vatt vocabulary`."
        )
    if words[1:2] != [UNKNOWN]:
        raise ValueError(
            f"The second word of a vocabulary must be {UNKNOWN!r}. Received: "
            f"{words[1:2]} in {source}. Put {UNKNOWN!r} on the second line."
        )
    seen = set()
    for number, word in enumerate(words):
        if not word.strip(string.whitespace):  # ASCII's, as the tokenizer splits
            raise ValueError(
                f"Word {number} of {source} is empty. Received: {word!r}. Remove it."
            )
        if word in seen:
            raise ValueError(
                f"The word {word!r} stands twice in {source}, again as word {number}; "
                "every word needs one id. Remove one of them."
            )
        seen.add(word)
