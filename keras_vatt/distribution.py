"""Gathering across replicas: with training's `train_step`, all that is per backend.

Every replica encodes its share of the batch; the pooled features of all replicas are
gathered, differentiably, and head and loss then run on the global batch everywhere.
Negatives, BatchNorm statistics and valid counts are global by that one step.
"""

import keras
from keras import ops

if keras.backend.backend() == "tensorflow":
    import tensorflow as tf

    def num_replicas():
        """How many replicas share the global batch."""
        return tf.distribute.get_strategy().num_replicas_in_sync

    def _gather(x):
        return tf.distribute.get_replica_context().all_gather(x, axis=0)

    def _sum(tensors):
        context = tf.distribute.get_replica_context()
        return context.all_reduce(tf.distribute.ReduceOp.SUM, tensors)

elif keras.backend.backend() == "torch":
    import torch.distributed
    import torch.distributed.nn.functional

    def num_replicas():
        """How many replicas share the global batch."""
        if torch.distributed.is_available() and torch.distributed.is_initialized():
            return torch.distributed.get_world_size()
        return 1

    def _gather(x):
        return torch.cat(torch.distributed.nn.functional.all_gather(x), dim=0)

else:

    def num_replicas():
        """How many replicas share the global batch.

        A JAX program under `keras.distribution` is written for the global batch: it
        is one replica, however many devices run it.
        """
        return 1

    def _gather(x):
        return x


def gather(tensors):
    """Concatenates every replica's tensors along the batch, differentiably.

    Args:
        tensors: nested structure of tensors `(batch, ...)`, of equal shapes on all
            replicas.

    Returns:
        The same structure, `(replicas * batch, ...)`, equal on all replicas. On one
        replica, and always in JAX, the tensors themselves.

    Reference: design section 5.
    """
    if num_replicas() == 1:
        return tensors
    return keras.tree.map_structure(
        lambda x: _gather(ops.convert_to_tensor(x)), tensors
    )


def loss_shares():
    """What each replica divides its loss by, so that summed gradients are exact.

    TF's optimizers sum the gradients of the replicas; elsewhere they are averaged.
    """
    return num_replicas() if keras.backend.backend() == "tensorflow" else 1


def sum_gradients(gradients):
    """The gradients of the global batch, as an optimizer needs them before its step.

    TF's optimizers sum the replicas' gradients only within the step; elsewhere they
    come averaged.

    Args:
        gradients: list of tensors.

    Returns:
        List of tensors, equal on all replicas.
    """
    if keras.backend.backend() == "tensorflow" and num_replicas() > 1:
        return _sum(gradients)
    return gradients


def jit_compile_pays():
    """Whether to compile `fit`'s steps with XLA: not under TF on a CPU.

    There it takes minutes to compile and the step is slower than the graph's kernels.
    """
    if keras.backend.backend() == "tensorflow":
        return bool(tf.config.list_physical_devices("GPU"))
    return keras.backend.backend() == "jax"


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
