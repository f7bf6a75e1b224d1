"""Gradients by each backend's own means, for tests against stored gradients."""

import keras
import numpy as np


def of_arrays(function, arrays):
    """Value of `function(arrays)` and its gradients, by name, as numpy.

    Args:
        function: takes the dict as tensors, returns a scalar.
        arrays: dict of float numpy arrays.
    """
    backend = {"tensorflow": _tensorflow, "jax": _jax, "torch": _torch}
    value, gradients = backend[keras.backend.backend()](function, arrays)
    return float(value), {k: np.array(x) for k, x in gradients.items()}


def _tensorflow(function, arrays):
    import tensorflow as tf

    tensors = {name: tf.constant(x) for name, x in arrays.items()}
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        value = function(tensors)
    zero = tf.UnconnectedGradients.ZERO
    gradients = tape.gradient(value, tensors, unconnected_gradients=zero)
    # A looked-up table's gradient comes as its rows.
    return value, {name: tf.convert_to_tensor(x) for name, x in gradients.items()}


def _jax(function, arrays):
    import jax

    return jax.jit(jax.value_and_grad(function))(arrays)


def _torch(function, arrays):
    import torch

    tensors = {name: torch.tensor(x, requires_grad=True) for name, x in arrays.items()}
    value = function(tensors)
    value.backward()
    return value.detach(), {name: x.grad.numpy() for name, x in tensors.items()}
