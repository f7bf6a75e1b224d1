"""The encoder of video and sound, and of all modalities in the agnostic form."""

import keras
from keras import ops

from keras_vatt.layers.dropout import Dropout
from keras_vatt.layers.transformer_block import TransformerBlock

# Added to the attention scores of padded keys, as in the released code.
MASKED_KEY = -1e9


@keras.saving.register_keras_serializable(package="keras_vatt")
class TransformerEncoder(keras.layers.Layer):
    """Pre-norm Transformer blocks, a final LayerNorm, dropout.

    Args:
        num_layers: int. Number of blocks.
        num_heads: int. Attention heads of a block.
        head_dim: int. Width of a head.
        mlp_dim: int. Hidden width of a block's perceptron.
        use_bias: bool. Whether attention and perceptron have biases.
        dropout: float. Dropout rate everywhere, attention weights included.
        remat: bool. Whether training computes the blocks anew for their gradients,
            see `TransformerBlock`.

    Call arguments:
        x: float array `(batch, n, hidden_dim)`, the aggregation token first.
        padding_mask: optional bool array `(batch, n - 1)`, which of the tokens after
            the aggregation token are real. The others are masked as attention keys.
        training: bool.

    Returns:
        Array `(batch, n, hidden_dim)`.

    Example:

    ```python
    layer = keras_vatt.layers.TransformerEncoder(12, 12, 64, 3072)
    layer(np.zeros((2, 785, 768), "float32")).shape  # (2, 785, 768)
    ```

    Reference: paper section 3.2.
    """

    def __init__(
        self,
        num_layers,
        num_heads,
        head_dim,
        mlp_dim,
        use_bias=True,
        dropout=0.1,
        remat=False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.num_layers = num_layers
        self.num_heads = num_heads
        self.head_dim = head_dim
        self.mlp_dim = mlp_dim
        self.use_bias = use_bias
        self.dropout = dropout
        self.remat = remat

    def build(self, input_shape):
        self.blocks = [
            TransformerBlock(
                self.num_heads,
                self.head_dim,
                self.mlp_dim,
                attention_bias=self.use_bias,
                mlp_bias=self.use_bias,
                dropout=self.dropout,
                remat=self.remat,
                dtype=self.dtype_policy,
                name=f"block_{index}",
            )
            for index in range(self.num_layers)
        ]
        self.final_norm = keras.layers.LayerNormalization(
            epsilon=1e-6, dtype=self.dtype_policy, name="final_norm"
        )
        self.dropout_layer = Dropout(
            self.dropout, dtype=self.dtype_policy, name="dropout"
        )
        for layer in (*self.blocks, self.final_norm):
            layer.build(input_shape)

    def call(self, x, padding_mask=None, training=None):  # (b, n, d)
        bias = self._bias(padding_mask)
        for block in self.blocks:
            x = block(x, bias=bias, training=training)
        return self.dropout_layer(self.final_norm(x), training=training)

    def attention_weights(self, x, padding_mask=None):
        """Yields the attention weights of each block, first to last.

        Args:
            x: float array `(batch, n, hidden_dim)`, as in a call.
            padding_mask: optional, as in a call.

        Yields:
            Arrays `(batch, num_heads, n, n)`, float32, as outside training.
        """
        bias = self._bias(padding_mask)
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
                "use_bias": self.use_bias,
                "dropout": self.dropout,
                "remat": self.remat,
            }
        )
        return config

    def _bias(self, padding_mask):
        return None if padding_mask is None else padding_bias(padding_mask)


def padding_bias(padding_mask):
    """Attention bias `(b, 1, 1, 1 + n)`: -1e9 at padded keys, 0 elsewhere.

    The aggregation token in front is never masked, so every row keeps a key.
    """
    bias = ops.where(padding_mask, 0.0, MASKED_KEY)
    bias = ops.pad(bias, ((0, 0), (1, 0)))
    return bias[:, None, None, :]
