"""Fine-tuning on a folder: what is written, what is refused."""

import json

import keras
import numpy as np
import pytest
from typer.testing import CliRunner

from keras_vatt import models, presets
from keras_vatt.cli import app
from keras_vatt.datasets import prepare
from keras_vatt.evaluation import classify_folder
from keras_vatt.experiments import finetune_folder
from keras_vatt.metrics import accuracy_metrics
from tests.data.media_files import write_video

TOY = {"num_layers": 1, "hidden_dim": 16, "mlp_dim": 16, "num_heads": 1, "head_dim": 16}
SMALL = {"video_shape": (4, 32, 32, 3), "audio_shape": (4096, 1)}


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips")
    lines = ["video_path,label,split"]
    for index in range(10):
        write_video(folder / f"{index}.mp4", num_frames=12, size=(32, 32))
        split = "train" if index < 6 else "test" if index < 9 else "validation"
        lines.append(f"{index}.mp4,{['cat', 'dog'][index % 2]},{split}")
    (folder / "clips.csv").write_text("\n".join(lines) + "\n")
    output = tmp_path_factory.mktemp("records")
    prepare(folder, output)
    return str(output)


@pytest.fixture(scope="module")
def preset(tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("preset"))
    model = presets.load("vatt_tiny", vocabulary=["<pad>", "<unk>"], **TOY, **SMALL)
    model.save_to_preset(folder)
    return folder


@pytest.mark.parametrize(
    "task",
    [
        pytest.param("video", marks=pytest.mark.long),
        "audio",
        pytest.param("image", marks=pytest.mark.long),
    ],
)
def test_a_run_leaves_a_preset_that_scores_as_written(records, preset, task, tmp_path):
    model, history, scores = finetune_folder(
        records, tmp_path, preset, task, steps=3, batch_size=4, verbose=0, num_windows=2
    )
    assert np.isfinite(history["loss"]).all() and "val_top1" in history
    assert json.loads((tmp_path / "history.json").read_text()) == history
    assert int(scores["clips"]) == 3
    with np.load(tmp_path / "logits.npz") as found:
        again = accuracy_metrics(found["label"].argmax(1), found["logits"])
        assert again == {k: scores[k] for k in again}
        assert ("mAP" in scores) == (task == "audio")
    loaded = presets.load(str(tmp_path / "preset"))
    assert loaded.class_names == ["cat", "dog"] and loaded.modality == task
    crops = 1 if task == "image" else 3
    rescored = classify_folder(
        loaded, records, num_windows=2, num_crops=crops, output=tmp_path / "again"
    )
    assert rescored == pytest.approx(scores)
    before = presets.load(preset).backbone.towers[
        "audio" if task == "audio" else "video"
    ]
    moved = [
        np.abs(new - old).max()
        for new, old in zip(model.backbone.get_weights(), before.get_weights())
        if new.shape == old.shape and new.dtype == "float32"
    ]
    assert max(moved) > 1e-6


@pytest.mark.long
def test_a_frozen_tower_is_that_of_the_preset(records, preset, tmp_path):
    model, _, scores = finetune_folder(
        records, tmp_path, preset, steps=2, batch_size=4, verbose=0,
        trainable_blocks=0, test_split=None,
    )  # fmt: skip
    before = presets.load(preset).backbone.towers["video"]
    for new, old in zip(model.backbone.variables, before.variables):
        if "seed" not in old.path:
            np.testing.assert_array_equal(
                keras.ops.convert_to_numpy(new), keras.ops.convert_to_numpy(old)
            )
    assert scores == {} and model.optimizer is not None


def test_labels_of_another_dataset_are_refused(records, preset):
    model = models.VATTVideoClassifier.from_preset(
        preset, num_classes=2, class_names=["dog", "cat"]
    )
    with pytest.raises(ValueError, match="same in the same order"):
        classify_folder(model, records)


@pytest.mark.long
def test_command_line_names_what_is_wrong(records, preset, tmp_path):
    def run(*more):
        given = ("--data", records, "--preset", preset, "--output", str(tmp_path))
        return CliRunner().invoke(app, ["finetune", *given, *map(str, more)])

    for option, message in (
        (("--steps", 0), "steps=0"),
        (("--learning-rate", -1), "learning_rate=-1"),
        (("--trainable-blocks", 9), "trainable_blocks=9"),
        (("--trainable-blocks", 1, "--lora-rank", 2), "lora_rank=2"),
    ):
        result = run(*option)
        assert result.exit_code == 1 and message in result.output, result.output
    result = run("--steps", 1, "--batch-size", 2, "--lora-rank", 2, "--windows", 1)
    assert result.exit_code == 0, result.output
    assert "test top1" in result.output and (tmp_path / "preset").is_dir()
