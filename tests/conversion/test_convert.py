"""`keras-vatt convert`: preset folder, model card, comparison."""

import hashlib

import numpy as np
import pytest
from typer.testing import CliRunner

from keras_vatt import conversion, presets
from keras_vatt.cli import app
from tests import golden_files
from tests.conversion.parity import EMBEDDINGS, HEAD_DIM, MODALITIES

GOLDEN = "wat_classifier"


@pytest.fixture
def parity(tmp_path):
    """What the released code computed, as `--parity` reads it."""
    arrays = golden_files.arrays(GOLDEN)
    path = tmp_path / "parity.npz"
    probabilities = arrays["out/probabilities"]
    np.savez(
        path, **{"in/audio": arrays["in/audio"], "out/probabilities": probabilities}
    )
    return path


def run(*args):
    return CliRunner().invoke(app, ["convert", *map(str, args)])


def test_a_checkpoint_becomes_a_preset_with_its_card(tmp_path, parity):
    checkpoint = golden_files.checkpoint(GOLDEN)
    result = run(
        *(checkpoint, tmp_path / "preset", "--head-dim", HEAD_DIM),
        *("--parity", parity, "--source", "my run", "--score", "mAP 1.5"),
    )
    assert result.exit_code == 0, result.output
    assert "probabilities: largest error" in result.output
    card = (tmp_path / "preset" / "README.md").read_text()
    assert "| source | my run |" in card and "| score, as reported | mAP 1.5 |" in card
    reader = conversion.ReleasedCheckpoint(checkpoint)
    for name in reader.shapes:
        digest = hashlib.sha256(np.ascontiguousarray(reader.read(name))).hexdigest()
        short = name.removesuffix("/.ATTRIBUTES/VARIABLE_VALUE")
        assert f"| `{short}` | {reader.shapes[name]} | {digest} |" in card
    model = presets.load(str(tmp_path / "preset"))
    assert model.preprocessor.audio_stride == 2  # as classifiers of sound are released
    assert not list(tmp_path.glob("*.partial"))


def test_another_output_is_refused_and_nothing_written(tmp_path, parity):
    with np.load(parity) as stored:
        other = dict(stored)
    other["out/probabilities"] = other["out/probabilities"] + 0.01
    np.savez(parity, **other)
    result = run(
        golden_files.checkpoint(GOLDEN),
        *(tmp_path / "preset", "--head-dim", HEAD_DIM, "--parity", parity),
    )
    assert result.exit_code == 1 and "differ" in result.output
    assert not (tmp_path / "preset").exists()
    np.savez(parity, **{"in/audio": other["in/audio"], "out/scores": np.zeros(3)})
    model = conversion.from_released_checkpoint(
        golden_files.checkpoint(GOLDEN), head_dim=HEAD_DIM
    )
    with pytest.raises(ValueError, match="out/scores.*does not compute"):
        conversion.compare(model, parity)
    np.savez(parity, audio=other["in/audio"])
    with pytest.raises(ValueError, match="inputs in/... and outputs out/..."):
        conversion.compare(model, parity)


def test_a_pretrainer_is_compared_by_its_embeddings(tmp_path):
    arrays = golden_files.arrays("ut_fac")
    inputs = {f"in/{m}": arrays[f"in/{m}"] for m in MODALITIES}
    outputs = {f"out/{ours}": arrays[theirs] for ours, theirs in EMBEDDINGS.items()}
    np.savez(tmp_path / "parity.npz", **inputs, **outputs)
    errors = conversion.convert(
        golden_files.checkpoint("ut_fac"),
        tmp_path / "preset",
        vocabulary=["<pad>", "<unk>", "a"],
        time={"frame_rate": 12.5},
        head_dim=HEAD_DIM,
        parity=tmp_path / "parity.npz",
    )
    assert set(errors) == set(EMBEDDINGS) and max(errors.values()) < 2e-4
    model = presets.load(str(tmp_path / "preset"))
    assert model.preprocessor.frame_rate == 12.5
    assert model.preprocessor.tokenizer.get_vocabulary() == ["<pad>", "<unk>", "a"]


def test_files_that_are_there_are_kept(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    result = run(golden_files.checkpoint(GOLDEN), tmp_path, "--head-dim", HEAD_DIM)
    assert result.exit_code == 1 and "holds files" in result.output
    assert (tmp_path / "mine.txt").read_text() == "keep"
    result = run(tmp_path / "none", tmp_path / "preset")
    assert result.exit_code == 1 and "There is no" in result.output
