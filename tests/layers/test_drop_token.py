"""DropToken: how many are kept, which, and that the rest is gone."""

import keras
import numpy as np
import pytest

from keras_vatt import layers
from keras_vatt.layers import DropToken, TokenChoice

TOKENS = np.arange(2 * 10 * 3, dtype="float32").reshape(2, 10, 3)


def call(layer, training=True):
    return keras.ops.convert_to_numpy(layer(TOKENS, training=training))


@pytest.mark.parametrize(
    ("rate", "count", "kept"),
    [(0.5, 1568, 784), (0.5, 1200, 600), (0.7, 10, 3), (0.99, 10, 1), (0.0, 10, 10)],
)
def test_number_kept(rate, count, kept):
    assert DropToken(rate).kept(count) == kept


@pytest.mark.parametrize("per_example", [True, False])
def test_keeps_whole_tokens_in_order(per_example):
    layer = DropToken(0.6, per_example=per_example, seed=1)
    draws = [call(layer) for _ in range(20)]
    indices = np.stack([(d[:, :, 0] % 30 / 3).astype(int) for d in draws])
    for draw, index in zip(draws, indices):
        assert draw.shape == (2, 4, 3)
        for example in (0, 1):
            np.testing.assert_array_equal(
                draw[example], TOKENS[example, index[example]]
            )
            assert (np.diff(index[example]) > 0).all()
    assert set(indices.ravel()) == set(range(10))
    same = [(index[0] == index[1]).all() for index in indices]
    assert all(same) if not per_example else not all(same)


def test_nothing_is_dropped_outside_training():
    np.testing.assert_array_equal(call(DropToken(0.5), training=False), TOKENS)


def test_the_same_seed_draws_the_same_and_goes_on():
    first, second = DropToken(0.5, seed=3), DropToken(0.5, seed=3)
    draws = [call(first), call(first)]
    assert not np.array_equal(*draws)
    np.testing.assert_array_equal(draws, [call(second), call(second)])


def test_what_is_dropped_costs_nothing_later():
    """The layer after it sees only the kept tokens, with a static length."""
    seen = []

    class Watch(keras.layers.Layer):
        def call(self, x):
            seen.append(tuple(x.shape))
            return x

    inputs = keras.Input((10, 3))
    model = keras.Model(inputs, Watch()(DropToken(0.5)(inputs)))
    assert model(TOKENS, training=True).shape == (2, 5, 3)
    assert seen[-1] == (2, 5, 3)


@pytest.mark.parametrize("cls", [DropToken, lambda rate: TokenChoice(10, rate)])
def test_rate_out_of_range(cls):
    with pytest.raises(ValueError, match=r"in \[0, 1\). Received: 1.0"):
        cls(1.0)


@pytest.mark.parametrize("per_example", [True, False])
def test_a_choice_is_what_drop_token_would_keep(per_example):
    choice = TokenChoice(10, 0.6, per_example, seed=1)
    kept = keras.ops.convert_to_numpy(choice(TOKENS, training=True))
    assert kept.shape == (2 if per_example else 1, 4)
    expected = np.stack([TOKENS[i, row] for i, row in enumerate([*kept, kept[0]][:2])])
    np.testing.assert_array_equal(call(DropToken(0.6, per_example, seed=1)), expected)
    assert choice(TOKENS) is None
    assert TokenChoice(10, 0.0)(TOKENS, training=True) is None


@pytest.mark.parametrize("kept", [[[0, 3, 4], [1, 2, 7]], [[2, 5, 6]]])
@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (layers.TubeletEmbedding(6, (2, 4, 4)), (2, 4, 8, 8, 3)),
        (layers.WaveformEmbedding(6, 4), (2, 32, 1)),
        (layers.AxisPositionEmbedding((2, 2, 2)), (2, 8, 6)),
    ],
    ids=["tubelet", "waveform", "positions"],
)
def test_only_the_chosen_tokens_are_computed(layer, shape, kept):
    x = np.random.default_rng(0).normal(size=shape).astype("float32")
    whole = keras.ops.convert_to_numpy(layer(x))
    rows = np.array([kept[0], kept[-1]])
    if isinstance(layer, layers.AxisPositionEmbedding):
        x = np.take_along_axis(x, rows[:, :, None], axis=1)  # they come chosen
    part = keras.ops.convert_to_numpy(layer(x, np.array(kept, "int32")))
    expected = np.take_along_axis(whole, rows[:, :, None], axis=1)
    assert part.shape == (2, 3, 6)
    np.testing.assert_allclose(part, expected, atol=1e-5)
