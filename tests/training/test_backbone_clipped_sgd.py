"""Clipping of the backbone alone against plain numpy, through `fit`."""

import json
import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from keras_vatt.training import BackboneClippedSGD

STEPS, RATE, CLIP = 3, 0.1, 0.5


def net():
    """Two linear maps are the backbone, a third the head."""
    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Dense(4, use_bias=False, name="first"),
            keras.layers.Dense(4, use_bias=False, name="second"),
            keras.layers.Dense(2, use_bias=False, name="classifier_dense"),
        ]
    )


def batch():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(8, 3)).astype("float32") * 3
    return x, rng.normal(size=(8, 2)).astype("float32")


def by_hand(weights, x, y):
    """Momentum SGD on the mean square; returns weights and the norms met."""
    weights = [w.astype("float64") for w in weights]
    momenta, norms = [np.zeros_like(w) for w in weights], []
    for _ in range(STEPS):
        a, b, c = weights
        slope = 2 * (x @ a @ b @ c - y) / y.size
        grads = [
            x.T @ (slope @ c.T @ b.T),
            (x @ a).T @ (slope @ c.T),
            (x @ a @ b).T @ slope,
        ]
        norms.append(np.sqrt(sum((g**2).sum() for g in grads[:2])))
        scale = min(1.0, CLIP / norms[-1])
        grads = [grads[0] * scale, grads[1] * scale, grads[2]]
        momenta = [0.9 * m - RATE * g for m, g in zip(momenta, grads)]
        weights = [w + m for w, m in zip(weights, momenta)]
    return weights, norms


def train(model, optimizer, epochs=STEPS):
    x, y = batch()
    model.compile(optimizer, "mse")
    model.fit(x, y, batch_size=8, epochs=epochs, verbose=0, shuffle=False)


def test_steps_equal_those_by_hand():
    model = net()
    expected, norms = by_hand(model.get_weights(), *batch())
    assert max(norms) > 2 * CLIP  # or nothing would be clipped
    train(model, BackboneClippedSGD(RATE, backbone_clipnorm=CLIP))
    for got, wanted in zip(model.get_weights(), expected):
        np.testing.assert_allclose(got, wanted, rtol=2e-4, atol=2e-5)


def test_saved_and_loaded_it_continues_as_if_never_stopped(tmp_path):
    whole, parted = net(), net()
    train(whole, BackboneClippedSGD(RATE, backbone_clipnorm=CLIP), epochs=4)
    train(parted, BackboneClippedSGD(RATE, backbone_clipnorm=CLIP), epochs=2)
    parted.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert loaded.optimizer.backbone_clipnorm == CLIP
    x, y = batch()
    loaded.fit(x, y, batch_size=8, epochs=2, verbose=0, shuffle=False)
    for got, wanted in zip(loaded.get_weights(), whole.get_weights()):
        np.testing.assert_array_equal(got, wanted)


def test_a_frozen_backbone_leaves_nothing_to_clip():
    model = net()
    model.get_layer("first").trainable = False
    model.get_layer("second").trainable = False
    before = model.get_weights()
    train(model, BackboneClippedSGD(RATE, backbone_clipnorm=CLIP))
    after = model.get_weights()
    for old, new in zip(before[:2], after[:2]):
        np.testing.assert_array_equal(old, new)
    assert np.abs(before[2] - after[2]).max() > 1e-3


def test_what_is_refused():
    for name, value in (
        ("global_clipnorm", 1.0),
        ("gradient_accumulation_steps", 2),
        ("backbone_clipnorm", 0.0),
    ):
        with pytest.raises(ValueError, match=f"{name}={value}"):
            BackboneClippedSGD(**{name: value})
    with pytest.raises(ValueError, match="No variable is of a layer named 'top'"):
        train(net(), BackboneClippedSGD(head=("top",)))


SCRIPT = """
import json, sys
import keras
from tests.training import test_backbone_clipped_sgd as test

optimizer = lambda: test.BackboneClippedSGD(test.RATE, backbone_clipnorm=test.CLIP)
if keras.backend.backend() == "jax":
    assert len(keras.distribution.list_devices()) == 2
    keras.distribution.set_distribution(keras.distribution.DataParallel())
    model = test.net()
    test.train(model, optimizer())
else:
    import tensorflow as tf
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(
        cpu, [tf.config.LogicalDeviceConfiguration()] * 2
    )
    with tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]).scope():
        model = test.net()
        test.train(model, optimizer())
print(json.dumps([w.tolist() for w in model.get_weights()]))
"""

if keras.backend.backend() != "torch":

    @pytest.mark.long
    def test_two_devices_equal_one():
        """torch's replicas average their gradients before the optimizer sees them."""
        environment = {
            **os.environ,
            "XLA_FLAGS": "--xla_force_host_platform_device_count=2",
            "CUDA_VISIBLE_DEVICES": "-1",
        }
        result = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env=environment,
            capture_output=True,
            text=True,
            timeout=280,
        )
        assert result.returncode == 0, result.stderr[-3000:]
        got = json.loads(result.stdout.splitlines()[-1])
        expected, _ = by_hand(net().get_weights(), *batch())
        for one, wanted in zip(got, expected):
            np.testing.assert_allclose(one, wanted, rtol=2e-4, atol=2e-5)
