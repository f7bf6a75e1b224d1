"""Noise on waveforms."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_vatt")
class AudioNoise(keras.layers.Layer):
    """Adds gaussian noise to waveforms, in training only.

    The louder a clip's loudest sample, the louder its noise; silence stays silent.

    Args:
        std: float. Standard deviation as a share of max|x| of the clip.
        seed: optional int, seed of the draws.

    Call arguments:
        waveform: float array `(batch, samples, 1)`.
        training: bool.

    Returns:
        Array of the same shape and dtype.

    Raises:
        ValueError: if `std` is negative.

    Example:
    ```python
    noisy = keras_vatt.preprocessing.AudioNoise(seed=1)
    noisy(np.ones((2, 480, 1), "float32"), training=True)
    ```

    Source: design 3, "Released recipes" (pretraining).
    """

    def __init__(self, std=0.01, seed=None, **kwargs):
        super().__init__(**kwargs)
        if not std >= 0:
            raise ValueError(f"`std` must be at least 0. Received: std={std!r}")
        self.std = std
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.built = True

    def call(self, waveform, training=None):  # (b, s, 1)
        if not training:
            return waveform
        loudest = ops.max(ops.abs(waveform), axis=(1, 2), keepdims=True)
        noise = keras.random.normal(
            ops.shape(waveform), dtype=waveform.dtype, seed=self.seed_generator
        )
        return waveform + self.std * loudest * noise

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        config = super().get_config()
        config.update({"std": self.std, "seed": self.seed})
        return config
