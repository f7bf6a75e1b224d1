"""What is per backend and has nothing to do with the number of devices."""

import contextlib

import keras

from keras_vatt.distribution.replicas import num_replicas


def jit_compile_pays():
    """Whether to compile `fit`'s steps with XLA: not under TF on a CPU.

    There it takes minutes to compile and the step is slower than the graph's kernels.
    Nor can TF compile a step whose replicas wait for each other.
    """
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return bool(tf.config.list_physical_devices("GPU")) and num_replicas() == 1
    return keras.backend.backend() == "jax"


def build_optimizer(model):
    """Creates the variables of a model's optimizer, if it has one, before `fit` does.

    TF would trace a step twice that creates them on its way.
    """
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None or optimizer.built:
        return
    on_tensorflow = keras.backend.backend() == "tensorflow"
    scope = model.distribute_strategy.scope if on_tensorflow else contextlib.nullcontext
    with scope():
        optimizer.build(model.trainable_variables)


def release(variables):
    """Frees the values of variables that are all about to be assigned.

    JAX would hold each old array until the new one is there, and what is freed then
    lies between what is not: loading a model would take its memory twice.
    """
    if keras.backend.backend() == "jax":
        for variable in variables:
            variable.value.delete()


def show_parameters(backbone):
    """Lets `torch.nn.Module.parameters()` of a backbone find its variables.

    KerasHub's `Backbone` sets attributes past torch until it is initialised, the
    dictionary of parameters among them (KerasHub 0.32): a tower on its own had none.
    """
    if keras.backend.backend() == "torch":
        backbone.register_module("keras_parameters", backbone.torch_params)
