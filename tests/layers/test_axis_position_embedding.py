"""Positions: against scipy's natural spline, and the sum written out."""

import keras
import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from keras_vatt.layers import AxisPositionEmbedding
from keras_vatt.layers.axis_position_embedding import resampling_matrix


@pytest.mark.parametrize(("table", "grid"), [(3, 7), (8, 5), (14, 20), (300, 450)])
def test_resampling_is_the_natural_spline(table, grid):
    values = np.random.default_rng(0).normal(size=(table, 4))
    knots, queries = np.arange(table) / table, np.arange(grid) / grid
    spline = CubicSpline(knots, values, bc_type="natural")
    # Beyond the last knot the spline goes on in a straight line.
    inside = np.minimum(queries, knots[-1])
    expected = spline(inside) + spline(inside, 1) * (queries - inside)[:, None]
    actual = resampling_matrix(table, grid) @ values
    np.testing.assert_allclose(actual, expected, atol=1e-6)


def test_resampling_of_two_entries_is_linear_and_of_one_constant():
    np.testing.assert_allclose(
        resampling_matrix(2, 4), [[1, 0], [0.5, 0.5], [0, 1], [-0.5, 1.5]], atol=1e-12
    )
    np.testing.assert_array_equal(resampling_matrix(1, 3), np.ones((3, 1)))
    np.testing.assert_allclose(resampling_matrix(8, 1), [[1] + [0] * 7], atol=1e-12)


def test_adds_the_normalised_sum_of_the_tables():
    layer = AxisPositionEmbedding((2, 3))
    tokens = np.random.default_rng(0).normal(size=(2, 6, 5)).astype("float32")
    layer.build(tokens.shape)
    first, second = (keras.ops.convert_to_numpy(table) for table in layer.tables)
    total = (first[:, None] + second[None]).reshape(6, 5)
    total = total - total.mean(-1, keepdims=True)
    total /= np.sqrt((total**2).mean(-1, keepdims=True) + 1e-6)
    actual = keras.ops.convert_to_numpy(layer(tokens))
    np.testing.assert_allclose(actual, tokens + total, atol=1e-5)


def test_other_number_of_tokens_is_refused():
    with pytest.raises(ValueError, match=r"Expected 6 tokens .*\(2, 3\)"):
        AxisPositionEmbedding((2, 3)).build((1, 7, 4))
