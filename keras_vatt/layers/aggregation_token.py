"""The learned token in front of a sequence."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_vatt")
class AggregationToken(keras.layers.Layer):
    """Puts one learned token, without a position, in front of the sequence.

    Call arguments:
        tokens: float array `(batch, n, hidden_dim)`.

    Returns:
        Array `(batch, 1 + n, hidden_dim)`.

    Example:

    ```python
    layer = keras_vatt.layers.AggregationToken()
    layer(np.zeros((2, 784, 768), "float32")).shape  # (2, 785, 768)
    ```

    Reference: paper section 3.2 (equation 3).
    """

    def build(self, input_shape):
        # Of shape (d,): the fan of glorot is then d on both sides.
        self.token = self.add_weight(
            name="token", shape=(input_shape[-1],), initializer="glorot_normal"
        )

    def call(self, tokens):
        token = ops.cast(self.token, tokens.dtype)
        shape = (ops.shape(tokens)[0], 1, token.shape[-1])
        return ops.concatenate([ops.broadcast_to(token, shape), tokens], axis=1)

    def compute_output_shape(self, input_shape):
        batch, count, hidden_dim = input_shape
        return (batch, None if count is None else count + 1, hidden_dim)
