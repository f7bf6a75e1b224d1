"""Stops training when the loss is no longer a number."""

import keras
import numpy as np

from keras_vatt.distribution import as_floats


class StopOnNonFinite(keras.callbacks.Callback):
    """Raises at the first batch whose running loss is NaN or infinite.

    Raises:
        FloatingPointError: naming the batch, the logs and what to try.
    """

    def on_train_batch_end(self, batch, logs=None):
        bad = {k: v for k, v in as_floats(logs or {}).items() if not np.isfinite(v)}
        if bad:
            raise FloatingPointError(
                f"Training stopped: after batch {batch} of this epoch the logs are not "
                f"finite: {bad}. Expected finite numbers. Check the inputs of that "
                "batch for NaN, or lower the learning rate."
            )
