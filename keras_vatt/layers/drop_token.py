"""DropToken: train on a random subset of the tokens."""

import keras
from keras import ops

from keras_vatt.layers.token_choice import draw, kept_of, take_tokens


@keras.saving.register_keras_serializable(package="keras_vatt")
class DropToken(keras.layers.Layer):
    """Keeps a random subset of the tokens, in training only.

    What is dropped leaves the sequence: later layers see fewer tokens and cost less.
    `TokenChoice` makes the same choice before the tokens are computed.

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
        if isinstance(rate, dict) or not 0 <= rate < 1:
            raise ValueError(
                f"`rate` must be a number in [0, 1). Received: {rate!r}. (Only the "
                "agnostic form takes a dict of one for each modality.)"
            )
        self.rate = rate
        self.per_example = per_example
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.built = True

    def call(self, tokens, training=None):  # (b, n, d)
        count = tokens.shape[1]
        if not training or self.kept(count) == count:
            return tokens
        batch = ops.shape(tokens)[0] if self.per_example else 1
        return take_tokens(tokens, self.draw(batch, count))

    def draw(self, batch, count):
        """Draws the ascending indices `(batch, kept)` of the tokens to keep."""
        return draw(self.seed_generator, batch, count, self.rate)

    def kept(self, count):
        """How many of `count` tokens are kept in training."""
        return kept_of(count, self.rate)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        config = super().get_config()
        config.update(
            {"rate": self.rate, "per_example": self.per_example, "seed": self.seed}
        )
        return config
