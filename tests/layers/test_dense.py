"""The dense layer: what Keras' own gives, LoRA and quantization included."""

import keras
import numpy as np

from keras_vatt.layers.dense import Dense


def numpy(x):
    return keras.ops.convert_to_numpy(x)


def both(**kwargs):
    """Ours and Keras' with the same weights, and an input."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 3, 8)).astype("float32")
    layers = [
        cls(6, activation="relu", **kwargs) for cls in (Dense, keras.layers.Dense)
    ]
    weights = [rng.normal(size=(8, 6)), rng.normal(size=(6,))]
    for layer in layers:
        layer.build(x.shape)
        layer.set_weights(weights[: 1 + layer.use_bias])
    return *layers, x


def test_equals_keras_own():
    for use_bias in (True, False):
        ours, keras_own, x = both(use_bias=use_bias)
        np.testing.assert_allclose(numpy(ours(x)), numpy(keras_own(x)), atol=1e-5)
        assert numpy(ours(x)).min() == 0.0


def test_lora():
    ours, keras_own, x = both()
    for layer in (ours, keras_own):
        layer.enable_lora(2)
        layer.lora_kernel_b.assign(np.ones((2, 6)))
        layer.lora_kernel_a.assign(np.full((8, 2), 0.25))
    np.testing.assert_allclose(numpy(ours(x)), numpy(keras_own(x)), atol=1e-5)


def test_int8():
    ours, keras_own, x = both()
    before = numpy(ours(x))
    for layer in (ours, keras_own):
        layer.quantize("int8")
    np.testing.assert_allclose(numpy(ours(x)), numpy(keras_own(x)), atol=1e-5)
    np.testing.assert_allclose(numpy(ours(x)), before, atol=0.1)
    assert keras.backend.standardize_dtype(ours._kernel.dtype) == "int8"
