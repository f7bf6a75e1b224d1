"""One process of a training over several: five steps, then its losses and weights.

    python -m tests.distribution.worker '{"devices": 2, ...}'

Run by `several.py`; prints one line of JSON, weights as a file.
"""

import json
import sys

import keras
import numpy as np
import tensorflow as tf

from keras_vatt import distribution, models
from tests.models import tiny

STEPS, CLIPS = 5, 8


def batch(clips=CLIPS):
    """A batch whose first half has no text at all: one of two devices has none.

    Clips differ in colour and loudness. Of noise alone all features would be alike,
    and BatchNorm would enlarge rounding errors with what little distinguishes them.
    """
    inputs, masks = tiny.batch(clips)
    rng = np.random.default_rng(1)
    colors = rng.integers(0, 256, (clips, 1, 1, 1, 3))
    inputs["video"] = (0.2 * inputs["video"] + 0.8 * colors).astype("uint8")
    inputs["audio"] = inputs["audio"] * 0.2 + rng.normal(size=(clips, 1, 1))
    inputs["audio"] = inputs["audio"].astype("float32")
    masks["text_mask"][: clips // 2] = 0
    return inputs, masks


def share_of(batch, share):
    start = share["batch_size"] * share["shard_index"]
    return keras.tree.map_structure(
        lambda x: x[start : start + share["batch_size"]], batch
    )


def build(
    form="specific",
    optimizer="sgd",
    learning_rate=1e-4,
    encode_batch_size=None,
    **overrides,
):
    keras.utils.set_random_seed(1)
    model = models.VATTPretrainer(
        tiny.BACKBONES[form](**{**tiny.STILL, **overrides}),
        fine_dim=6,
        coarse_dim=5,
        encode_batch_size=encode_batch_size,
        compile=False,
    )
    cls = {"sgd": keras.optimizers.SGD, "adam": keras.optimizers.Adam}[optimizer]
    model.compile(cls(learning_rate))
    return model


class Losses(keras.callbacks.Callback):
    """The loss of every step, where Keras logs the epoch's mean so far."""

    def __init__(self):
        super().__init__()
        self.values, self.total = [], 0.0

    def on_train_batch_end(self, batch, logs=None):
        total = float(np.reshape(logs["loss"], ())) * (batch + 1)
        self.values.append(total - self.total)
        self.total = total


def copies(variable):
    """The parts of a variable on this process' devices, by which part it is."""
    value = variable.value
    if keras.backend.backend() == "jax":
        shards = [(str(one.index), one.data) for one in value.addressable_shards]
    elif isinstance(value, tf.distribute.DistributedValues):  # one a replica
        shards = [("", one) for one in value.values]
    else:
        shards = [("", value)]
    parts = {}
    for which, data in shards:
        parts.setdefault(which, []).append(keras.ops.convert_to_numpy(data))
    return parts


def train(clips=CLIPS, **options):
    """Five steps of `fit`: every step's loss, the history, the model."""
    model = build(**options)
    own = share_of(batch(clips), distribution.share(clips))
    data = tf.data.Dataset.from_tensors(own)
    losses = Losses()
    history = model.fit(
        data.repeat(STEPS),  # `fit` finds their number; the command tells it
        validation_data=data,
        shuffle=False,
        verbose=0,
        callbacks=[losses],
    ).history
    return losses.values, history, model


def values(model):
    return {w.path: keras.ops.convert_to_numpy(w) for w in model.weights}


def stored(path):
    """A variable's path as a name in an `npz`."""
    return path.replace("/", "|")


if __name__ == "__main__":
    keras.config.disable_traceback_filtering()
    tf.debugging.disable_traceback_filtering()
    options = json.loads(sys.argv[1])
    devices = options.pop("devices")
    output = options.pop("output")
    model_parallel = options.pop("model_parallel", 1)
    if devices > 1:
        assert distribution.setup(devices, model_parallel) == devices
    losses, history, model = train(**options)
    arrays = {stored(path): value for path, value in values(model).items()}
    for weight in model.weights:
        parts = copies(weight)
        assert sum(map(len, parts.values())) == devices // distribution.processes()
        for first, *others in parts.values():
            arrays[f"part:{stored(weight.path)}"] = first.shape
            for other in others:
                np.testing.assert_array_equal(other, first, err_msg=weight.path)
    np.savez(f"{output}/{distribution.process()}.npz", losses=losses, **arrays)
    print(json.dumps({"history": history, "of": distribution.processes()}))
    distribution.close()
