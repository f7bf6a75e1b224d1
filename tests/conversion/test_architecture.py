"""Sizes read off variables, against the sizes the golden models were made with."""

import pytest

from keras_vatt.conversion import ReleasedCheckpoint, architecture
from tests import golden_files


def parts_of(folder, head_dim=16):
    checkpoint = ReleasedCheckpoint(golden_files.checkpoint(folder))
    return architecture(checkpoint.shapes, head_dim)


def check_encoder(found, config):
    names = {
        "num_layers": "num_layers",
        "num_heads": "num_heads",
        "hidden_dim": "d_model",
        "mlp_dim": "d_ff",
        "head_dim": "d_kv",
    }
    for name, released in names.items():
        assert found[name] == config[released], name


def test_specific():
    parts, config = parts_of("tx_fac"), golden_files.config("tx_fac")
    assert parts["form"] == "specific"
    for modality in ("video", "audio", "text"):
        check_encoder(parts[modality], config[modality])
    assert parts["video"]["patch_size"] == (4, 16, 16)
    assert parts["video"]["position_shape"] == (2, 2, 2)
    assert parts["video"]["video_shape"] == (8, 32, 32, 3)
    assert parts["audio"]["patch_size"] == 128
    assert parts["audio"]["position_shape"] == (10,)
    assert parts["audio"]["audio_shape"] == (1280, 1)
    assert parts["text"]["vocabulary_size"] == 97
    assert parts["text"]["embedding_dim"] == 20
    assert parts["task"] == {"fine_dim": 32, "coarse_dim": 16}


def test_agnostic():
    parts, config = parts_of("ut_fac"), golden_files.config("ut_fac")
    assert parts["form"] == "agnostic"
    backbone = parts["backbone"]
    check_encoder(backbone, config["unified"])
    assert backbone["output_dim"] == 80
    assert backbone["position_shapes"] == {
        "video": (2, 2, 2),
        "audio": (10,),
        "text": (16,),
    }
    assert backbone["video_shape"] == (8, 32, 32, 3)
    assert backbone["audio_shape"] == (1280, 1)
    assert backbone["vocabulary_size"] == 97
    assert backbone["embedding_dim"] == 20
    assert parts["task"] == {"fine_dim": 32, "coarse_dim": 16}


@pytest.mark.parametrize(
    "folder, form, shape",
    [
        ("vit_classifier", "video_classifier", (8, 32, 32, 3)),
        ("vit_classifier_from_ut", "video_classifier", (8, 32, 32, 3)),
        ("wat_classifier", "waveform_classifier", (1280, 1)),
        ("spt_classifier", "spectrogram_classifier", (48, 20, 1)),
    ],
)
def test_classifiers(folder, form, shape):
    parts, config = parts_of(folder), golden_files.config(folder)
    modality = "video" if "video" in config else "audio"
    assert parts["form"] == form
    check_encoder(parts["backbone"], config[modality])
    assert parts["backbone"][f"{modality}_shape"] == shape
    from_agnostic = folder == "vit_classifier_from_ut"
    assert parts["backbone"]["pre_projection"] is from_agnostic
    assert parts["backbone"]["output_dim"] == (80 if from_agnostic else None)
    assert parts["task"] == {"num_classes": 11}


def test_head_dim_by_modality():
    parts = parts_of("tx_fac", {"video": 8, "audio": 32, "text": 16})
    assert [parts[m]["num_heads"] for m in ("video", "audio", "text")] == [8, 2, 3]
    assert parts_of("wat_classifier", {"audio": 32})["backbone"]["num_heads"] == 2


@pytest.mark.parametrize(
    "folder, head_dim, message",
    [
        ("vit_classifier", 48, "`head_dim` is 48, which does not divide"),
        ("tx_fac", {"video": 16, "audio": 16}, '3 heads: pass head_dim={"text": 16'),
        ("ut_fac", {"video": 16, "audio": 32, "text": 16}, "must be one number"),
        ("vit_classifier", {"vision": 16}, "keys among"),
        ("vit_classifier", 0, "positive int"),
        ("vit_classifier", "64", "positive int"),
    ],
)
def test_head_dims_that_do_not_fit(folder, head_dim, message):
    with pytest.raises(ValueError, match=message):
        parts_of(folder, head_dim)
