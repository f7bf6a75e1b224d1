"""Each row of the paper's tables: one command from a folder to scores."""

import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
from typer.testing import CliRunner

from keras_vatt import cli, evaluation, models
from keras_vatt.models.preprocessor_of import preprocessor_of
from tests import golden_files
from tests.conversion.parity import HEAD_DIM
from tests.evaluation.protocol_folders import ACTIONS, WRITERS
from tests.evaluation.recompute import recompute
from tests.models import tiny

WORDS = ["<pad>", "<unk>", "a", "cat", "dog", "1", "2", "3"]
TIME = {"frame_rate": 10.0, "frame_stride": 1, "sample_rate": 48000, "audio_stride": 1}
# One of each kind, in every test run; the others are marked long.
QUICK = {"hmdb51", "msrvtt", "kinetics400", "audioset", "imagenet"}


def rows(quick):
    return [
        name if name in quick else pytest.param(name, marks=pytest.mark.long)
        for name in WRITERS
    ]


def evaluate(*args):
    return CliRunner().invoke(cli.app, ["evaluate", *map(str, args)])


@pytest.fixture(scope="module")
def toy_presets(tmp_path_factory):
    """A preset folder of every kind that a protocol scores."""
    folder = tmp_path_factory.mktemp("presets")
    backbone = tiny.specific()
    pretrainer = models.VATTPretrainer(backbone, fine_dim=6, coarse_dim=5)
    pretrainer.preprocessor = preprocessor_of(backbone, TIME, WORDS)
    video, audio = backbone.video_backbone, backbone.audio_backbone
    image = models.VATTVideoBackbone(
        (2, 16, 16, 3),
        tiny.PATCHES["video"],
        position_shape=(2, 2, 2),
        **{**tiny.SIZE, "drop_token_rate": 0.0},
    )
    tasks = {
        "pretrainer": pretrainer,
        "video": models.VATTVideoClassifier(video, 2),
        "audio": models.VATTAudioClassifier(audio, 3),
        "image": models.VATTImageClassifier(image, 2),
    }
    for name, task in tasks.items():
        if name != "pretrainer":
            task.preprocessor = preprocessor_of(task.backbone, TIME)
        task.save_to_preset(str(folder / name))
    return folder


def preset_for(name):
    row = evaluation.PROTOCOLS[name]
    return row.modality if row.kind == "classification" else "pretrainer"


def check_scores(path):
    """Recomputes the scores of a report; they must be those it states."""
    result = json.loads(path.read_text())
    check_equal(result["scores"], recompute(path))
    assert result["arrays"] == path.with_suffix(".npz").name
    return result


def check_equal(scores, expected):
    for key, value in expected.items():
        if isinstance(value, dict):
            check_equal(scores[key], value)
        else:
            assert scores[key] == pytest.approx(value, abs=1e-6), key


@pytest.mark.parametrize("name", rows(QUICK))
def test_one_command_a_row(name, toy_presets, tmp_path):
    WRITERS[name](tmp_path / "data")
    output = tmp_path / "out" / "scores.json"
    arguments = ("--protocol", name, "--preset", toy_presets / preset_for(name))
    arguments += ("--data", tmp_path / "data", "--output", output)
    result = evaluate(*arguments, "--head-epochs", 3)
    assert result.exit_code == 0, result.output
    report = check_scores(output)
    assert json.loads(result.stdout) == report
    assert report["weights"] == "preset" and report["protocol"] == name
    expected = {"hmdb51": 6, "ucf101": 6, "esc50": 10, "audioset": 4, "imagenet": 4}
    # Probing and retrieval are at 25 frames/s, every second; the presets are at 10.
    is_fixed = evaluation.PROTOCOLS[name].kind != "classification"
    rates = [report["settings"].get(k) for k in ("frame_rate", "frame_stride")]
    assert rates in ([[25.0, 2]] if is_fixed else [[10.0, 1]]) + [[None, None]]
    assert report["clips"] == expected.get(name, 4 if name == "youcook2" else 3)


@pytest.mark.long
def test_views_time_base_and_folds_are_the_papers(toy_presets, tmp_path):
    """Four windows that differ, at 25 frames/s, every second: not the preset's."""
    WRITERS["ucf101"](tmp_path)
    report = evaluation.run_protocol(
        "ucf101",
        toy_presets / "pretrainer",
        tmp_path,
        tmp_path / "out" / "ucf.json",
        classifiers=["svm"],
        say=lambda line: None,
    )
    assert report["settings"] == {
        "num_frames": 4,
        "image_size": [16, 16],
        "frame_rate": 25.0,
        "frame_stride": 2,
        "windows": 4,
        "crops": 1,
    }
    assert set(report["scores"]["svm"]["folds"]) == {"1", "2", "3"}
    assert report["folds_missing"] == []
    with np.load(tmp_path / "out" / "ucf.npz") as arrays:
        windows = arrays["test_features"].reshape(6, 4, -1)
        assert np.abs(windows[:, 1:] - windows[:, :-1]).max(axis=2).min() > 1e-6
        for fold, test in ((1, "_0"), (2, "_1"), (3, "_2")):
            use = dict(zip(arrays["id"].tolist(), arrays[f"fold{fold}"].tolist()))
            assert {clip for clip, n in use.items() if n == 2} == {
                clip for clip in use if clip.endswith(test)
            }


def test_every_caption_searches_and_finds_its_own_clip():
    """Two captions of the first clip, none of the second, one of the third."""
    arrays = {
        "text_to_video": np.array([[1.0, 0.1], [0.0, 1.0], [0.2, 1.0]]),
        "text_clip": np.array([0, 0, 2]),
        "video_to_text": np.array([[1.0, 0], [1, 0], [5, 5], [5, 5], [0, 1], [0, 3.0]]),
    }
    scores = evaluation.retrieval_scores(arrays, windows=2)["text_to_video"]
    assert scores["R1"] == pytest.approx(2 / 3)
    assert scores["clips"] == 2 and scores["queries"] == 3
    assert scores["MedianRank"] == 1.0


def test_averages_of_windows_differ():
    """A long vector and a short one: their mean leans to the long one."""
    arrays = {
        "audio_to_video": np.array([[1.0, 0], [1, 0], [0.8, 0.6], [0.8, 0.6]]),
        "video_to_audio": np.array([[9.0, 0], [0, 1.0], [0.6, 0.8], [1.0, 0]]),
    }
    found = evaluation.both_averages(arrays, windows=2)
    assert found["embeddings"]["audio_to_video"]["R1"] == 1.0
    assert found["similarities"]["audio_to_video"]["R1"] == 0.5


@pytest.mark.long
def test_all_checkpoints_in_natural_order(toy_presets, tmp_path):
    WRITERS["msrvtt-1k-a"](tmp_path / "data")
    folder = tmp_path / "run"
    folder.mkdir()
    for step in (1000, 900):
        os.symlink(toy_presets / "pretrainer", folder / f"step-{step}")
    # Links are not followed: real folders are.
    with pytest.raises(FileNotFoundError, match="No preset is in"):
        evaluation.all_checkpoints("msrvtt-1k-a", folder, tmp_path / "data")
    for step in (1000, 900):
        (folder / f"step-{step}").unlink()
        shutil.copytree(toy_presets / "pretrainer", folder / f"step-{step}")
    shutil.copytree(toy_presets / "video", folder / "other")
    output = tmp_path / "out" / "all.json"
    result = evaluate(
        *("--protocol", "msrvtt-1k-a", "--all-checkpoints", folder),
        *("--data", tmp_path / "data", "--output", output),
    )
    assert result.exit_code == 0, result.output
    found = json.loads(output.read_text())["checkpoints"]
    assert list(found) == ["other", "step-900", "step-1000"]
    assert (
        "VATTVideoBackbone alone" in found["other"]["error"]
        and "other:" in result.output
    )
    assert found["step-900"]["scores"] == found["step-1000"]["scores"]
    check_scores(tmp_path / "out" / "all" / "step-900.json")


@pytest.mark.long
def test_checkpoints_of_the_authors_code_are_converted_and_scored(tmp_path):
    """Golden checkpoints of a classifier with eleven classes, two of them ours."""
    WRITERS["kinetics400"](tmp_path / "data")
    folder = tmp_path / "run"
    folder.mkdir()
    for step in (1000, 900):
        for suffix in (".index", golden_files.DATA_SUFFIX):
            source = golden_files.checkpoint("vit_classifier") + suffix
            shutil.copy(source, folder / f"ckpt-{step}{suffix}")
    names = tmp_path / "names.txt"
    names.write_text("\n".join([f"class {n}" for n in range(9)] + list(ACTIONS)))
    found = evaluation.all_checkpoints(
        "kinetics400",
        folder,
        tmp_path / "data",
        tmp_path / "out" / "all.json",
        head_dim=HEAD_DIM,
        labels=str(names),
        say=lambda line: None,
    )["checkpoints"]
    assert list(found) == ["ckpt-900", "ckpt-1000"]
    assert found["ckpt-900"]["scores"] == found["ckpt-1000"]["scores"]
    assert found["ckpt-900"]["settings"]["frame_stride"] == 2
    check_scores(tmp_path / "out" / "all" / "ckpt-1000.json")


@pytest.mark.long
def test_labels_bring_outputs_into_the_datasets_order(toy_presets, tmp_path):
    WRITERS["kinetics400"](tmp_path / "data")

    def run(name, **options):
        return evaluation.run_protocol(
            "kinetics400",
            toy_presets / "video",
            tmp_path / "data",
            tmp_path / "out" / f"{name}.json",
            windows=1,
            crops=1,
            say=lambda line: None,
            **options,
        )

    names = tmp_path / "names.txt"
    names.write_text("zumba\narchery\n")
    plain, turned = run("plain"), run("turned", labels=str(names))
    logits = [
        np.load(tmp_path / "out" / f"{name}.npz")["logits"]
        for name in ("plain", "turned")
    ]
    np.testing.assert_array_equal(logits[0], logits[1][:, ::-1])
    assert plain["class_order"].endswith("assumed")
    assert plain["scores"]["top1"] + turned["scores"]["top1"] == pytest.approx(1)
    names.write_text("zumba\nbowling\n")
    with pytest.raises(ValueError, match=r"not \['archery'\]"):
        run("wrong", labels=str(names))


def test_what_does_not_go_together_is_said(toy_presets, tmp_path):
    WRITERS["kinetics400"](tmp_path / "data")
    preset, video = toy_presets / "pretrainer", toy_presets / "video"
    data = ("--data", tmp_path / "data", "--output", tmp_path / "out")
    for arguments, message in (
        (("--protocol", "kinetics40", "--preset", preset), "mean 'kinetics400'"),
        (("--protocol", "kinetics400", "--preset", preset), "has no classes"),
        (("--protocol", "audioset", "--preset", preset), "class_labels_indices.csv"),
        (("--protocol", "kinetics400"), "--preset or --all-checkpoints"),
        (("--all-checkpoints", toy_presets), "needs --protocol"),
    ):
        result = evaluate(*arguments, *data)
        assert result.exit_code == 1 and message in result.output, result.output
    (tmp_path / "data" / "train.csv").write_text(
        "label,youtube_id,time_start,time_end,split\nbowling,aaaaaaaaaaa,0,10,train\n"
    )
    result = evaluate("--protocol", "kinetics400", "--preset", video, *data)
    assert result.exit_code == 1 and "2 classes apart" in result.output


@pytest.mark.long
def test_a_probe_on_part_of_the_folds_says_so(toy_presets, tmp_path):
    WRITERS["hmdb51"](tmp_path / "data")
    for path in (tmp_path / "data").rglob("*_test_split2.txt"):
        path.unlink()
    said = []
    report = evaluation.run_protocol(
        "hmdb51",
        toy_presets / "pretrainer",
        tmp_path / "data",
        tmp_path / "scores.json",
        classifiers=["svm"],
        say=said.append,
    )
    assert set(report["scores"]["svm"]["folds"]) == {"1", "3"}
    assert report["folds_missing"] == [2] and "Folds [2]" in said[0]
    assert report["listed_without_clip"] == 2 and "2 clips" in said[1]


def shell(*args):
    code = "from keras_vatt.cli import app; app()"
    result = subprocess.run(
        [sys.executable, "-c", code, "evaluate", *map(str, args)],
        capture_output=True,
        text=True,
        env=os.environ,
        timeout=880,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    return result


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", ["kinetics400", "audioset"])
def test_full_size_in_a_process_of_its_own(name, tmp_path):
    clips = {"clips": 2} if name == "kinetics400" else {}
    WRITERS[name](tmp_path / "data", **clips)
    output = tmp_path / "out" / "scores.json"
    result = shell(
        *("--protocol", name, "--preset", "vatt_base_base_small"),
        *("--data", tmp_path / "data", "--output", output, "--batch-size", 4),
    )
    report = check_scores(output)
    assert report["weights"] == "random" and "measure nothing" in result.stderr
    sizes = {"kinetics400": "image_size", "audioset": "num_samples"}[name]
    assert report["settings"][sizes] in ([224, 224], 153600)


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(set(WRITERS) - {"kinetics400", "audioset"}))
def test_vatt_tiny(name, tmp_path):
    WRITERS[name](tmp_path / "data")
    output = tmp_path / "out" / "scores.json"
    result = evaluate(
        *("--protocol", name, "--preset", "vatt_tiny", "--data", tmp_path / "data"),
        *("--output", output, "--head-epochs", 20),
    )
    assert result.exit_code == 0, result.output
    assert check_scores(output)["weights"] == "random"
