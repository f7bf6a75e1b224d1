"""Gathering across the replicas that share a batch."""

import keras
from keras import ops

if keras.backend.backend() == "tensorflow":
    import tensorflow as tf

    def num_replicas():
        """How many replicas share the global batch."""
        return tf.distribute.get_strategy().num_replicas_in_sync

    def _gather(x):
        # The copy is made on the replica's device: a batch names none, and workers need
        # to know where to gather to.
        x = tf.identity(x)
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
