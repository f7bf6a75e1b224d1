"""Word ids to vectors."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_vatt")
class WordEmbedding(keras.layers.Layer):
    """Looks words up in a table, which is frozen in the released models.

    Their table holds word2vec vectors trained on narrations. Without those vectors
    the table starts random: then leave it trainable.

    Args:
        vocabulary_size: int. Number of words, padding (id 0) included.
        embedding_dim: int. Width of a word vector.
        train_table: bool. Whether the table learns.

    Call arguments:
        ids: int array `(batch, words)`, 0 where there is no word.

    Returns:
        Array `(batch, words, embedding_dim)`.

    Example:

    ```python
    layer = keras_vatt.layers.WordEmbedding(65_536, 300)
    layer(np.array([[12, 7, 0, 0]])).shape  # (1, 4, 300)
    ```

    Reference: paper section 3.1 and appendix; MIL-NCE (arXiv 1912.06430).
    """

    def __init__(
        self, vocabulary_size=65536, embedding_dim=300, train_table=True, **kwargs
    ):
        super().__init__(**kwargs)
        self.vocabulary_size = vocabulary_size
        self.embedding_dim = embedding_dim
        self.train_table = train_table

    def build(self, input_shape):
        self.table = self.add_weight(
            name="table",
            shape=(self.vocabulary_size, self.embedding_dim),
            initializer="glorot_uniform",
            trainable=self.train_table,
        )

    def call(self, ids):
        return ops.take(self.table, ops.cast(ids, "int32"), axis=0)

    def compute_output_shape(self, input_shape):
        return (*input_shape, self.embedding_dim)

    def get_config(self):
        config = super().get_config()
        config.update(
            {
                "vocabulary_size": self.vocabulary_size,
                "embedding_dim": self.embedding_dim,
                "train_table": self.train_table,
            }
        )
        return config
