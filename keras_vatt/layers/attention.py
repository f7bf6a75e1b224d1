"""Multi-head self-attention."""

import keras
from keras import ops

from keras_vatt import kernels
from keras_vatt.layers.dense import Dense


@keras.saving.register_keras_serializable(package="keras_vatt")
class Attention(keras.layers.Layer):
    """Multi-head self-attention over a sequence of tokens.

    It uses a fused kernel where the backend has one that pays: without dropout on the
    weights (always the case outside training) `keras.ops.dot_product_attention`, but
    for JAX on a CPU; with dropout torch's on a GPU. Elsewhere the weights are written
    out. JAX's on a GPU, cuDNN's, takes half precision; in training it wants even
    lengths, to which tokens are padded on one device, if there is no bias.

    Args:
        num_heads: int. Number of heads.
        head_dim: int. Width of a head.
        use_bias: bool. Whether the four projections have biases.
        scale: optional float, multiplies query-key products. Defaults to
            `head_dim ** -0.5`.
        dropout: float. Dropout rate on the attention weights.

    Call arguments:
        x: float array `(batch, n, hidden_dim)`.
        bias: optional float array that broadcasts to `(batch, num_heads, n, n)`, added
            to the scaled products (relative positions, -1e9 at masked keys).
        training: bool.
        seed: optional, what `kernels.draw` returned. In training the dropout is drawn
            from it; by default from a seed generator of the layer's own.

    Returns:
        Array `(batch, n, hidden_dim)`.

    Example:

    ```python
    layer = keras_vatt.layers.Attention(num_heads=12, head_dim=64)
    layer(np.zeros((2, 785, 768), "float32")).shape  # (2, 785, 768)
    ```

    Reference: paper section 3.2 (equation 4).
    """

    def __init__(
        self, num_heads, head_dim=64, use_bias=True, scale=None, dropout=0.0, **kwargs
    ):
        super().__init__(**kwargs)
        self.num_heads = num_heads
        self.head_dim = head_dim
        self.use_bias = use_bias
        self.scale = scale
        self.dropout = dropout
        self.seed_generator = keras.random.SeedGenerator()

    def build(self, input_shape):
        hidden_dim = input_shape[-1]
        width = self.num_heads * self.head_dim

        def dense(units, name):
            return Dense(
                units, use_bias=self.use_bias, dtype=self.dtype_policy, name=name
            )

        self.query_dense = dense(width, "query_dense")
        self.key_dense = dense(width, "key_dense")
        self.value_dense = dense(width, "value_dense")
        self.output_dense = dense(hidden_dim, "output_dense")
        for layer in (self.query_dense, self.key_dense, self.value_dense):
            layer.build(input_shape)
        self.output_dense.build((*input_shape[:-1], width))

    def call(self, x, bias=None, training=None, seed=None):  # (b, n, d)
        if training and seed is None:
            seed = kernels.draw(self.seed_generator)
        mixed = kernels.attend(
            self._split(self.query_dense(x)),  # (b, n, h, k)
            self._split(self.key_dense(x)),
            self._split(self.value_dense(x)),
            bias=bias,
            scale=self._scale(),
            rate=self.dropout,
            seed=seed if training else None,
        )
        mixed = ops.reshape(mixed, (-1, *x.shape[1:2], self.num_heads * self.head_dim))
        return self.output_dense(mixed)

    def attention_weights(self, x, bias=None):
        """How much every token takes of every other, outside training.

        Args:
            x: float array `(batch, n, hidden_dim)`.
            bias: optional, as in a call.

        Returns:
            Array `(batch, num_heads, n, n)`, float32; each row sums to 1.
        """
        query = self._split(self.query_dense(x))
        key = self._split(self.key_dense(x))
        return kernels.attention_weights(query, key, bias, self._scale())

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        config = super().get_config()
        config.update(
            {
                "num_heads": self.num_heads,
                "head_dim": self.head_dim,
                "use_bias": self.use_bias,
                "scale": self.scale,
                "dropout": self.dropout,
            }
        )
        return config

    def _scale(self):
        return self.head_dim**-0.5 if self.scale is None else self.scale

    def _split(self, x):
        return ops.reshape(x, (-1, *x.shape[1:2], self.num_heads, self.head_dim))
