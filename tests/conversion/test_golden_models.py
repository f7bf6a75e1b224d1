"""Converted models against the outputs of the authors' released code."""

import numpy as np
import pytest

from keras_vatt.conversion import (
    ReleasedCheckpoint,
    from_released_checkpoint,
    released_variables,
)
from tests import golden_files
from tests.conversion import parity

FOLDERS = golden_files.PRETRAINING + golden_files.CLASSIFIERS


@pytest.mark.parametrize("folder", FOLDERS)
def test_outputs(folder):
    errors = parity.errors(folder)
    worst = max(errors, key=errors.get)
    assert errors[worst] < parity.tolerance(folder), (worst, errors[worst])


def test_released_weights_come_frozen_and_regularised_as_asked():
    path = golden_files.checkpoint("tx_fac")
    model = from_released_checkpoint(
        path, head_dim={"video": 16, "audio": 32, "text": 16}, dropout=0.3
    )
    towers = model.backbone.towers
    assert towers["audio"].num_heads == 2
    assert not towers["text"].word_embedding.table.trainable
    assert {tower.dropout for tower in towers.values()} == {0.3}
    assert towers["video"].drop_token_rate == 0.5
    assert not towers["video"].drop_token_per_example
    model = from_released_checkpoint(path, head_dim=16, drop_token_rate=0.0)
    assert model.backbone.towers["audio"].drop_token_rate == 0.0
    assert model.backbone.towers["video"].dropout == 0.1


@pytest.mark.parametrize("folder", golden_files.PRETRAINING)
def test_other_input_sizes_keep_the_tables(folder):
    path = golden_files.checkpoint(folder)
    model = from_released_checkpoint(
        path,
        head_dim=16,
        video_shape=(12, 48, 32, 3),
        audio_shape=(640, 1),
        num_words=5,
    )
    # 3 x 3 x 2 tubelets and 5 patches, on tables of (2, 2, 2) and 10 entries.
    inputs = {
        "video": np.zeros((2, 12, 48, 32, 3), "uint8"),
        "audio": np.zeros((2, 640, 1), "float32"),
        "text": np.ones((2, 5), "int32"),
    }
    outputs = model.backbone.predict_on_batch(inputs)
    counts = {m: output["sequence_output"].shape[1] for m, output in outputs.items()}
    assert counts == {"video": 18, "audio": 5, "text": 5}
    shapes = {name: tuple(v.shape) for name, v in released_variables(model).items()}
    assert shapes == ReleasedCheckpoint(path).shapes


def test_pixels_as_bytes():
    model = from_released_checkpoint(
        golden_files.checkpoint("vit_classifier"), head_dim=16
    )
    pixels = np.random.RandomState(0).randint(0, 256, (2, 8, 32, 32, 3)).astype("uint8")
    scaled = pixels.astype("float32") * (2 / 255) - 1
    np.testing.assert_allclose(
        model.predict_on_batch(pixels), model.predict_on_batch(scaled), atol=1e-5
    )
