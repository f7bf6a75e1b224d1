"""Keras' train step, where several replicas need more than that.

On one replica, and in JAX, whose program is written for the global batch, it is Keras'
own. TF needs its dataset cut for the replicas and logs that it can average. PyTorch
needs the gradients averaged: `DistributedDataParallel` starts a bucket's all-reduce as
soon as its gradients are there, while the earlier layers are still differentiated.
"""

import contextlib

import keras

from keras_vatt.distribution.replicas import num_replicas

# Between the seeds of two replicas: no run draws that often.
_SEEDS_APART = 1_000_000_007


def seeds(model):
    """The states of a model's seed generators."""
    return [v for v in model.variables if v.name == "seed_generator_state"]


if keras.backend.backend() == "tensorflow":
    import tensorflow as tf

    def prepare(model):
        """Gives every replica draws of its own, before training."""
        if num_replicas() > 1:
            own_draws = tf.function(lambda: _own_draws(seeds(model)))
            tf.distribute.get_strategy().run(own_draws)

    def step(model, keras_step, *args):
        """One step of training on this replica: Keras' own."""
        return reducible(keras_step(*args))

    def reducible(logs):
        """Logs that TF can average over workers: along an axis, which scalars lack."""
        if num_replicas() == 1:
            return logs
        return {name: tf.reshape(value, (1,)) for name, value in logs.items()}

    def per_replica(dataset):
        """Cuts the batches of this process' dataset into its replicas' shares.

        Keras would take the dataset for the batches of all processes together.
        """
        strategy = tf.distribute.get_strategy()

        def cut(context):
            local = context.num_replicas_in_sync // context.num_input_pipelines

            def split(x):
                rows = x.shape[0] or tf.shape(x)[0]
                return tf.reshape(x, [local, rows // local, *x.shape[1:]])

            return dataset.map(
                lambda *batch: tf.nest.map_structure(split, batch)
            ).unbatch()

        return strategy.distribute_datasets_from_function(cut)

    def cuts_datasets():
        """Whether a dataset must be cut for the replicas before `fit`."""
        return num_replicas() > 1

    def steps_of(dataset):
        """Steps of a pass over a dataset, to be told to Keras' loops.

        They must not find its end by running into it: a step without data would have
        added to the counts of Keras' means already, or not, as its replicas race
        (Keras 3.15, TF 2.21).
        """
        count = int(dataset.cardinality())
        if count < 0:
            raise ValueError(
                f"Several replicas of TensorFlow need to know how many steps there "
                f"are. Received: a dataset whose `cardinality()` is {count}. Give "
                "`steps_per_epoch` (`validation_steps`, `steps`), or a dataset that "
                "knows its length: `dataset.apply(tf.data.experimental."
                "assert_cardinality(n))`."
            )
        return count

    def scope():
        """Where several workers' `fit` must run: reducing logs needs a device."""
        return tf.distribute.get_strategy().scope()

    def _own_draws(states):
        context = tf.distribute.get_replica_context()
        replica = context.replica_id_in_sync_group
        found = tf.stack([tf.cast(s.value, tf.int64) for s in states])  # (n, 2)
        first = context.all_gather(found[None], axis=0)[0]
        own = first + [_SEEDS_APART * tf.cast(replica, tf.int64), 0]
        for index, state in enumerate(states):
            state.assign(tf.cast(own[index] % 2**32, state.dtype))

else:

    def steps_of(dataset):
        """None: Keras may find a dataset's end itself."""

    def cuts_datasets():
        """Whether a dataset must be cut for the replicas before `fit`."""
        return False

    def scope():
        """Nothing to enter."""
        return contextlib.nullcontext()

    def reducible(logs):
        """The logs: those of all replicas are the same."""
        return logs

    def per_replica(dataset):
        """The dataset: a process is one replica, or JAX cuts its batches."""
        return dataset


if keras.backend.backend() == "torch":
    import torch
    from torch.nn.parallel import DistributedDataParallel

    class _Loss(torch.nn.Module):
        """What is differentiated, as a module: from a batch to its loss."""

        def __init__(self, model):
            super().__init__()
            self.model = model

        def forward(self, x, y):
            y_pred = self.model(x, training=True)
            return self.model.compute_loss(x=x, y=y, y_pred=y_pred, training=True)

    def prepare(model):
        """Makes all replicas start alike, with draws of their own, before training."""
        if num_replicas() == 1:
            return
        vars(model)["replicated_loss"] = DistributedDataParallel(
            # A modality may be missing, or its loss weigh nothing.
            _Loss(model),
            find_unused_parameters=True,
        )
        replica = torch.distributed.get_rank()
        for state in seeds(model):
            seed, count = keras.ops.convert_to_numpy(state).tolist()
            state.assign([(seed + _SEEDS_APART * replica) % 2**31, count])
        # Keras' dropout draws from torch's own generator.
        seed = torch.randint(2**31, (1,))
        torch.distributed.broadcast(seed, 0)
        torch.manual_seed(int(seed) + _SEEDS_APART * replica)

    def step(model, keras_step, data):
        """One step of training on this replica.

        Args:
            model: the model.
            keras_step: Keras' own step.
            data: the batch, of this replica.

        Returns:
            The logs.
        """
        if num_replicas() == 1:
            return keras_step(data)
        if "replicated_loss" not in vars(model):
            prepare(model)
        x, y, _ = keras.utils.unpack_x_y_sample_weight(data)
        model.zero_grad()
        loss = vars(model)["replicated_loss"](x, y)
        tracker = next(m for m in model.metrics if m.name == "loss")
        batch = keras.tree.flatten(x)[0].shape[0]
        tracker.update_state(loss.detach(), sample_weight=batch)
        model.optimizer.scale_loss(loss).backward()
        weights = model.trainable_weights[:]
        with torch.no_grad():
            model.optimizer.apply([w.value.grad for w in weights], weights)
        return model.compute_metrics(x, y, None)

elif keras.backend.backend() == "jax":

    def prepare(model):
        """Nothing: one program draws for the global batch."""

    def step(model, keras_step, *args):
        """One step: Keras' own."""
        return keras_step(*args)
