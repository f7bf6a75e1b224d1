"""DropToken: train on a random subset of the tokens."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_vatt")
class DropToken(keras.layers.Layer):
    """Keeps a random subset of the tokens, in training only.

    What is dropped leaves the sequence: later layers see fewer tokens and cost less.

    Args:
        rate: float in [0, 1). Share of the tokens to drop;
            `max(1, int((1 - rate) * n + 1e-6))` of n are kept.
        per_example: bool. Draw a subset for every example (default), or one for the
            whole batch as the released code does.
        seed: optional int, seed of the draws.

    Call arguments:
        tokens: float array `(batch, n, hidden_dim)`, n known when tracing.
        training: bool.

    Returns:
        Array `(batch, kept, hidden_dim)` in training, `tokens` otherwise. The kept
        tokens stand in their original order.

    Raises:
        ValueError: if `rate` is not in [0, 1).

    Example:

    ```python
    layer = keras_vatt.layers.DropToken(0.5)
    layer(np.zeros((2, 1568, 768), "float32"), training=True).shape  # (2, 784, 768)
    ```

    Reference: paper section 3.2.
    """

    def __init__(self, rate=0.5, per_example=True, seed=None, **kwargs):
        super().__init__(**kwargs)
        if not 0 <= rate < 1:
            raise ValueError(f"`rate` must be in [0, 1). Received: {rate!r}.")
        self.rate = rate
        self.per_example = per_example
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.built = True

    def call(self, tokens, training=None):  # (b, n, d)
        count = tokens.shape[1]
        kept = self.kept(count)
        if not training or kept == count:
            return tokens
        batch = ops.shape(tokens)[0]
        indices = self.draw(batch if self.per_example else 1, count)
        if not self.per_example:
            return ops.take(tokens, indices[0], axis=1)
        # Rows of a flat table: one gather of whole tokens on every backend, where
        # `take_along_axis` would move single numbers.
        rows = indices + count * ops.expand_dims(ops.arange(batch, dtype="int32"), 1)
        flat = ops.reshape(tokens, (-1, tokens.shape[2]))
        picked = ops.take(flat, ops.reshape(rows, (-1,)), axis=0)
        return ops.reshape(picked, (-1, kept, tokens.shape[2]))

    def draw(self, batch, count):
        """Draws the ascending indices `(batch, kept)` of the tokens to keep."""
        noise = keras.random.uniform((batch, count), seed=self.seed_generator)
        _, indices = ops.top_k(noise, self.kept(count), sorted=False)
        return ops.sort(ops.cast(indices, "int32"), axis=1)

    def kept(self, count):
        """How many of `count` tokens are kept in training."""
        # The 1e-6 keeps products such as 0.3 * 10 from falling below the integer.
        return max(1, int((1 - self.rate) * count + 1e-6))

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        config = super().get_config()
        config.update(
            {"rate": self.rate, "per_example": self.per_example, "seed": self.seed}
        )
        return config
