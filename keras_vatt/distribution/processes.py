"""Which process this is, what it reads, and who writes."""

import keras

from keras_vatt.distribution.replicas import num_replicas

if keras.backend.backend() == "tensorflow":
    import tensorflow as tf

    def processes():
        """How many processes train together."""
        return max(1, sum(map(len, _tasks().values())))

    def process():
        """Which of the processes this is, from 0."""
        resolver = tf.distribute.get_strategy().cluster_resolver
        if resolver is None:
            return 0
        chiefs = len(_tasks().get("chief", ()))
        return (resolver.task_id or 0) + chiefs * (resolver.task_type == "worker")

    def wait_for_all():
        """Returns when every process has come here."""
        strategy = tf.distribute.get_strategy()
        if processes() > 1:
            one = strategy.run(lambda: tf.constant([1.0]))
            strategy.reduce("SUM", one, axis=None)

    def _tasks():
        resolver = tf.distribute.get_strategy().cluster_resolver
        cluster = resolver.cluster_spec().as_dict() if resolver else {}
        return {kind: cluster[kind] for kind in ("chief", "worker") if kind in cluster}

    def _shards():
        return processes(), process()

    def _devices_of_a_process():
        return num_replicas() // processes()

elif keras.backend.backend() == "torch":
    import torch.distributed

    def processes():
        """How many processes train together."""
        return num_replicas()

    def process():
        """Which of the processes this is, from 0."""
        return torch.distributed.get_rank() if processes() > 1 else 0

    def wait_for_all():
        """Returns when every process has come here."""
        if processes() > 1:
            torch.distributed.barrier()

    def _shards():
        return processes(), process()

    def _devices_of_a_process():
        return 1

else:
    import jax
    import jax.experimental.multihost_utils

    def processes():
        """How many processes train together."""
        return jax.process_count()

    def process():
        """Which of the processes this is, from 0."""
        return jax.process_index()

    def wait_for_all():
        """Returns when every process has come here."""
        if processes() > 1:
            jax.experimental.multihost_utils.sync_global_devices("keras_vatt")

    def _shards():
        distribution = keras.distribution.distribution()
        if distribution is None:
            return 1, 0
        # A model over several processes: those of one copy read the same clips.
        shards = min(processes(), distribution.num_model_replicas)
        return shards, distribution.data_shard_id

    def _devices_of_a_process():
        distribution = keras.distribution.distribution()
        if distribution is None:
            return 1
        return max(1, distribution.num_model_replicas // processes())


def is_first():
    """Whether this process is the one that writes checkpoints and logs."""
    return process() == 0


def num_devices():
    """How many devices share a batch."""
    return _shards()[0] * _devices_of_a_process()


def first_before_others(function):
    """Calls a function in the first process, then in the others.

    Args:
        function: takes nothing. What it writes at first it finds afterwards.

    Returns:
        What it returns.
    """
    if not is_first():
        wait_for_all()
    try:
        return function()
    finally:
        if is_first():
            wait_for_all()


def own_rows(dataset):
    """This process' share of every batch of a dataset that all of them read.

    Args:
        dataset: `tf.data.Dataset` of batches of one known size, a multiple of the
            devices that share them.

    Returns:
        `tf.data.Dataset`.
    """
    shards, index = _shards()
    if shards == 1:
        return dataset

    def cut(x):
        rows = x.shape[0] // shards
        return x[index * rows : (index + 1) * rows]

    return dataset.map(lambda *batch: keras.tree.map_structure(cut, batch))


def share(batch_size):
    """What this process reads of every batch.

    Args:
        batch_size: int. Clips of the global batch.

    Returns:
        Dict with the arguments `batch_size`, `num_shards` and `shard_index` of
        `keras_vatt.data.load`.

    Raises:
        ValueError: if the devices cannot have equal shares.

    Example:

    ```python
    keras_vatt.distribution.share(64)["batch_size"]  # 64 in a single process
    ```
    """
    shards, index = _shards()
    devices = num_devices()
    if batch_size % devices:
        raise ValueError(
            f"`batch_size` must be a multiple of the {devices} devices that share it. "
            f"Received: batch_size={batch_size}. Take "
            f"{batch_size // devices * devices or devices}."
        )
    return {
        "batch_size": batch_size // shards,
        "num_shards": shards,
        "shard_index": index,
    }
