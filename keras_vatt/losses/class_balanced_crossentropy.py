"""The audio classifiers' loss."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_vatt")
class ClassBalancedCrossentropy(keras.losses.Loss):
    """Sigmoid cross-entropy summed over classes, each clip weighted by its labels.

    A clip counts the more, the rarer its labels are in the batch:
    `w_i = sum_c(y_ic / N_c) / sum_c y_ic` with `N_c = sum_i y_ic`. A class without a
    clip and a clip without a label count 0.

    Args:
        reduction: as in `keras.losses.Loss`; by default the mean over the batch.
        name: string.
        **kwargs: as in `keras.losses.Loss`.

    Call arguments:
        y_true: array `(batch, classes)` of at least 0, multi-hot or smoothed.
        y_pred: float array `(batch, classes)`, logits.

    Returns:
        A scalar, or `(batch,)` with `reduction=None`.

    Raises:
        ValueError: if the labels have not a column a class.

    Example:

    ```python
    loss = keras_vatt.losses.ClassBalancedCrossentropy()
    loss(np.eye(3, dtype="float32"), np.zeros((3, 3), "float32"))  # 3 log 2
    ```

    Reference: design, section 3 ("Classifiers"); the authors' released code.
    """

    def __init__(
        self,
        reduction="sum_over_batch_size",
        name="class_balanced_crossentropy",
        **kwargs,
    ):
        super().__init__(name=name, reduction=reduction, **kwargs)

    def call(self, y_true, y_pred):  # (b, c), (b, c)
        if tuple(y_true.shape[1:]) != tuple(y_pred.shape[1:]):
            raise ValueError(
                "Labels must be multi-hot, a column a class as the logits have. "
                f"Received shapes {tuple(y_true.shape)} and {tuple(y_pred.shape)}. "
                "Make class ids one-hot (`data.load(num_classes=...)`)."
            )
        true = ops.cast(y_true, "float32")
        logits = ops.cast(y_pred, "float32")
        # log(1 + e^x) - x y, which does not overflow.
        terms = ops.softplus(logits) - logits * true
        return clip_weights(true) * ops.sum(terms, axis=-1)


def clip_weights(true):
    """The weights `(batch,)` of clips with labels `(batch, classes)`."""
    count = ops.sum(true, axis=0)  # (c,)
    shares = _divide(true, ops.broadcast_to(count, ops.shape(true)))
    return _divide(ops.sum(shares, axis=-1), ops.sum(true, axis=-1))


def _divide(x, y):
    """x / y, and 0 where y is 0."""
    safe = ops.where(y > 0, y, ops.ones_like(y))
    return ops.where(y > 0, x / safe, ops.zeros_like(x))
