"""Backbones: outputs, uint8 video, DropToken, saving."""

import keras
import numpy as np
import pytest

from keras_vatt import models
from keras_vatt.models.tower_of import tower_of
from tests.models import tiny


@pytest.mark.parametrize("form", tiny.BACKBONES)
def test_towers_are_the_backbone_s_parts(form):
    backbone = tiny.BACKBONES[form]()
    inputs, _ = tiny.batch()
    inputs = {**inputs, "text": inputs["text"][:, 0]}
    whole = backbone(inputs)
    tokens = {"video": 8, "audio": 8, "text": 4}
    width = backbone.output_dims["video"]
    for modality, count in tokens.items():
        assert whole[modality]["pooled_output"].shape == (4, width)
        assert whole[modality]["sequence_output"].shape == (4, count, width)
        part = backbone.towers[modality](inputs[modality])
        for name in ("pooled_output", "sequence_output"):
            np.testing.assert_allclose(
                keras.ops.convert_to_numpy(part[name]),
                keras.ops.convert_to_numpy(whole[modality][name]),
                atol=1e-6,
            )


@pytest.mark.parametrize("form", tiny.BACKBONES)
def test_uint8_video_is_scaled(form):
    tower = tiny.BACKBONES[form]().towers["video"]
    video = tiny.batch()[0]["video"]
    scaled = video.astype("float32") * 2 / 255 - 1
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(tower(video)["pooled_output"]),
        keras.ops.convert_to_numpy(tower(scaled)["pooled_output"]),
        atol=1e-5,
    )


def test_drop_token_shortens_the_sequence_in_training():
    tower = tiny.specific().towers["video"]
    video = tiny.batch()[0]["video"]
    assert tower(video, training=True)["sequence_output"].shape == (4, 4, 8)
    assert tower(video)["sequence_output"].shape == (4, 8, 8)


def test_modalities_that_share_an_encoder_may_drop_different_shares(tmp_path):
    rates = {"video": 0.0, "audio": 0.75}
    tiny.agnostic(drop_token_rate=rates).save_to_preset(str(tmp_path))
    backbone = models.VATTAgnosticBackbone.from_preset(str(tmp_path))
    inputs, _ = tiny.batch()
    inputs = {**inputs, "text": inputs["text"][:, 0]}
    outputs = backbone(inputs, training=True)
    shapes = {m: outputs[m]["sequence_output"].shape[1] for m in inputs}
    assert shapes == {"video": 8, "audio": 2, "text": 4}
    tower = tower_of(backbone, models.VATTAudioBackbone)
    assert tower.drop_token_rate == 0.75
    with pytest.raises(ValueError, match="one for 'video' and one for 'audio'"):
        tiny.agnostic(drop_token_rate={"video": 0.0})


def test_spectrogram_positions_run_band_by_band():
    """Token k, counted frame by frame, has position k counted band by band."""
    tower = models.VATTAudioBackbone((8, 15, 1), (4, 5), **tiny.SIZE, **tiny.STILL)
    spectral, temporal = tower.position_embedding.tables
    assert (spectral.shape[0], temporal.shape[0]) == (3, 2)
    # Only bands differ: in band-major order the first two tokens share band 0.
    spectral.assign(np.random.default_rng(0).normal(size=(3, 8)))
    temporal.assign(np.zeros((2, 8)))
    positions = keras.ops.convert_to_numpy(tower.position_embedding.positions())[0]
    np.testing.assert_array_equal(positions[0::2], positions[1::2])
    assert np.abs(positions[1] - positions[2]).max() > 0.1


def test_all_towers_need_one_dtype():
    parts = tiny.specific(), tiny.specific(dtype="mixed_bfloat16")
    with pytest.raises(ValueError, match="one dtype policy"):
        models.VATTBackbone(
            parts[0].video_backbone, parts[1].audio_backbone, parts[0].text_backbone
        )


@pytest.mark.parametrize("form", tiny.BACKBONES)
def test_saved_and_loaded_with_another_dtype(form, tmp_path):
    tiny.BACKBONES[form]().save_to_preset(str(tmp_path))
    cls = {"specific": models.VATTBackbone, "agnostic": models.VATTAgnosticBackbone}
    loaded = cls[form].from_preset(str(tmp_path), dtype="mixed_bfloat16")
    for tower in loaded.towers.values():
        assert tower.dtype_policy.name == "mixed_bfloat16"
        dtype = tower.output["pooled_output"].dtype
        assert keras.backend.standardize_dtype(dtype) == "bfloat16"


if keras.backend.backend() == "torch":

    @pytest.mark.parametrize("form", tiny.BACKBONES)
    def test_every_weight_is_a_parameter_of_torch(form):
        backbone = tiny.BACKBONES[form]()
        for model in (backbone, *backbone.towers.values()):
            expected = {id(weight.value) for weight in model.weights}
            assert {id(parameter) for parameter in model.parameters()} >= expected
