"""What tokenizers with a list of words or pieces share."""

import os

import keras_hub
import tensorflow as tf
from keras_hub.src.utils.preset_utils import get_preset_loader

from keras_vatt.preprocessing.tensors import from_tensorflow, to_tensorflow
from keras_vatt.preprocessing.words import pack_ids

VOCABULARY_FILE = "vocabulary.txt"


class VocabularyTokenizer(keras_hub.tokenizers.Tokenizer):
    """Base of the tokenizers: captions to rows of ids, the list kept as an asset.

    A subclass names its marks `begin` and `end`, takes over a list in `use`, looks
    captions up in `look_up`, and has `detokenize`, `id_to_token`, `token_to_id`.

    Args:
        vocabulary: list of words or pieces, path of a text file with one a line, or
            None while a preset is being loaded: its `vocabulary.txt` is read next.
        sequence_length: int. Ids per caption: longer ones are cut, shorter ones
            padded with 0.
        add_begin: bool. Whether the mark `begin` goes in front.
        add_end: bool. Whether the mark `end` goes behind; it can be cut off.
        dtype: string. Integer dtype of the ids.
        **kwargs: Base layer arguments.
    """

    begin = end = None

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
        self.built = True  # there is nothing to build
        self.set_vocabulary(vocabulary)

    def set_vocabulary(self, vocabulary):
        """Sets the words or pieces.

        Args:
            vocabulary: list, path of a file with one a line, or None.
        """
        self.vocabulary = None
        if vocabulary is None:
            return
        source = "the list given"
        if isinstance(vocabulary, (str, os.PathLike)):
            source = os.fspath(vocabulary)
            vocabulary = read_vocabulary(source)
        vocabulary = [str(word) for word in vocabulary]
        self.use(vocabulary, source)
        self.vocabulary = vocabulary

    def use(self, vocabulary, source):
        """Checks a list and makes ready to look words up in it."""
        raise NotImplementedError

    def look_up(self, captions):
        """Ids of captions `(N,)`, ragged int32 `(N, None)`."""
        raise NotImplementedError

    def call(self, inputs):
        return self.tokenize(inputs)

    def tokenize(self, inputs):
        inputs = to_tensorflow(inputs)
        if inputs.dtype != tf.string:
            return from_tensorflow(inputs)
        self._check_has_vocabulary()
        ids = self.look_up(tf.reshape(inputs, (-1,)))  # (n, ragged)
        begin = [self.token_to_id(self.begin)] if self.add_begin else []
        end = [self.token_to_id(self.end)] if self.add_end else []
        ids = pack_ids(ids, inputs, self.sequence_length, begin, end)
        return from_tensorflow(tf.cast(ids, self.compute_dtype))

    def join(self, inputs):
        """The words of ids `(..., W)` joined by a blank, a string tensor `(...)`."""
        self._check_has_vocabulary()
        ids = to_tensorflow(inputs)
        words = tf.gather(tf.constant(self.vocabulary), ids)
        words = tf.where(ids == 0, "", words)
        return tf.strings.reduce_join(words, axis=-1, separator=" ")

    def get_vocabulary(self):
        self._check_has_vocabulary()
        return list(self.vocabulary)

    def vocabulary_size(self):
        self._check_has_vocabulary()
        return len(self.vocabulary)

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
        # The list travels as an asset, as KerasHub's tokenizers keep theirs.
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
                "The tokenizer has no vocabulary. Pass `vocabulary=` (a list, or the "
                "path of a file with a word or piece a line) or load it from a preset."
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
