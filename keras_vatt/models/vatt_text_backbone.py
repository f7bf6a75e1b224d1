"""The text tower of the modality-specific form."""

import keras

from keras_vatt.layers import AggregationToken, T5Encoder, WordEmbedding
from keras_vatt.models.tower import Tower, exact_gelu, outputs_of


@keras.saving.register_keras_serializable(package="keras_vatt")
class VATTTextBackbone(Tower):
    """VATT's text encoder: word vectors, then a T5-style Transformer.

    Args:
        num_words: int. Words of a text, padding included.
        vocabulary_size: int. Number of words known, padding (id 0) included.
        embedding_dim: int. Width of a word vector.
        num_layers: int. Transformer blocks.
        num_heads: int. Attention heads.
        hidden_dim: int. Width of a token.
        mlp_dim: int. Hidden width of a block's perceptron.
        head_dim: int. Width of an attention head.
        train_word_table: bool. The released models' word vectors are frozen; a table
            that starts random must learn.
        dropout: float. Every dropout rate.
        remat: bool. Whether training computes the blocks anew for their gradients:
            less memory, more time. See `TransformerBlock`.
        dtype: dtype policy of the layers.

    Call arguments:
        text: int array `(batch, num_words)`, 0 where there is no word.

    Returns:
        Dict with `pooled_output` `(batch, hidden_dim)` and `sequence_output`
        `(batch, num_words, hidden_dim)`.

    Example:

    ```python
    backbone = keras_vatt.models.VATTTextBackbone(
        vocabulary_size=100, num_layers=2, num_heads=2, hidden_dim=128, mlp_dim=512
    )
    backbone(np.ones((1, 16), "int32"))["pooled_output"].shape  # (1, 128)
    ```

    Reference: paper section 3 and table 1; defaults are the Small size.
    """

    def __init__(
        self,
        num_words=16,
        vocabulary_size=65536,
        embedding_dim=300,
        num_layers=6,
        num_heads=8,
        hidden_dim=512,
        mlp_dim=2048,
        head_dim=64,
        train_word_table=True,
        dropout=0.1,
        remat=False,
        dtype=None,
        **kwargs,
    ):
        # === Layers ===
        self.word_embedding = WordEmbedding(
            vocabulary_size,
            embedding_dim,
            train_word_table,
            dtype=dtype,
            name="word_embedding",
        )
        self.aggregation_token = AggregationToken(
            dtype=dtype, name="text_aggregation_token"
        )
        self.text_projection = keras.layers.Dense(
            hidden_dim,
            activation=exact_gelu,
            use_bias=False,
            dtype=dtype,
            name="text_projection",
        )
        self.encoder = T5Encoder(
            num_layers,
            num_heads,
            head_dim,
            mlp_dim,
            dropout=dropout,
            remat=remat,
            dtype=dtype,
            name="text_encoder",
        )

        # === Functional Model ===
        text = keras.Input((num_words,), dtype="int32", name="text")  # (b, w)
        padding_mask = keras.ops.not_equal(text, 0)
        x = self.word_embedding(text)  # (b, w, 300)
        x = self.aggregation_token(x)  # (b, 1 + w, 300)
        x = self.text_projection(x)  # (b, 1 + w, d)
        x = self.encoder(x, padding_mask=padding_mask)
        super().__init__(inputs=text, outputs=outputs_of(x), dtype=dtype, **kwargs)

        # === Config ===
        self.num_words = num_words
        self.vocabulary_size = vocabulary_size
        self.embedding_dim = embedding_dim
        self.num_layers = num_layers
        self.num_heads = num_heads
        self.hidden_dim = hidden_dim
        self.mlp_dim = mlp_dim
        self.head_dim = head_dim
        self.train_word_table = train_word_table
        self.dropout = dropout
        self.remat = remat

    def get_config(self):
        config = super().get_config()
        config.update(
            {
                "num_words": self.num_words,
                "vocabulary_size": self.vocabulary_size,
                "embedding_dim": self.embedding_dim,
                "num_layers": self.num_layers,
                "num_heads": self.num_heads,
                "hidden_dim": self.hidden_dim,
                "mlp_dim": self.mlp_dim,
                "head_dim": self.head_dim,
                "train_word_table": self.train_word_table,
                "dropout": self.dropout,
                "remat": self.remat,
            }
        )
        return config
