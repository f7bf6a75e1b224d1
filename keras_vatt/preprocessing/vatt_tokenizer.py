"""Captions to word ids."""

import os
import string

import keras
import keras_hub
import tensorflow as tf
from keras_hub.src.utils.preset_utils import get_preset_loader

from keras_vatt.preprocessing.tensors import from_tensorflow, to_tensorflow
from keras_vatt.preprocessing.words import pack_ids, split_words

VOCABULARY_FILE = "vocabulary.txt"
PADDING = "<pad>"
UNKNOWN = "<unk>"
BEGIN = "<bos>"
END = "<eos>"


@keras.saving.register_keras_serializable(package="keras_vatt")
class VATTTokenizer(keras_hub.tokenizers.Tokenizer):
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

    def __init__(
        self,
        vocabulary=None,
        sequence_length=16,
        add_begin=False,
        add_end=False,
        dtype="int32",
        **kwargs,
    ):
        super().__init__(dtype=dtype, **kwargs)
        self.sequence_length = int(sequence_length)
        self.add_begin = bool(add_begin)
        self.add_end = bool(add_end)
        self.file_assets = [VOCABULARY_FILE]
        self.set_vocabulary(vocabulary)

    def set_vocabulary(self, vocabulary):
        """Sets the words.

        Args:
            vocabulary: list of words, path of a file with one a line, or None.
        """
        self.vocabulary = None
        self._table = None
        if vocabulary is None:
            return
        source = "the list given"
        if isinstance(vocabulary, (str, os.PathLike)):
            source = os.fspath(vocabulary)
            vocabulary = read_vocabulary(source)
        words = [str(word) for word in vocabulary]
        check_vocabulary(words, source)
        for mark, wanted in ((BEGIN, self.add_begin), (END, self.add_end)):
            if wanted and mark not in words:
                raise ValueError(
                    f"The mark {mark!r} is to be added but is no word of {source}. "
                    "Add a line for it, or leave add_begin and add_end out."
                )
        self.vocabulary = words
        with tf.init_scope(), tf.device("cpu"):
            self._table = tf.lookup.StaticHashTable(
                tf.lookup.KeyValueTensorInitializer(
                    tf.constant(words), tf.range(len(words), dtype=tf.int32)
                ),
                default_value=1,
            )

    def call(self, inputs):
        return self.tokenize(inputs)

    def tokenize(self, inputs):
        inputs = to_tensorflow(inputs)
        if inputs.dtype != tf.string:
            return from_tensorflow(inputs)
        self._check_has_vocabulary()
        words = split_words(tf.reshape(inputs, (-1,)))  # (n, ragged)
        ids = tf.ragged.map_flat_values(self._table.lookup, words)
        begin = [self.token_to_id(BEGIN)] if self.add_begin else []
        end = [self.token_to_id(END)] if self.add_end else []
        ids = pack_ids(ids, inputs, self.sequence_length, begin, end)
        return from_tensorflow(tf.cast(ids, self.compute_dtype))

    def detokenize(self, inputs):
        """Returns the captions of ids `(..., W)`: words joined by a blank."""
        self._check_has_vocabulary()
        ids = to_tensorflow(inputs)
        words = tf.gather(tf.constant(self.vocabulary), ids)
        words = tf.where(ids == 0, "", words)
        return from_tensorflow(
            tf.strings.strip(tf.strings.reduce_join(words, axis=-1, separator=" "))
        )

    def get_vocabulary(self):
        self._check_has_vocabulary()
        return list(self.vocabulary)

    def vocabulary_size(self):
        self._check_has_vocabulary()
        return len(self.vocabulary)

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

    def save_assets(self, dir_path):
        path = os.path.join(dir_path, VOCABULARY_FILE)
        write_vocabulary(self.get_vocabulary(), path)

    def load_assets(self, dir_path):
        self.set_vocabulary(os.path.join(dir_path, VOCABULARY_FILE))

    @classmethod
    def from_preset(cls, preset, config_file="tokenizer.json", **kwargs):
        """Returns the tokenizer saved in a preset folder.

        Args:
            preset: string. Path of the folder.
            config_file: string. Name of its configuration there.
            **kwargs: Constructor arguments that replace the saved ones.
        """
        # One tokenizer serves every backbone, so nothing is looked up by it.
        return get_preset_loader(preset).load_tokenizer(cls, config_file, **kwargs)

    def get_config(self):
        config = super().get_config()
        # The words travel as an asset, as KerasHub's tokenizers keep theirs.
        config.update(
            {
                "vocabulary": None,
                "sequence_length": self.sequence_length,
                "add_begin": self.add_begin,
                "add_end": self.add_end,
            }
        )
        return config

    def _check_has_vocabulary(self):
        if self.vocabulary is None:
            raise ValueError(
                "The tokenizer has no vocabulary. Pass `vocabulary=` (a list of "
                "words or the path of a vocabulary.txt) or load it from a preset."
            )


def read_vocabulary(path):
    """Returns the words of a file with one a line."""
    with open(path, encoding="utf-8") as file:
        # Only the line's end goes: split() would also cut at form feeds.
        return file.read().removesuffix("\n").split("\n")


def write_vocabulary(words, path):
    """Writes words one a line: aside first, then renamed, never half."""
    aside = f"{path}.partial"
    with open(aside, "w", encoding="utf-8", newline="\n") as file:
        file.write("\n".join(words) + "\n")
    os.replace(aside, path)


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
