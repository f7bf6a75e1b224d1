"""Captions to BERT's word pieces."""

import keras
import keras_hub
import tensorflow as tf

from keras_vatt.preprocessing.tensors import from_tensorflow
from keras_vatt.preprocessing.vocabulary_tokenizer import VocabularyTokenizer

BEGIN, END, UNKNOWN, PADDING = "[CLS]", "[SEP]", "[UNK]", "[PAD]"


@keras.saving.register_keras_serializable(package="keras_vatt")
class VATTWordPieceTokenizer(VocabularyTokenizer):
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

    begin, end = BEGIN, END

    def use(self, vocabulary, source):
        missing = {BEGIN, END, UNKNOWN, PADDING} - set(vocabulary)
        if missing or vocabulary[0] != PADDING:
            raise ValueError(
                f"A BERT vocabulary starts with {PADDING!r} (id 0 is padding) and has "
                f"{BEGIN!r}, {END!r} and {UNKNOWN!r}. Received: {source} starts with "
                f"{vocabulary[:1]} and lacks {sorted(missing)}. Take BERT's vocab.txt."
            )
        self._pieces = keras_hub.tokenizers.WordPieceTokenizer(
            vocabulary, lowercase=True, strip_accents=True, oov_token=UNKNOWN
        )

    def look_up(self, captions):
        return tf.cast(as_ragged(self._pieces.tokenize(captions)), tf.int32)

    def detokenize(self, inputs):
        """Returns the captions of ids `(..., W)`: pieces joined to words."""
        joined = tf.strings.regex_replace(self.join(inputs), " ##", "")
        return from_tensorflow(tf.strings.strip(joined))

    def id_to_token(self, id):
        self._check_has_vocabulary()
        return self._pieces.id_to_token(id)

    def token_to_id(self, token):
        self._check_has_vocabulary()
        return self._pieces.token_to_id(token)


def as_ragged(ids):
    """Returns a ragged tensor of what KerasHub gives: ragged, or lists eagerly."""
    return ids if isinstance(ids, tf.RaggedTensor) else tf.ragged.constant(ids)
