"""All variables of a training run, by name."""

import keras
import numpy as np

GROUPS = ("model", "optimizer", "metrics")


def named_variables(model, group):
    """(name, variable, shape) of a group, the names without any counter of Keras'."""
    variables = {
        "model": lambda: model.variables,
        "optimizer": lambda: model.optimizer.variables,
        "metrics": lambda: model.metrics_variables,
    }[group]()
    return [(f"{group}.{i:05d}", v, tuple(v.shape)) for i, v in enumerate(variables)]


def dtype_of(variable):
    return keras.backend.standardize_dtype(variable.dtype)


def values_of(variable):
    return np.asarray(keras.ops.convert_to_numpy(variable))


def sync(model):
    """JAX trains on values outside the model, which are donated to the next step."""
    if keras.backend.backend() == "jax":
        model.jax_state_sync()
