"""The ten full-size released models: their variables are ours, name by name."""

import gc
import math

import keras
import pytest
from keras.src.initializers import random_initializers

from keras_vatt.conversion import architecture, model_of, released_variables
from keras_vatt.models import VATTAgnosticBackbone, VATTPretrainer
from tests import golden_files

# (hidden, MLP, layers, heads) of the paper's sizes, table 1.
SIZES = {
    "small": (512, 2048, 6, 8),
    "base": (768, 3072, 12, 12),
    "medium": (1024, 4096, 12, 16),
    "large": (1024, 4096, 24, 16),
}


def model_variables(name):
    shapes, count = golden_files.manifest(name)
    shapes.pop("_CHECKPOINTABLE_OBJECT_GRAPH")
    return shapes, count


def _zeros(shape, *args, dtype=None, **kwargs):
    return keras.ops.zeros(shape, dtype)


@pytest.fixture
def one_at_a_time(monkeypatch):
    """Draws no values, and frees a model of up to 1.7 GB before the next is built."""
    for name in ("uniform", "normal", "truncated_normal"):
        monkeypatch.setattr(random_initializers.random, name, _zeros)
    yield
    keras.backend.clear_session()
    gc.collect()


@pytest.mark.parametrize("name", golden_files.MANIFESTS)
def test_every_variable_is_mapped_once(name, one_at_a_time):
    shapes, count = model_variables(name)
    model = model_of(architecture(shapes))
    variables = released_variables(model)

    assert {key: tuple(v.shape) for key, v in variables.items()} == shapes
    distinct = {id(variable) for variable in variables.values()}
    assert distinct == {id(weight) for weight in model.weights}
    assert len(distinct) == len(variables)
    assert sum(math.prod(shape) for shape in shapes.values()) == count


def test_all_ten_sizes_and_shapes():
    found = {
        name: architecture(model_variables(name)[0]) for name in golden_files.MANIFESTS
    }
    for name, letter in (("bbs", "base"), ("mbs", "medium"), ("lbs", "large")):
        parts = found[f"tx_fac_{name}"]
        check(parts["video"], letter)
        check(parts["audio"], "base")
        check(parts["text"], "small")
        assert parts["video"]["video_shape"] == (32, 224, 224, 3)
        assert parts["audio"]["audio_shape"] == (153_600, 1)
        assert parts["text"]["vocabulary_size"] == 65_536
        assert parts["text"]["embedding_dim"] == 300
        assert parts["task"] == {"fine_dim": 512, "coarse_dim": 256}
    agnostic = found["ut_fac_medium"]["backbone"]
    check(agnostic, "medium")
    assert agnostic["video_shape"] == (32, 224, 224, 3)
    assert agnostic["audio_shape"] == (153_600, 1)
    assert agnostic["output_dim"] == 1024
    for name, parts in found.items():
        if not name.startswith(("vit", "wat")):
            continue
        check(parts["backbone"], name.split("_")[1])
        assert parts["backbone"]["pre_projection"] is name.endswith("agnostic")
        classes = 400 if name.startswith("vit") else 527
        assert parts["task"] == {"num_classes": classes}


def check(found, size):
    names = ("hidden_dim", "mlp_dim", "num_layers", "num_heads")
    assert tuple(found[name] for name in names) == SIZES[size]
    assert found["head_dim"] == 64


def test_the_joint_head_was_never_released():
    backbone = VATTAgnosticBackbone(
        (4, 16, 16, 3),
        (128, 1),
        vocabulary_size=4,
        num_layers=1,
        num_heads=1,
        hidden_dim=8,
        mlp_dim=8,
        head_dim=8,
        output_dim=8,
    )
    with pytest.raises(ValueError, match='head="fac"'):
        released_variables(VATTPretrainer(backbone, head="joint"))
