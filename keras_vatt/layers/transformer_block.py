"""One pre-norm Transformer block."""

import keras

from keras_vatt import kernels
from keras_vatt.layers.attention import Attention
from keras_vatt.layers.dense import Dense


@keras.saving.register_keras_serializable(package="keras_vatt")
class TransformerBlock(keras.layers.Layer):
    """Pre-norm block: attention, then a two-layer perceptron, each with a residual.

    Args:
        num_heads: int. Attention heads.
        head_dim: int. Width of a head.
        mlp_dim: int. Hidden width of the perceptron.
        attention_bias: bool. Whether the attention projections have biases.
        mlp_bias: bool. Whether the perceptron has biases.
        attention_scale: optional float, see `Attention`.
        rms_norm: bool. RMS norm instead of LayerNorm before the attention (T5).
        dropout: float. Rate after the attention, inside and after the perceptron,
            and on the attention weights.
        remat: bool. Whether training computes the block anew for its gradient instead
            of keeping what is inside: memory of a token's width a layer, for about a
            third more time. What was dropped is dropped again.

    Call arguments:
        x: float array `(batch, n, hidden_dim)`.
        bias: optional attention bias, see `Attention`.
        training: bool.

    Returns:
        Array `(batch, n, hidden_dim)`.

    Example:

    ```python
    layer = keras_vatt.layers.TransformerBlock(12, 64, 3072)
    layer(np.zeros((2, 785, 768), "float32")).shape  # (2, 785, 768)
    ```

    Reference: paper section 3.2 (equations 4 and 5).
    """

    def __init__(
        self,
        num_heads,
        head_dim,
        mlp_dim,
        attention_bias=True,
        mlp_bias=True,
        attention_scale=None,
        rms_norm=False,
        dropout=0.1,
        remat=False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.num_heads = num_heads
        self.head_dim = head_dim
        self.mlp_dim = mlp_dim
        self.attention_bias = attention_bias
        self.mlp_bias = mlp_bias
        self.attention_scale = attention_scale
        self.rms_norm = rms_norm
        self.dropout = dropout
        self.remat = remat

    def build(self, input_shape):
        hidden_dim = input_shape[-1]
        self.attention_norm = self._norm(self.rms_norm, "attention_norm")
        self.attention = Attention(
            self.num_heads,
            self.head_dim,
            use_bias=self.attention_bias,
            scale=self.attention_scale,
            dropout=self.dropout,
            dtype=self.dtype_policy,
            name="attention",
        )
        self.mlp_norm = self._norm(False, "mlp_norm")
        self.mlp_dense = self._dense(self.mlp_dim, "mlp_dense")
        self.mlp_output_dense = self._dense(hidden_dim, "mlp_output_dense")
        for layer in (
            self.attention_norm,
            self.attention,
            self.mlp_norm,
            self.mlp_dense,
        ):
            layer.build(input_shape)
        self.mlp_output_dense.build((*input_shape[:-1], self.mlp_dim))

    def call(self, x, bias=None, training=None):  # (b, n, d)
        # One seed serves all of the block, drawn outside of what remat repeats.
        seed = kernels.draw(self.attention.seed_generator) if training else None
        if training and self.remat:
            return kernels.remat(self._encode, x, bias, seed)
        return self._encode(x, bias, seed)

    def attention_weights(self, x, bias=None):
        """`Attention.attention_weights` of this block, of the block's input."""
        return self.attention.attention_weights(self.attention_norm(x), bias)

    def _encode(self, x, bias, seed):
        training = seed is not None
        y = self.attention_norm(x)
        y = self.attention(y, bias=bias, training=training, seed=seed)
        x = x + self._drop(y, seed, 1)
        y = self._drop(kernels.gelu(self.mlp_dense(self.mlp_norm(x))), seed, 2)
        return x + self._drop(self.mlp_output_dense(y), seed, 3)

    def _drop(self, x, seed, salt):
        if seed is None or not self.dropout:
            return x
        return kernels.dropout(x, self.dropout, seed, salt)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        config = super().get_config()
        config.update(
            {
                "num_heads": self.num_heads,
                "head_dim": self.head_dim,
                "mlp_dim": self.mlp_dim,
                "attention_bias": self.attention_bias,
                "mlp_bias": self.mlp_bias,
                "attention_scale": self.attention_scale,
                "rms_norm": self.rms_norm,
                "dropout": self.dropout,
                "remat": self.remat,
            }
        )
        return config

    def _norm(self, rms, name):
        cls = keras.layers.RMSNormalization if rms else keras.layers.LayerNormalization
        return cls(epsilon=1e-6, dtype=self.dtype_policy, name=name)

    def _dense(self, units, name):
        return Dense(units, use_bias=self.mlp_bias, dtype=self.dtype_policy, name=name)
