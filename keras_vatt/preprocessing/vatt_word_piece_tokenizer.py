"""Captions to BERT's word pieces."""

import os

import keras
import keras_hub
import tensorflow as tf
from keras_hub.src.utils.preset_utils import get_preset_loader

from keras_vatt.preprocessing.tensors import from_tensorflow, to_tensorflow
from keras_vatt.preprocessing.vatt_tokenizer import (
    VOCABULARY_FILE,
    read_vocabulary,
    write_vocabulary,
)
from keras_vatt.preprocessing.words import pack_ids

BEGIN, END, UNKNOWN, PADDING = "[CLS]", "[SEP]", "[UNK]", "[PAD]"


@keras.saving.register_keras_serializable(package="keras_vatt")
class VATTWordPieceTokenizer(keras_hub.tokenizers.Tokenizer):
    """Splits captions into BERT's lower-case word pieces, by KerasHub's tokenizer.

    The alternative to `VATTTokenizer` for models with BERT's vocabulary: rows of
    fixed length, padded with 0.

    Args:
        vocabulary: list of pieces, or path of a text file with one a line, as BERT's
            `vocab.txt`: `[PAD]` first; `[CLS]`, `[SEP]` and `[UNK]` in it. None only
            while a preset is being loaded: its `vocabulary.txt` is read next.
        sequence_length: int. Ids per caption: longer ones are cut.
        add_begin: bool. Whether `[CLS]` goes in front.
        add_end: bool. Whether `[SEP]` goes behind; it is cut off like others.
        dtype: string. Integer dtype of the ids.
        **kwargs: Base layer arguments.

    Call arguments:
        inputs: string, or strings of any shape `(...)`. Ids pass unchanged.

    Returns:
        int32 `(..., sequence_length)`.

    Raises:
        ValueError: if the vocabulary lacks one of the four, or `[PAD]` is not first.

    Example:
    ```python
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "dog", "##s"]
    tokenizer = VATTWordPieceTokenizer(pieces, sequence_length=4)
    tokenizer("Dogs dance")  # [4, 5, 1, 0]
    ```

    Source: the released code's BERT tokenizer (golden `tokenizers`).
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
        self._pieces = keras_hub.tokenizers.WordPieceTokenizer(
            lowercase=True, strip_accents=True, oov_token=UNKNOWN
        )
        self.built = True  # there is nothing to build
        self.set_vocabulary(vocabulary)

    def set_vocabulary(self, vocabulary):
        """Sets the pieces.

        Args:
            vocabulary: list of pieces, path of a file with one a line, or None.
        """
        self.vocabulary = None
        if vocabulary is None:
            return
        source = "the list given"
        if isinstance(vocabulary, (str, os.PathLike)):
            source = os.fspath(vocabulary)
            vocabulary = read_vocabulary(source)
        pieces = [str(piece) for piece in vocabulary]
        missing = {BEGIN, END, UNKNOWN, PADDING} - set(pieces)
        if missing or pieces[0] != PADDING:
            raise ValueError(
                f"A BERT vocabulary starts with {PADDING!r} (id 0 is padding) and has "
                f"{BEGIN!r}, {END!r} and {UNKNOWN!r}. Received: {source} starts with "
                f"{pieces[:1]} and lacks {sorted(missing)}. Take BERT's vocab.txt."
            )
        self.vocabulary = pieces
        self._pieces.set_vocabulary(pieces)

    def call(self, inputs):
        return self.tokenize(inputs)

    def tokenize(self, inputs):
        inputs = to_tensorflow(inputs)
        if inputs.dtype != tf.string:
            return from_tensorflow(inputs)
        self._check_has_vocabulary()
        ids = self._pieces.tokenize(tf.reshape(inputs, (-1,)))  # (n, ragged)
        ids = tf.cast(as_ragged(ids), tf.int32)
        begin = [self.token_to_id(BEGIN)] if self.add_begin else []
        end = [self.token_to_id(END)] if self.add_end else []
        ids = pack_ids(ids, inputs, self.sequence_length, begin, end)
        return from_tensorflow(tf.cast(ids, self.compute_dtype))

    def detokenize(self, inputs):
        """Returns the captions of ids `(..., W)`: pieces joined to words."""
        self._check_has_vocabulary()
        ids = to_tensorflow(inputs)
        pieces = tf.gather(tf.constant(self.vocabulary), ids)
        pieces = tf.where(ids == 0, "", pieces)
        joined = tf.strings.reduce_join(pieces, axis=-1, separator=" ")
        joined = tf.strings.regex_replace(joined, " ##", "")
        return from_tensorflow(tf.strings.strip(joined))

    def get_vocabulary(self):
        self._check_has_vocabulary()
        return list(self.vocabulary)

    def vocabulary_size(self):
        self._check_has_vocabulary()
        return len(self.vocabulary)

    def id_to_token(self, id):
        self._check_has_vocabulary()
        return self._pieces.id_to_token(id)

    def token_to_id(self, token):
        self._check_has_vocabulary()
        return self._pieces.token_to_id(token)

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
        # The pieces travel as an asset, as KerasHub's tokenizers keep theirs.
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
                "pieces or the path of BERT's vocab.txt) or load it from a preset."
            )


def as_ragged(ids):
    """Returns a ragged tensor of what KerasHub gives: ragged, or lists eagerly."""
    return ids if isinstance(ids, tf.RaggedTensor) else tf.ragged.constant(ids)
