import keras
import numpy as np
import pytest

from keras_vatt import presets
from keras_vatt.training.calibrate import calibrate


def clips(rng):
    dark = rng.integers(0, 60, (4, 8, 64, 64, 3)).astype("uint8")
    quiet = (0.01 * rng.normal(size=(4, 38400, 1))).astype("float32")
    return {"video": dark, "audio": quiet}


@pytest.mark.parametrize("name", ["vatt_tiny", "vatt_tiny_agnostic"])
def test_patches_of_dark_frames_and_quiet_sound_get_unit_scale(name):
    model = presets.load(name, vocabulary=["<pad>", "<unk>", "a"], num_layers=1)
    batch = clips(np.random.default_rng(0))
    assert calibrate(model, batch) is model
    layers = (
        {
            "video": model.backbone.video_backbone.tubelet_embedding,
            "audio": model.backbone.audio_backbone.waveform_embedding,
        }
        if name == "vatt_tiny"
        else model.backbone.embeddings
    )
    scaled = batch["video"].astype("float32") / 127.5 - 1.0
    for layer, x in ((layers["video"], scaled), (layers["audio"], batch["audio"])):
        tokens = keras.ops.convert_to_numpy(layer(x)).reshape(-1, 128)
        np.testing.assert_allclose(tokens.mean(axis=0), 0, atol=2e-3)
        np.testing.assert_allclose(tokens.std(axis=0), 1, atol=2e-3)


def test_tokens_of_the_agnostic_form_are_as_strong_as_their_positions():
    words = ["<pad>", "<unk>", *map(chr, range(97, 123))]
    model = presets.load("vatt_tiny_agnostic", vocabulary=words, num_layers=1)
    batch = clips(np.random.default_rng(0))
    calibrate(model, batch)
    video = batch["video"].astype("float32") / 127.5 - 1.0
    inputs = {**batch, "video": video, "text": np.arange(28)[None]}
    for modality, x in inputs.items():
        tokens = model.backbone.embeddings[modality](x)
        tokens = model.backbone.pre_projections[modality](tokens)
        tokens = keras.ops.convert_to_numpy(tokens).reshape(-1, 128)
        np.testing.assert_allclose(tokens.std(axis=0, ddof=1).mean(), 1, atol=1e-2)
        positions = model.backbone.position_embeddings[modality].positions()
        positions = keras.ops.convert_to_numpy(positions)
        np.testing.assert_allclose(positions.std(axis=-1), 1, atol=1e-2)


def test_projections_are_scaled_alike_in_half_precision():
    """Summed in bfloat16, thousands of tokens have half of their deviation."""
    words = ["<pad>", "<unk>", *(f"w{i}" for i in range(4000))]
    kernels = []
    for dtype in ("float32", "mixed_bfloat16"):
        keras.utils.set_random_seed(0)
        model = presets.load(
            "vatt_tiny_agnostic", vocabulary=words, num_layers=1, dtype=dtype
        )
        calibrate(model, clips(np.random.default_rng(0)))
        projections = model.backbone.pre_projections.values()
        kernels.append([keras.ops.convert_to_numpy(p.kernel) for p in projections])
    for full, half in zip(*kernels):
        np.testing.assert_allclose(half.std(), full.std(), rtol=0.02)


def test_queries_of_the_text_encoder_are_divided_by_eight():
    model = presets.load("vatt_tiny", vocabulary=["<pad>", "<unk>"], num_layers=1)
    kernel = model.backbone.text_backbone.encoder.blocks[0].attention.query_dense.kernel
    before = keras.ops.convert_to_numpy(kernel).copy()
    calibrate(model, clips(np.random.default_rng(0)))
    np.testing.assert_allclose(keras.ops.convert_to_numpy(kernel), before / 8, 1e-5)


def test_silence_is_left_as_is_and_nan_is_refused():
    model = presets.load("vatt_tiny", vocabulary=["<pad>", "<unk>"], num_layers=1)
    kernel = model.backbone.audio_backbone.waveform_embedding.kernel
    before = keras.ops.convert_to_numpy(kernel).copy()
    batch = clips(np.random.default_rng(0))
    calibrate(model, {**batch, "audio": np.zeros_like(batch["audio"])})
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(kernel), before)
    batch["audio"][1, 5] = np.nan
    with pytest.raises(ValueError, match="audio of the batch must be finite"):
        calibrate(model, batch)
