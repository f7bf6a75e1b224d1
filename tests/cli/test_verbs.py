import json
import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from keras_vatt import presets
from keras_vatt.cli import app


def run(*args):
    return CliRunner().invoke(app, list(map(str, args)))


def test_presets_lists_every_name():
    result = run("presets")
    assert result.exit_code == 0
    assert all(name in result.output for name in presets.names())


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (("--steps", 0), "steps=0"),
        (("--epochs", 0), "epochs=0"),
        (("--batch-size", 1), "batch_size=1"),
        (("--learning-rate", 7), "learning_rate=7"),
    ],
)
def test_pretrain_refuses_values_by_name(tmp_path, option, message):
    result = run("pretrain", "--data", tmp_path, "--output", tmp_path / "run", *option)
    assert result.exit_code == 1 and message in result.output
    assert not (tmp_path / "run" / "preset").exists()


def test_pretrain_and_evaluate_say_what_is_missing(tmp_path):
    result = run("pretrain", "--data", tmp_path / "no", "--output", tmp_path / "run")
    assert result.exit_code == 1 and "no" in result.output
    result = run(
        "evaluate",
        "--preset",
        tmp_path / "none",
        "--data",
        tmp_path / "no",
        "--output",
        tmp_path / "scores",
    )
    assert result.exit_code == 1 and "evaluate:" in result.output


def test_pretrain_plans_without_data_or_weights():
    size = ("--preset", "vatt_large_base_small", "--batch-size", 2048)
    result = run("pretrain", "--dry-run", *size, "--devices", 256, "--candidates", 5)
    assert result.exit_code == 0 and "8 a device" in result.output
    assert "parameters" in result.output and "rate" not in result.output
    rate = ("--tflops-per-device", 150)
    result = run("pretrain", "--dry-run", *size, "--devices", 256, *rate)
    assert "at the rate you gave (150 TFLOP/s a device)" in result.output
    result = run("pretrain", "--dry-run", "--devices", 7)
    assert result.exit_code == 1 and "devices=7" in result.output
    result = run("pretrain", "--dry-run", "--preset", "vatt_huge")
    assert result.exit_code == 1 and "vatt_huge" in result.output
    result = run("pretrain")
    assert result.exit_code == 2 and "--data" in result.output


def test_pretrain_refuses_when_to_save(tmp_path):
    result = run(
        *("pretrain", "--data", tmp_path, "--output", tmp_path / "run"),
        *("--save-every", "soon"),
    )
    assert result.exit_code == 1 and "save_every='soon'" in result.output


def test_demo_keeps_what_is_there(tmp_path):
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / "mine.txt").write_text("keep")
    result = run("demo", "--output", tmp_path)
    assert result.exit_code == 1 and "other files" in result.output
    assert (tmp_path / "clips" / "mine.txt").read_text() == "keep"


@pytest.mark.ci
@pytest.mark.long
def test_demo_then_evaluate_in_processes_of_their_own(tmp_path):
    def shell(*args):
        code = "from keras_vatt.cli import app; app()"
        result = subprocess.run(
            [sys.executable, "-c", code, *map(str, args)],
            capture_output=True,
            text=True,
            env=os.environ,
            timeout=280,
        )
        assert result.returncode == 0, result.stderr[-3000:]
        return result.stdout

    small = ("--steps", 2, "--train-clips", 24, "--test-clips", 12)
    printed = shell("demo", "--output", tmp_path, *small)
    assert "text to video: R10" in printed and "untrained" in printed
    scores = json.loads((tmp_path / "scores.json").read_text())
    assert scores["steps"] == 2
    assert "<table>" in (tmp_path / "report.html").read_text()
    assert any((tmp_path / "logs").rglob("events.out.tfevents.*"))
    found = json.loads(
        shell(
            "evaluate",
            "--preset",
            tmp_path / "preset",
            "--data",
            tmp_path / "records",
        )
    )
    for search in ("text_to_video", "audio_to_video"):
        assert found[search] == pytest.approx(
            scores["scores"]["trained"][search], abs=1e-6
        )
