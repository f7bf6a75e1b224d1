"""Dropout that every backend draws from a seed of its own."""

import keras

from keras_vatt import kernels


@keras.saving.register_keras_serializable(package="keras_vatt")
class Dropout(keras.layers.Layer):
    """Sets a random share of its input to 0 and scales the rest up, in training only.

    Keras' own layer draws from torch's global state under torch, which no seed
    generator of the model replays, and is slow under JAX on a CPU.

    Args:
        rate: float in [0, 1). Share that is dropped.
        seed: optional int, seed of the draws.

    Call arguments:
        x: float array.
        training: bool.

    Returns:
        Array of the same shape and dtype.

    Raises:
        ValueError: if `rate` is not in [0, 1).

    Example:

    ```python
    layer = keras_vatt.layers.Dropout(0.1)
    layer(np.ones((2, 785, 768), "float32"), training=True)
    ```

    Reference: Srivastava et al.,
    [Dropout](https://jmlr.org/papers/v15/srivastava14a.html).
    """

    def __init__(self, rate, seed=None, **kwargs):
        super().__init__(**kwargs)
        if not 0 <= rate < 1:
            raise ValueError(f"`rate` must be in [0, 1). Received: {rate!r}.")
        self.rate = rate
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.built = True

    def call(self, x, training=None):
        if not training or not self.rate:
            return x
        return kernels.dropout(x, self.rate, kernels.draw(self.seed_generator))

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        config = super().get_config()
        config.update({"rate": self.rate, "seed": self.seed})
        return config
