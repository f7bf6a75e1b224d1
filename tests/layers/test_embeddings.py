"""Tokens: against Keras' own convolutions, and what does not fit."""

import keras
import numpy as np
import pytest

from keras_vatt import layers


@pytest.mark.parametrize(
    ("layer", "convolution", "shape"),
    [
        (
            layers.TubeletEmbedding(6, (2, 4, 4)),
            keras.layers.Conv3D(6, (2, 4, 4), strides=(2, 4, 4)),
            (2, 4, 8, 12, 3),
        ),
        (
            layers.WaveformEmbedding(6, 8),
            keras.layers.Conv1D(6, 8, strides=8),
            (2, 32, 1),
        ),
        (
            layers.SpectrogramEmbedding(6, (4, 5)),
            keras.layers.Conv2D(6, (4, 5), strides=(4, 5)),
            (2, 11, 15, 1),  # the last three frames do not fill a patch
        ),
    ],
    ids=["tubelet", "waveform", "spectrogram"],
)
def test_equals_convolution(layer, convolution, shape):
    x = np.random.default_rng(0).normal(size=shape).astype("float32")
    convolution.build(shape)
    layer.build(shape)
    layer.set_weights([convolution.get_weights()[0], np.arange(6.0)])
    convolution.set_weights(layer.get_weights())
    expected = keras.ops.convert_to_numpy(convolution(x))
    actual = keras.ops.convert_to_numpy(layer(x))
    assert actual.shape == layer.compute_output_shape(shape)
    np.testing.assert_allclose(actual, expected.reshape(2, -1, 6), atol=1e-5)


@pytest.mark.parametrize(
    ("layer", "shape", "words"),
    [
        (layers.TubeletEmbedding(6, (4, 16, 16)), (1, 6, 32, 32, 3), "6 frames"),
        (layers.TubeletEmbedding(6, (4, 16, 16)), (1, 8, 30, 32, 3), "30 height"),
        (layers.WaveformEmbedding(6, 128), (1, 200, 1), "multiple of 128"),
        (layers.SpectrogramEmbedding(6, (16, 5)), (1, 8, 80, 1), "at least 16"),
    ],
)
def test_patch_does_not_divide(layer, shape, words):
    with pytest.raises(ValueError, match=words):
        layer.build(shape)


def test_frozen_word_table_does_not_learn():
    layer = layers.WordEmbedding(5, 3, train_table=False)
    vectors = keras.ops.convert_to_numpy(layer(np.array([[4, 0]])))
    np.testing.assert_array_equal(vectors[0], layer.get_weights()[0][[4, 0]])
    assert layer.trainable_weights == []
