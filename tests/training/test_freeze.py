"""What is frozen stays, bit for bit, whatever the rest learns."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_vatt import models, training
from keras_vatt.models.tower_of import tower_of
from tests.models import tiny


def values(variables):
    return {
        v.path: keras.ops.convert_to_numpy(v).copy()
        for v in variables
        if "seed" not in v.path
    }


def changed(variables, before):
    now = values(variables)
    return {path for path in now if not np.array_equal(now[path], before[path])}


def classifier(tower):
    model = models.VATTVideoClassifier(tower, num_classes=3)
    model.compile(training.BackboneClippedSGD(0.1), model.default_compile()["loss"])
    return model


def video_tower(form="specific", **kwargs):
    return tower_of(tiny.BACKBONES[form](**kwargs), models.VATTVideoBackbone)


def fit(model, epochs=1):
    inputs, _ = tiny.batch(4)
    model.fit(inputs["video"], np.array([0, 1, 2, 1]), epochs=epochs, verbose=0)


def test_a_frozen_tower_is_unchanged():
    tower = training.freeze(video_tower())
    model = classifier(tower)
    before = values(model.variables)
    fit(model)
    assert {path.split("/")[-2] for path in changed(model.variables, before)} == {
        "classifier_dense"
    }


@pytest.mark.parametrize(
    "form", ["specific", pytest.param("agnostic", marks=pytest.mark.long)]
)
def test_all_but_the_last_block(form):
    tower = training.freeze(video_tower(form, num_layers=2), trainable_blocks=1)
    model = classifier(tower)
    before = values(tower.variables)
    fit(model)
    moved = changed(tower.variables, before)
    assert any("block_1/" in path for path in moved)
    assert any("final_norm" in path for path in moved)
    assert (form == "agnostic") == any("post_projection" in path for path in moved)
    still = ("block_0", "tubelet", "position", "aggregation", "pre_proj")
    assert not [path for path in moved if any(name in path for name in still)]


def test_no_such_block():
    with pytest.raises(ValueError, match="0 to 1.*trainable_blocks=2"):
        training.freeze(video_tower(), trainable_blocks=2)


def test_frozen_towers_and_a_frozen_head_with_its_batch_statistics():
    model = models.VATTPretrainer(tiny.specific(), fine_dim=6, coarse_dim=5)
    training.freeze(model.backbone)
    for layer in model.head._flatten_layers(include_self=False):
        layer.trainable = "video_to_text" in layer.path
    assert model.trainable_variables
    before = values(model.variables)
    statistics = [path for path in before if "moving_" in path]
    assert statistics
    model.compile(keras.optimizers.SGD(0.1))
    model.fit(tf.data.Dataset.from_tensors(tiny.batch(4)), verbose=0)
    moved = changed(model.variables, before)
    assert moved and all("video_to_text" in path for path in moved), moved


def test_low_rank_updates_are_trained_no_kernel_and_are_saved(tmp_path):
    tower = video_tower()
    tower.enable_lora(rank=2)
    model = classifier(tower)
    before = values(tower.variables)
    fit(model, epochs=2)  # the second factor starts at 0: the first moves a step later
    moved = {tuple(p.split("/")[-2:]) for p in changed(tower.variables, before)}
    adapted = {
        (layer, variable)
        for layer in ("query_dense", "value_dense")
        for variable in ("lora_kernel_a", "lora_kernel_b", "bias")
    }
    assert moved == adapted
    inputs, _ = tiny.batch(4)
    expected = keras.ops.convert_to_numpy(model(inputs["video"]))
    model.save_to_preset(str(tmp_path))
    loaded = models.VATTVideoClassifier.from_preset(str(tmp_path))
    got = keras.ops.convert_to_numpy(loaded(inputs["video"]))
    np.testing.assert_allclose(got, expected, atol=1e-5)
    assert np.abs(expected).max() > 1e-3
