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


def generator_states():
    """Yields (name, numpy array) of random states that are no Keras variables.

    PyTorch's dropout draws from its process' generators where a layer was given no
    seed of its own, past Keras' seed generators (Keras 3.15).
    """
    if keras.backend.backend() == "torch":
        import torch

        yield "generators.cpu", torch.get_rng_state().numpy().copy()
        for index, state in enumerate(torch.cuda.get_rng_state_all()):
            yield f"generators.cuda.{index}", state.numpy()


def set_generator_state(name, array):
    """Puts a state of `generator_states` back."""
    import torch

    state = torch.from_numpy(np.array(array))
    if name == "generators.cpu":
        torch.set_rng_state(state)
    else:
        torch.cuda.set_rng_state(state, int(name.split(".")[-1]))
