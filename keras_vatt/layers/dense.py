"""A dense layer whose product and bias are one operation where that pays."""

import keras
from keras import ops

from keras_vatt import kernels


class Dense(keras.layers.Dense):
    """`keras.layers.Dense`, its bias added by the product itself under PyTorch.

    Keras adds it in a pass of its own over the output. Arguments and weights are
    Keras', and what else it does with them (LoRA, quantization).

    Call arguments:
        inputs: float array `(..., width)`.

    Returns:
        Array `(..., units)`.

    Example:

    ```python
    layer = keras_vatt.layers.dense.Dense(8)
    layer(np.zeros((2, 3, 4), "float32")).shape  # (2, 3, 8)
    ```

    Reference: `keras.layers.Dense`.
    """

    def call(self, inputs, training=None):
        if self.bias is None:
            return super().call(inputs, training=training)
        outputs = kernels.affine(
            inputs,
            ops.convert_to_tensor(self.kernel),
            ops.convert_to_tensor(self.bias),
        )
        return outputs if self.activation is None else self.activation(outputs)

    def quantize(self, mode=None, type_check=True, config=None):
        # Keras refuses subclasses, which might compute something else.
        super().quantize(mode, type_check=False, config=config)
