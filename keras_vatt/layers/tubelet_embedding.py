"""Video to tokens: one linear map per tubelet."""

import keras
from keras import ops

from keras_vatt.layers.token_choice import take_tokens


@keras.saving.register_keras_serializable(package="keras_vatt")
class TubeletEmbedding(keras.layers.Layer):
    """Cuts a video into tubelets and maps each one linearly to a token.

    The same as a `Conv3D` whose kernel and stride are the tubelet, written as one
    matrix product: tubelets do not overlap, so nothing is gained by a convolution,
    and the product is faster on every backend.

    Args:
        hidden_dim: int. Width of a token.
        patch_size: three ints, frames, height and width of a tubelet in pixels.

    Call arguments:
        video: float array `(batch, frames, height, width, channels)`.
        kept: optional int array, the tokens wanted, see `TokenChoice`.

    Returns:
        Array `(batch, tokens, hidden_dim)`, tokens in the order time, height, width.

    Raises:
        ValueError: if the tubelet does not divide the video along an axis.

    Example:

    ```python
    layer = keras_vatt.layers.TubeletEmbedding(768, patch_size=(4, 16, 16))
    layer(np.zeros((2, 32, 224, 224, 3), "float32")).shape  # (2, 1568, 768)
    ```

    Reference: paper section 3.1; ViViT (arXiv 2103.15691).
    """

    def __init__(self, hidden_dim, patch_size=(4, 16, 16), **kwargs):
        super().__init__(**kwargs)
        self.hidden_dim = hidden_dim
        self.patch_size = tuple(patch_size)

    def build(self, input_shape):
        self._check_divides(input_shape)
        self.kernel = self.add_weight(
            name="kernel",
            shape=(*self.patch_size, input_shape[-1], self.hidden_dim),
            initializer="glorot_uniform",
        )
        self.bias = self.add_weight(
            name="bias", shape=(self.hidden_dim,), initializer="zeros"
        )

    def call(self, video, kept=None):  # (b, T, H, W, c)
        frames, height, width, channels = video.shape[1:]
        t, h, w = self.patch_size
        shape = (-1, frames // t, t, height // h, h, width // w, w, channels)
        x = ops.reshape(video, shape)
        x = ops.transpose(x, (0, 1, 3, 5, 2, 4, 6, 7))
        tokens = frames // t * (height // h) * (width // w)
        x = ops.reshape(x, (-1, tokens, t * h * w * channels))
        x = take_tokens(x, kept)
        kernel = ops.reshape(self.kernel, (-1, self.hidden_dim))
        return ops.matmul(x, kernel) + self.bias  # (b, tokens, d)

    def compute_output_shape(self, input_shape):
        tokens = 1
        for size, patch in zip(input_shape[1:4], self.patch_size):
            tokens *= size // patch
        return (input_shape[0], tokens, self.hidden_dim)

    def get_config(self):
        config = super().get_config()
        config.update({"hidden_dim": self.hidden_dim, "patch_size": self.patch_size})
        return config

    def _check_divides(self, input_shape):
        for axis, size, patch in zip(
            ("frames", "height", "width"), input_shape[1:4], self.patch_size
        ):
            if size is None or size % patch:
                raise ValueError(
                    f"A video of {size} {axis} cannot be cut into tubelets of {patch}. "
                    f"Received a video of shape {tuple(input_shape)} and "
                    f"patch_size={self.patch_size}: choose a number of {axis} that is "
                    f"a multiple of {patch}."
                )
