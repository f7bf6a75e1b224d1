"""Waveform to tokens: one linear map per patch of samples."""

import keras
from keras import ops

from keras_vatt.layers.token_choice import take_tokens


@keras.saving.register_keras_serializable(package="keras_vatt")
class WaveformEmbedding(keras.layers.Layer):
    """Cuts a waveform into patches and maps each one linearly to a token.

    Args:
        hidden_dim: int. Width of a token.
        patch_size: int. Samples in a patch.

    Call arguments:
        waveform: float array `(batch, samples, channels)`, in [-1, 1].
        kept: optional int array, the tokens wanted, see `TokenChoice`.

    Returns:
        Array `(batch, samples / patch_size, hidden_dim)`.

    Raises:
        ValueError: if the patch does not divide the number of samples.

    Example:

    ```python
    layer = keras_vatt.layers.WaveformEmbedding(768, patch_size=128)
    layer(np.zeros((2, 153_600, 1), "float32")).shape  # (2, 1200, 768)
    ```

    Reference: paper section 3.1.
    """

    def __init__(self, hidden_dim, patch_size=128, **kwargs):
        super().__init__(**kwargs)
        self.hidden_dim = hidden_dim
        self.patch_size = patch_size

    def build(self, input_shape):
        samples = input_shape[1]
        if samples is None or samples % self.patch_size:
            raise ValueError(
                f"A waveform of {samples} samples cannot be cut into patches of "
                f"{self.patch_size}. Choose a number of samples that is a multiple of "
                f"{self.patch_size}."
            )
        self.kernel = self.add_weight(
            name="kernel",
            shape=(self.patch_size, input_shape[-1], self.hidden_dim),
            initializer="glorot_uniform",
        )
        self.bias = self.add_weight(
            name="bias", shape=(self.hidden_dim,), initializer="zeros"
        )

    def call(self, waveform, kept=None):  # (b, samples, c)
        samples, channels = waveform.shape[1:]
        tokens = samples // self.patch_size
        x = ops.reshape(waveform, (-1, tokens, self.patch_size * channels))
        x = take_tokens(x, kept)
        kernel = ops.reshape(self.kernel, (-1, self.hidden_dim))
        return ops.matmul(x, kernel) + self.bias  # (b, tokens, d)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[1] // self.patch_size, self.hidden_dim)

    def get_config(self):
        config = super().get_config()
        config.update({"hidden_dim": self.hidden_dim, "patch_size": self.patch_size})
        return config
