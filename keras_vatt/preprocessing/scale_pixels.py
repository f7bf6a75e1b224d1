"""Pixels to the range of the models."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_vatt")
class ScalePixels(keras.layers.Layer):
    """Scales uint8 arrays from [0, 255] to float32 in [-1, 1], leaves others alone.

    The backbones do so themselves; the layer is for what stands between, such as
    `Mixup` of video.

    Call arguments:
        inputs: array of any shape, or a structure of arrays.

    Returns:
        The same structure, uint8 as float32.

    Example:
    ```python
    keras_vatt.preprocessing.ScalePixels()(np.full((1, 2), 255, "uint8"))  # 1.0
    ```

    Source: design 3, "Views" (2x/255 - 1).
    """

    def __init__(self, **kwargs):
        # What is no uint8 keeps its dtype as well.
        super().__init__(autocast=False, **kwargs)
        self.built = True

    def call(self, inputs):
        return scale_pixels(inputs)


def scale_pixels(inputs):
    """Scales uint8 arrays from [0, 255] to float32 in [-1, 1], leaves others alone."""

    def scale(x):
        if keras.backend.standardize_dtype(x.dtype) != "uint8":
            return x
        return ops.cast(x, "float32") * (2.0 / 255.0) - 1.0

    return keras.tree.map_structure(scale, inputs)
