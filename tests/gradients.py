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
    return float(value), {name: np.array(x) for name, x in gradients.items()}


def of_model(model, function):
    """Value of `function(call)` and its gradients by the trainable variables.

    Args:
        model: a built Keras model. It is called with `training=True` and is left as
            it was.
        function: takes a callable that stands for the model, returns a scalar.

    Returns:
        The value, and a list of numpy arrays, one a trainable variable.
    """
    variables = model.trainable_variables

    def of_weights(weights):
        # The tensors stand in for the variables, so that every backend
        # differentiates a function of plain tensors.
        mapping = [(variable, weights[i]) for i, variable in enumerate(variables)]
        with keras.StatelessScope(state_mapping=mapping):
            return function(lambda inputs: model(inputs, training=True))

    starts = {i: np.array(variable) for i, variable in enumerate(variables)}
    value, gradients = of_arrays(of_weights, starts)
    return value, [gradients[i] for i in range(len(variables))]


def _tensorflow(function, arrays):
    import tensorflow as tf

    tensors = {name: tf.constant(x) for name, x in arrays.items()}
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        value = function(tensors)
    zero = tf.UnconnectedGradients.ZERO
    return value, tape.gradient(value, tensors, unconnected_gradients=zero)


def _jax(function, arrays):
    import jax

    return jax.jit(jax.value_and_grad(function))(arrays)


def _torch(function, arrays):
    import torch

    tensors = {name: torch.tensor(x, requires_grad=True) for name, x in arrays.items()}
    value = function(tensors)
    value.backward()
    return value.detach(), {name: x.grad.numpy() for name, x in tensors.items()}
