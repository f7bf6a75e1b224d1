"""The kernels that are written per backend: seeds, shares, and the mathematics."""

import math

import keras
import numpy as np
import pytest

from keras_vatt import kernels
from tests.gradients import of_arrays

ONES = np.ones((64, 5, 257), "float32")


def numpy(x):
    return keras.ops.convert_to_numpy(x)


def seeds(number):
    generator = keras.random.SeedGenerator(3)
    return [kernels.draw(generator) for _ in range(number)]


def dropped(seed, salt=0, rate=0.1, dtype="float32"):
    x = keras.ops.convert_to_tensor(ONES, dtype=dtype)
    y = kernels.dropout(x, rate, seed, salt)
    assert keras.backend.standardize_dtype(y.dtype) == dtype
    return numpy(keras.ops.cast(y, "float32"))


@pytest.mark.parametrize("rate", [0.1, 0.5])
def test_dropout_drops_its_share_everywhere_and_scales_the_rest(rate):
    y = dropped(seeds(1)[0], rate=rate)
    np.testing.assert_allclose(np.unique(y), [0.0, 1 / (1 - rate)], rtol=1e-6)
    off = y == 0
    # Five deviations of a binomial: over all, over a row, over a column.
    for axes, draws in (((0, 1, 2), y.size), ((1, 2), 5 * 257), ((0, 1), 64 * 5)):
        allowed = 5 * math.sqrt(rate * (1 - rate) / draws)
        assert np.abs(off.mean(axis=axes) - rate).max() < allowed


def test_dropout_is_its_seed_s_and_its_salt_s():
    first, second = seeds(2)
    np.testing.assert_array_equal(dropped(first), dropped(first))
    draws = [dropped(first), dropped(second), dropped(first, 1), dropped(second, 1)]
    draws += [d[:, :, ::-1] for d in draws]
    for one in range(len(draws)):
        for other in range(one):
            both = ((draws[one] == 0) & (draws[other] == 0)).mean()
            assert abs(both - 0.01) < 0.002  # as of independent draws


def test_neighbours_are_independent():
    off = (dropped(seeds(1)[0], rate=0.5) == 0).astype("float64") - 0.5
    for one, other in (
        (off[:, :, 1:], off[:, :, :-1]),
        (off[1:], off[:-1]),
        (off[:, 1:], off[:, :-1]),
    ):
        assert abs((one * other).mean() * 4) < 5 / math.sqrt(one.size)


def test_dropout_keeps_bfloat16():
    assert dropped(seeds(1)[0], dtype="bfloat16").max() > 1


def test_gelu_is_the_error_function_s():
    x = np.linspace(-6, 6, 101).astype("float32")
    expected = [0.5 * v * (1 + math.erf(v / math.sqrt(2))) for v in x.astype(float)]
    actual = numpy(kernels.gelu(keras.ops.convert_to_tensor(x)))
    np.testing.assert_allclose(actual, expected, atol=2e-6)


def test_gradient_of_gelu_by_hand():
    x = np.linspace(-6, 6, 101).astype("float32")
    weight = np.arange(101, dtype="float32")

    def function(arrays):
        return keras.ops.sum(keras.ops.multiply(kernels.gelu(arrays["x"]), weight))

    _, found = of_arrays(function, {"x": x})
    cdf = [0.5 * (1 + math.erf(value / math.sqrt(2))) for value in x]
    slope = cdf + x * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    np.testing.assert_allclose(found["x"], weight * slope, atol=2e-5)


def test_affine_by_hand():
    rng = np.random.default_rng(0)
    x, kernel, bias = (rng.normal(size=s) for s in ((2, 3, 4), (4, 5), (5,)))
    found = kernels.affine(
        *(keras.ops.convert_to_tensor(v.astype("float32")) for v in (x, kernel, bias))
    )
    expected = np.einsum("bnk,ku->bnu", x, kernel) + bias
    np.testing.assert_allclose(numpy(found), expected, atol=1e-5)


def test_attention_drops_weights_and_not_values():
    """One-hot values: a row of the output is a row of the weights."""
    rng = np.random.default_rng(0)
    query, key = (rng.normal(size=(2, 8, 3, 8)).astype("float32") for _ in range(2))
    value = np.broadcast_to(np.eye(8, dtype="float32")[:, None], (8, 3, 8))[None]
    value = np.repeat(value, 2, axis=0)
    query, key, value = map(keras.ops.convert_to_tensor, (query, key, value))
    whole = numpy(kernels.attend(query, key, value, scale=0.5))
    scores = 0.5 * np.einsum("bnhk,bmhk->bnhm", numpy(query), numpy(key))
    expected = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
    np.testing.assert_allclose(whole, expected, atol=1e-5)
    part = numpy(kernels.attend(query, key, value, None, 0.5, 0.25, seeds(1)[0]))
    kept = part != 0
    assert 0.6 < kept.mean() < 0.9
    np.testing.assert_allclose(part[kept], expected[kept] / 0.75, rtol=1e-4)


if keras.backend.backend() == "torch":

    def test_torch_s_own_generator_is_left_as_it_was():
        import torch

        before = torch.random.get_rng_state()
        dropped(seeds(1)[0])
        assert torch.equal(before, torch.random.get_rng_state())


if keras.backend.backend() == "jax":

    def test_a_token_more_for_cudnn_changes_nothing():
        """The padding of odd lengths, through the one implementation a CPU has."""
        import jax

        rng = np.random.default_rng(0)
        query = rng.normal(size=(2, 5, 3, 8)).astype("float32")
        key, value = (rng.normal(size=(2, 7, 3, 8)).astype("float32") for _ in "kv")
        scores = 0.5 * np.einsum("bnhk,bmhk->bhnm", query, key)
        weights = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
        expected = np.einsum("bhnm,bmhk->bnhk", weights, value)

        def even(*arrays):
            return kernels._even_attention(*arrays, 0.5, "xla")

        np.testing.assert_allclose(even(query, key, value), expected, atol=1e-5)

        def square(function):
            return lambda *arrays: (function(*arrays) ** 2).sum()

        def plain(*arrays):
            return kernels.attend(*arrays, scale=0.5)

        inputs = (query, key, value)
        found = jax.grad(square(even), (0, 1, 2))(*inputs)
        for one, other in zip(found, jax.grad(square(plain), (0, 1, 2))(*inputs)):
            np.testing.assert_allclose(one, other, atol=1e-5)
