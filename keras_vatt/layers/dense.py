"""A dense layer whose product and bias are one operation where that pays."""

import keras
from keras import ops

from keras_vatt import kernels


@keras.saving.register_keras_serializable(package="keras_vatt")
class Dense(keras.layers.Dense):
    """`keras.layers.Dense`, its bias added by the product itself under PyTorch.

    Keras adds it in a pass of its own over the output. Arguments, weights and result
    are Keras'.

    Call arguments:
        inputs: float array `(..., width)`.

    Returns:
        Array `(..., units)`.

    Example:

    ```python
    Dense(8)(np.zeros((2, 3, 4), "float32")).shape  # (2, 3, 8)
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
