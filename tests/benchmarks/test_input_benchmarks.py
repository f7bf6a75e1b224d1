"""What the benchmarks of the input run print beside their results."""

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
    out = run("input_pipeline.py", *SMALL, "--folder", str(tmp_path))
    for text in (
        "RESULT without colour jitter: ",
        "RESULT with everything: ",
        "    decode whole (the floor): ",
        "    tokens: ",
    ):
        assert text in out


@pytest.mark.long
def test_read_files():
    out = run("read_files.py", "--video-seconds", "20", "--size", "48", "64")
    assert "times as fast" in out and "s of video in a second" in out
