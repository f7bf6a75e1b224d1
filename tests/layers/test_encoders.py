"""Attention and encoders: against numpy, masks, biases."""

import keras
import numpy as np
import pytest

from keras_vatt import layers

X = np.random.default_rng(0).normal(size=(2, 5, 8)).astype("float32")


def to_numpy(x):
    return keras.ops.convert_to_numpy(x)


def numpy_attention(layer, x, bias=0.0):
    def project(dense, x):
        kernel, *rest = dense.get_weights()
        return x @ kernel + (rest[0] if rest else 0.0)

    def split(x):
        return x.reshape(2, 5, layer.num_heads, layer.head_dim).transpose(0, 2, 1, 3)

    query = split(project(layer.query_dense, x))
    key = split(project(layer.key_dense, x))
    value = split(project(layer.value_dense, x))
    scale = layer.scale or layer.head_dim**-0.5
    scores = query @ key.transpose(0, 1, 3, 2) * scale + bias
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    weights /= weights.sum(-1, keepdims=True)
    mixed = (weights @ value).transpose(0, 2, 1, 3).reshape(2, 5, -1)
    return project(layer.output_dense, mixed)


@pytest.mark.parametrize("use_bias", [True, False])
def test_attention_equals_numpy(use_bias):
    layer = layers.Attention(2, 4, use_bias=use_bias, dropout=0.3)
    layer.build(X.shape)
    bias = np.random.default_rng(1).normal(size=(1, 2, 5, 5)).astype("float32")
    expected = numpy_attention(layer, X, bias)
    np.testing.assert_allclose(to_numpy(layer(X, bias=bias)), expected, atol=1e-5)


@pytest.mark.parametrize("cls", [layers.TransformerEncoder, layers.T5Encoder])
def test_attention_weights_are_those_of_the_output(cls):
    """The encoder written out with its weights in place of queries and keys."""
    encoder = cls(2, 2, 4, 16, dropout=0.3)
    mask = np.array([[1, 0, 1, 0], [1, 1, 1, 1]], "bool")
    expected = to_numpy(encoder(X, padding_mask=mask))
    weights = [to_numpy(each) for each in encoder.attention_weights(X, mask)]
    assert [each.shape for each in weights] == [(2, 2, 5, 5)] * 2
    x = X
    for block, each in zip(encoder.blocks, weights):
        np.testing.assert_allclose(each.sum(-1), 1.0, atol=1e-5)
        assert (each[0, :, :, [2, 4]] == 0).all()  # padding
        value = to_numpy(block.attention.value_dense(block.attention_norm(x)))
        value = value.reshape(2, 5, 2, 4).transpose(0, 2, 1, 3)
        mixed = (each @ value).transpose(0, 2, 1, 3).reshape(2, 5, 8)
        x = x + to_numpy(block.attention.output_dense(mixed))
        y = keras.ops.gelu(block.mlp_dense(block.mlp_norm(x)), approximate=False)
        x = x + to_numpy(block.mlp_output_dense(y))
    np.testing.assert_allclose(to_numpy(encoder.final_norm(x)), expected, atol=1e-5)


def test_attention_with_dropout_has_the_same_mean():
    layer = layers.Attention(2, 4, scale=1.0, dropout=0.2)
    layer.build(X.shape)
    draws = [to_numpy(layer(X, training=True)) for _ in range(200)]
    assert np.std(draws, axis=0).min() > 0
    expected = to_numpy(layer(X))
    np.testing.assert_allclose(np.mean(draws, axis=0), expected, atol=0.25)


def test_relative_buckets_by_hand():
    """Distances 0 to 7 have a bucket each, then log steps; keys ahead add 16."""
    layer = layers.RelativePositionBias(num_heads=2)
    buckets = layer.buckets(80)
    behind = [buckets[d, 0] for d in (0, 1, 7, 8, 11, 16, 31, 63, 64, 79)]
    # 8 + int(8 * log(d / 8) / log(8)): 11 -> 1.2, 16 -> 2.7, 31 -> 5.2, 63 -> 7.9
    assert behind == [0, 1, 7, 8, 9, 10, 13, 15, 15, 15]
    assert [buckets[0, d] for d in (1, 7, 8, 79)] == [17, 23, 24, 31]


@pytest.mark.parametrize("cls", [layers.TransformerEncoder, layers.T5Encoder])
def test_padded_tokens_do_not_reach_the_others(cls):
    encoder = cls(2, 2, 4, 16)
    mask = np.array([[1, 0, 1, 0], [1, 1, 1, 1]], "bool")
    changed = X.copy()
    changed[0, [2, 4]] *= -1.0  # the padded tokens; the aggregation token is first
    before = to_numpy(encoder(X, padding_mask=mask))
    after = to_numpy(encoder(changed, padding_mask=mask))
    np.testing.assert_allclose(before[0, [0, 1, 3]], after[0, [0, 1, 3]], atol=1e-6)
    assert np.abs(before[0, 2] - after[0, 2]).max() > 0.01


def test_aggregation_token_comes_first_and_starts_small():
    layer = layers.AggregationToken()
    out = to_numpy(layer(np.zeros((2, 3, 4096), "float32")))
    assert out.shape == (2, 4, 4096)
    np.testing.assert_array_equal(out[0, 0], layer.get_weights()[0])
    assert 0.9 < out[0, 0].std() * 4096**0.5 < 1.1
    assert not out[:, 1:].any()
