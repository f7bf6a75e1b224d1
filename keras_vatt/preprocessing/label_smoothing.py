"""Softer targets."""

import keras


@keras.saving.register_keras_serializable(package="keras_vatt")
class LabelSmoothing(keras.layers.Layer):
    """Moves a share of each target to all classes alike, in training only.

    Args:
        rate: float in [0, 1). The share.

    Call arguments:
        labels: float array `(batch, classes)`, one-hot or multi-hot.
        training: bool.

    Returns:
        `(1 - rate) labels + rate / classes`, of the same shape.

    Raises:
        ValueError: if `rate` is not in [0, 1).

    Example:
    ```python
    soft = keras_vatt.preprocessing.LabelSmoothing(0.1)
    soft(np.eye(2, dtype="float32"), training=True)  # 0.95 and 0.05
    ```

    Source: design 3, "Released recipes" (fine-tuning).
    """

    def __init__(self, rate=0.1, **kwargs):
        super().__init__(**kwargs)
        if not 0 <= rate < 1:
            raise ValueError(f"`rate` must be in [0, 1). Received: rate={rate!r}")
        self.rate = rate
        self.built = True

    def call(self, labels, training=None):  # (b, classes)
        if not training:
            return labels
        return (1.0 - self.rate) * labels + self.rate / labels.shape[-1]

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        config = super().get_config()
        config["rate"] = self.rate
        return config
