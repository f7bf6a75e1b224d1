"""Which tokens DropToken keeps, chosen before there are any."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_vatt")
class TokenChoice(keras.layers.Layer):
    """Draws which tokens are kept, in training only.

    Layers that take the choice read and project only what it names, so that a dropped
    token costs nothing at all.

    Args:
        count: int. Tokens there are.
        rate: float in [0, 1). Share of the tokens to drop;
            `max(1, int((1 - rate) * count + 1e-6))` are kept.
        per_example: bool. Draw a subset for every example (default), or one for the
            whole batch as the released code does.
        seed: optional int, seed of the draws.

    Call arguments:
        x: array `(batch, ...)`, of which only the batch size is read.
        training: bool.

    Returns:
        Ascending indices in training, int32 `(batch, kept)`, or `(1, kept)` if not
        `per_example`. `None` where all tokens are kept.

    Raises:
        ValueError: if `rate` is not in [0, 1).

    Example:

    ```python
    layer = keras_vatt.layers.TokenChoice(1568, rate=0.5)
    layer(np.zeros((2, 32, 224, 224, 3), "uint8"), training=True).shape  # (2, 784)
    ```

    Reference: paper section 3.2.
    """

    def __init__(self, count, rate=0.5, per_example=True, seed=None, **kwargs):
        super().__init__(**kwargs)
        if isinstance(rate, dict) or not 0 <= rate < 1:
            raise ValueError(
                f"`rate` must be a number in [0, 1). Received: {rate!r}. (Only the "
                "agnostic form takes a dict of one for each modality.)"
            )
        self.count = count
        self.rate = rate
        self.per_example = per_example
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.built = True

    def call(self, x, training=None):
        if not training or kept_of(self.count, self.rate) == self.count:
            return None
        batch = ops.shape(x)[0] if self.per_example else 1
        return draw(self.seed_generator, batch, self.count, self.rate)

    def kept(self, count):
        """How many of `count` tokens are kept in training."""
        return kept_of(count, self.rate)

    def compute_output_spec(self, x, training=None):
        return keras.KerasTensor((x.shape[0], None), dtype="int32")

    def get_config(self):
        config = super().get_config()
        config.update(
            {
                "count": self.count,
                "rate": self.rate,
                "per_example": self.per_example,
                "seed": self.seed,
            }
        )
        return config


def kept_of(count, rate):
    """How many of `count` tokens are kept in training."""
    # The 1e-6 keeps products such as 0.3 * 10 from falling below the integer.
    return max(1, int((1 - rate) * count + 1e-6))


def draw(seed_generator, batch, count, rate):
    """Draws the ascending indices `(batch, kept)` of the tokens to keep."""
    noise = keras.random.uniform((batch, count), seed=seed_generator)
    _, indices = ops.top_k(noise, kept_of(count, rate), sorted=False)
    return ops.sort(ops.cast(indices, "int32"), axis=1)


def take_tokens(tokens, kept):
    """The chosen tokens, in their original order.

    Args:
        tokens: array `(batch, n, d)`; of a batch of 1 every row of `kept` takes its
            own.
        kept: int32 `(batch, k)` or `(1, k)` indices; `None` takes all.

    Returns:
        Array `(batch, k, d)`.
    """
    if kept is None:
        return tokens
    if tokens.shape[0] == 1:
        return ops.take(tokens[0], kept, axis=0)
    if kept.shape[0] == 1:
        return ops.take(tokens, kept[0], axis=1)
    # Rows of a flat table: one gather of whole tokens on every backend, where
    # `take_along_axis` would move single numbers.
    batch = ops.shape(tokens)[0]
    count, width = tokens.shape[1:]
    rows = kept + count * ops.expand_dims(ops.arange(batch, dtype="int32"), 1)
    flat = ops.reshape(tokens, (-1, width))
    picked = ops.take(flat, ops.reshape(rows, (-1,)), axis=0)
    return ops.reshape(picked, (-1, kept.shape[1], width))
