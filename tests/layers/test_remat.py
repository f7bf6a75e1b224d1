"""Rematerialised blocks: the same gradients, through `fit`'s own steps."""

import keras
import numpy as np
import pytest

from keras_vatt import layers
from tests.models import tiny

X = np.random.default_rng(0).normal(size=(3, 5, 8)).astype("float32")
Y = np.random.default_rng(1).normal(size=(3, 5, 8)).astype("float32")
MASK = np.array([[1, 0, 1, 0], [1, 1, 1, 1], [1, 1, 0, 0]], "bool")


def model_of(cls, remat):
    x, mask = keras.Input((5, 8)), keras.Input((4,), dtype="bool")
    encoder = cls(2, 2, 4, 16, dropout=0.3, remat=remat, name="encoder")
    model = keras.Model([x, mask], encoder(x, padding_mask=mask))
    model.compile(keras.optimizers.SGD(0.5), "mse")
    return model


def copy(source, target):
    """All variables, the states of the seed generators among them."""
    for old, new in zip(source.variables, target.variables, strict=True):
        new.assign(keras.ops.convert_to_numpy(old))


def test_seed_states_are_variables_of_the_model():
    names = [v.name for v in model_of(layers.TransformerEncoder, True).variables]
    assert names.count("seed_generator_state") == 3  # two blocks, the last dropout


@pytest.mark.parametrize("cls", [layers.TransformerEncoder, layers.T5Encoder])
def test_the_same_step_with_dropout(cls):
    """Were the second pass to drop something else, the gradients would not fit."""
    plain, remat = model_of(cls, False), model_of(cls, True)
    copy(plain, remat)
    before = [keras.ops.convert_to_numpy(w) for w in plain.trainable_weights]
    for _ in range(2):
        losses = [model.train_on_batch([X, MASK], Y) for model in (plain, remat)]
        np.testing.assert_allclose(*losses, rtol=1e-5)
    moved = 0.0
    for start, one, other in zip(
        before, plain.trainable_weights, remat.trainable_weights, strict=True
    ):
        one, other = map(keras.ops.convert_to_numpy, (one, other))
        np.testing.assert_allclose(one, other, atol=2e-6, err_msg=str(start.shape))
        moved = max(moved, np.abs(one - start).max())
    assert moved > 0.01


@pytest.mark.parametrize("form", tiny.BACKBONES)
def test_backbones_hand_it_on(form):
    backbone = tiny.BACKBONES[form](remat=True)
    for tower in backbone.towers.values():
        encoders = [x for x in tower.layers if "encoder" in x.name]
        assert [block.remat for x in encoders for block in x.blocks] == [True]
