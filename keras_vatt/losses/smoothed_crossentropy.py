"""The video and image classifiers' loss."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_vatt")
class SmoothedCrossentropy(keras.losses.Loss):
    """Softmax cross-entropy of class ids or of soft labels, with label smoothing.

    Args:
        label_smoothing: float in [0, 1). The share of a label that goes to all
            classes alike.
        reduction: as in `keras.losses.Loss`; by default the mean over the batch.
        name: string.
        **kwargs: as in `keras.losses.Loss`.

    Call arguments:
        y_true: class ids `(batch,)` or `(batch, 1)`, or labels `(batch, classes)`
            that sum to 1.
        y_pred: float array `(batch, classes)`, logits.

    Returns:
        A scalar, or `(batch,)` with `reduction=None`.

    Raises:
        ValueError: if `label_smoothing` is not in [0, 1).

    Example:

    ```python
    loss = keras_vatt.losses.SmoothedCrossentropy()
    loss([0, 2], np.zeros((2, 3), "float32"))  # log 3
    ```

    Reference: paper section 4.1.2; design, section 3 ("Classifiers").
    """

    def __init__(
        self,
        label_smoothing=0.1,
        reduction="sum_over_batch_size",
        name="smoothed_crossentropy",
        **kwargs,
    ):
        if not 0 <= label_smoothing < 1:
            raise ValueError(
                "`label_smoothing` must be in [0, 1). "
                f"Received: label_smoothing={label_smoothing!r}."
            )
        super().__init__(name=name, reduction=reduction, **kwargs)
        self.label_smoothing = label_smoothing

    def call(self, y_true, y_pred):  # (b,) or (b, c); (b, c)
        logits = ops.cast(y_pred, "float32")
        classes = logits.shape[-1]
        if len(y_true.shape) < 2 or (y_true.shape[-1] == 1 and classes > 1):
            ids = ops.cast(ops.reshape(y_true, (-1,)), "int32")
            y_true = ops.one_hot(ids, classes, dtype="float32")
        true = ops.cast(y_true, "float32")
        true = (1.0 - self.label_smoothing) * true + self.label_smoothing / classes
        return -ops.sum(true * ops.log_softmax(logits, axis=-1), axis=-1)

    def get_config(self):
        return {**super().get_config(), "label_smoothing": self.label_smoothing}
