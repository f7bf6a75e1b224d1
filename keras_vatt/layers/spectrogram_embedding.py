"""Spectrogram to tokens: one linear map per time-frequency patch."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_vatt")
class SpectrogramEmbedding(keras.layers.Layer):
    """Cuts a spectrogram into patches and maps each one linearly to a token.

    Frames or bands that do not fill a patch at the end are unused, as in the released
    model (150 frames in patches of 16: the last 6 are not read).

    Args:
        hidden_dim: int. Width of a token.
        patch_size: two ints, frames and mel bands of a patch.

    Call arguments:
        spectrogram: float array `(batch, frames, bands, channels)`.

    Returns:
        Array `(batch, tokens, hidden_dim)`, tokens in the order time, frequency.

    Raises:
        ValueError: if the spectrogram is smaller than one patch.

    Example:

    ```python
    layer = keras_vatt.layers.SpectrogramEmbedding(768, patch_size=(16, 5))
    layer(np.zeros((2, 150, 80, 1), "float32")).shape  # (2, 144, 768)
    ```

    Reference: paper section 4.2 (ablation); the authors' released code.
    """

    def __init__(self, hidden_dim, patch_size=(16, 5), **kwargs):
        super().__init__(**kwargs)
        self.hidden_dim = hidden_dim
        self.patch_size = tuple(patch_size)

    def build(self, input_shape):
        for axis, size, patch in zip(
            ("frames", "bands"), input_shape[1:3], self.patch_size
        ):
            if size is None or size < patch:
                raise ValueError(
                    f"A spectrogram of {size} {axis} does not hold one patch of "
                    f"{patch}. Received shape {tuple(input_shape)} and "
                    f"patch_size={self.patch_size}: give at least {patch} {axis}."
                )
        self.kernel = self.add_weight(
            name="kernel",
            shape=(*self.patch_size, input_shape[-1], self.hidden_dim),
            initializer="glorot_uniform",
        )
        self.bias = self.add_weight(
            name="bias", shape=(self.hidden_dim,), initializer="zeros"
        )

    def call(self, spectrogram):  # (b, T, F, c)
        frames, bands, channels = spectrogram.shape[1:]
        t, f = self.patch_size
        rows, columns = frames // t, bands // f
        x = spectrogram[:, : rows * t, : columns * f]
        x = ops.reshape(x, (-1, rows, t, columns, f, channels))
        x = ops.transpose(x, (0, 1, 3, 2, 4, 5))
        x = ops.reshape(x, (-1, rows * columns, t * f * channels))
        kernel = ops.reshape(self.kernel, (-1, self.hidden_dim))
        return ops.matmul(x, kernel) + self.bias  # (b, tokens, d)

    def compute_output_shape(self, input_shape):
        rows = input_shape[1] // self.patch_size[0]
        columns = input_shape[2] // self.patch_size[1]
        return (input_shape[0], rows * columns, self.hidden_dim)

    def get_config(self):
        config = super().get_config()
        config.update({"hidden_dim": self.hidden_dim, "patch_size": self.patch_size})
        return config
