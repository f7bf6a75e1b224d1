"""The encoder of words in the modality-specific form."""

import keras

from keras_vatt.layers.dropout import Dropout
from keras_vatt.layers.relative_position_bias import RelativePositionBias
from keras_vatt.layers.transformer_block import TransformerBlock
from keras_vatt.layers.transformer_encoder import padding_bias


@keras.saving.register_keras_serializable(package="keras_vatt")
class T5Encoder(keras.layers.Layer):
    """A T5-style encoder: relative positions, no biases, no scale in the attention.

    It differs from T5 as the released model does: the norm before the perceptron is a
    full LayerNorm, and the perceptron uses the exact gelu.

    Args:
        num_layers: int. Number of blocks.
        num_heads: int. Attention heads of a block.
        head_dim: int. Width of a head.
        mlp_dim: int. Hidden width of a block's perceptron.
        num_buckets: int. See `RelativePositionBias`.
        max_distance: int. See `RelativePositionBias`.
        dropout: float. Dropout rate everywhere, input and attention weights included.
        remat: bool. Whether training computes the blocks anew for their gradients,
            see `TransformerBlock`.

    Call arguments:
        x: float array `(batch, 1 + words, hidden_dim)`, the aggregation token first.
        padding_mask: optional bool array `(batch, words)`, which words are real.
        training: bool.

    Returns:
        Array `(batch, 1 + words, hidden_dim)`.

    Example:

    ```python
    layer = keras_vatt.layers.T5Encoder(6, 8, 64, 2048)
    layer(np.zeros((2, 17, 512), "float32")).shape  # (2, 17, 512)
    ```

    Reference: paper section 3.2; T5 (arXiv 1910.10683); the authors' released code.
    """

    def __init__(
        self,
        num_layers,
        num_heads,
        head_dim,
        mlp_dim,
        num_buckets=32,
        max_distance=64,
        dropout=0.1,
        remat=False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.num_layers = num_layers
        self.num_heads = num_heads
        self.head_dim = head_dim
        self.mlp_dim = mlp_dim
        self.num_buckets = num_buckets
        self.max_distance = max_distance
        self.dropout = dropout
        self.remat = remat

    def build(self, input_shape):
        self.relative_bias = RelativePositionBias(
            self.num_heads,
            self.num_buckets,
            self.max_distance,
            dtype=self.dtype_policy,
            name="relative_bias",
        )
        self.blocks = [
            TransformerBlock(
                self.num_heads,
                self.head_dim,
                self.mlp_dim,
                attention_bias=False,
                mlp_bias=False,
                attention_scale=1.0,
                rms_norm=True,
                dropout=self.dropout,
                remat=self.remat,
                dtype=self.dtype_policy,
                name=f"block_{index}",
            )
            for index in range(self.num_layers)
        ]
        self.final_norm = keras.layers.RMSNormalization(
            epsilon=1e-6, dtype=self.dtype_policy, name="final_norm"
        )
        self.input_dropout = Dropout(
            self.dropout, dtype=self.dtype_policy, name="input_dropout"
        )
        self.output_dropout = Dropout(
            self.dropout, dtype=self.dtype_policy, name="output_dropout"
        )
        for layer in (self.relative_bias, *self.blocks, self.final_norm):
            layer.build(input_shape)

    def call(self, x, padding_mask=None, training=None):  # (b, 1 + w, d)
        x = self.input_dropout(x, training=training)
        bias = self._bias(x, padding_mask)
        for block in self.blocks:
            x = block(x, bias=bias, training=training)
        return self.output_dropout(self.final_norm(x), training=training)

    def attention_weights(self, x, padding_mask=None):
        """Yields the attention weights of each block, first to last.

        Args:
            x: float array `(batch, n, hidden_dim)`, as in a call.
            padding_mask: optional, as in a call.

        Yields:
            Arrays `(batch, num_heads, n, n)`, float32, as outside training.
        """
        bias = self._bias(x, padding_mask)
        for block in self.blocks:
            yield block.attention_weights(x, bias)
            x = block(x, bias=bias)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        config = super().get_config()
        config.update(
            {
                "num_layers": self.num_layers,
                "num_heads": self.num_heads,
                "head_dim": self.head_dim,
                "mlp_dim": self.mlp_dim,
                "num_buckets": self.num_buckets,
                "max_distance": self.max_distance,
                "dropout": self.dropout,
                "remat": self.remat,
            }
        )
        return config

    def _bias(self, x, padding_mask):
        bias = self.relative_bias(x)
        if padding_mask is None:
            return bias
        return bias + keras.ops.cast(padding_bias(padding_mask), bias.dtype)
