"""The benchmarks of the input run, at sizes that say nothing about speed."""

import pathlib
import subprocess
import sys

import pytest

BENCHMARKS = pathlib.Path(__file__).parents[2] / "benchmarks"
SMALL = ["--clips", "4", "--seconds", "2", "--size", "48", "64", "--crop", "32"]
SMALL += ["--frames", "4", "--batch-size", "2", "--rounds", "1"]


def run(name, *arguments):
    command = [sys.executable, str(BENCHMARKS / name), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.long
def test_input_pipeline(tmp_path):
    out = run(
        "input_pipeline.py", *SMALL, "--folder", str(tmp_path), "--video-seconds", "20"
    )
    for text in ("without colour jitter: ratio", "with everything: ratio", "tokens: "):
        assert text in out
    assert "times as fast" in out and "s of video in a second" in out


@pytest.mark.long
def test_input_memory():
    out = run(
        "input_memory.py",
        *("--batches", "16", "--clips", "4", "--seconds", "2", "--size", "48", "64"),
        *("--frames", "4", "--crop", "32", "--samples", "4800", "--long-seconds", "60"),
    )
    assert "records: " in out and "files: " in out and "in the last: " in out
