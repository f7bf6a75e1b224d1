"""A model's outputs for every batch of a dataset."""

import keras
import numpy as np


def apply_model(model, dataset, output=None):
    """Applies a task to all batches, without training's randomness.

    Args:
        model: a task of ours.
        dataset: batches `(inputs, labels)`, as numpy or TensorFlow arrays.
        output: None for the task's own output; "pooled_output" for that of its
            backbone.

    Returns:
        The outputs, float32 `(rows, d)`, and the labels, as numpy arrays.

    Raises:
        ValueError: if the dataset is empty.
    """
    applied = _Applied(model, output)
    applied.jit_compile = model.jit_compile  # XLA only where it pays
    outputs, labels = [], []
    for inputs, label in dataset:
        found = applied.predict_on_batch(np.asarray(inputs))
        outputs.append(np.asarray(found, "float32"))
        labels.append(np.asarray(label))
    if not outputs:
        raise ValueError("The dataset is empty: there is no clip to score.")
    return np.concatenate(outputs), np.concatenate(labels)


class _Applied(keras.Model):
    def __init__(self, task, output):
        super().__init__(dtype=task.dtype_policy, name="applied")
        self.task = task
        self.output_name = output

    def call(self, inputs):
        if self.output_name is None:
            return self.task(inputs, training=False)
        return self.task.backbone(inputs, training=False)[self.output_name]
