"""`keras-vatt inspect` in a process of its own, on all it reads."""

import os
import subprocess
import sys

import pytest

from keras_vatt.datasets import prepare, prepare_dmvr
from tests.data.media_files import write_video


def inspect(*args, cwd):
    code = "from keras_vatt.cli import app; app()"
    result = subprocess.run(
        [sys.executable, "-c", code, "inspect", *map(str, args)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        cwd=cwd,
        timeout=280,
    )
    return result.returncode, result.stdout, result.stderr


def size(path):
    header = path.read_bytes()[:24]
    assert header[:4] == b"\x89PNG"
    return int.from_bytes(header[16:20]), int.from_bytes(header[20:24])


@pytest.fixture
def folder(tmp_path):
    videos = tmp_path / "videos"
    videos.mkdir()
    write_video(videos / "a.mp4")
    (videos / "clips.csv").write_text("video_path,caption\na.mp4,a red dot\n")
    return tmp_path


@pytest.mark.ci
@pytest.mark.long
@pytest.mark.timeout(900)  # five processes, on a busy machine
def test_every_kind_of_source(folder):
    prepare(folder / "videos", folder / "records")
    prepare_dmvr(folder / "videos", folder / "dmvr")
    printed = {}
    for source in ("records", "dmvr", "videos", "videos/a.mp4"):
        code, printed[source], error = inspect(source, "--clips", 2, cwd=folder)
        assert code == 0, error[-3000:]
        assert printed[source].count("video (1, 8, 64, 64, 3)") == 2
        assert "Picture: inspect.png" in printed[source]
        assert size(folder / "inspect.png")[0] == 1400
        (folder / "inspect.png").unlink()
    assert printed["records"] == printed["videos"]  # the same draws of the same clip
    code, out, error = inspect(
        "videos", "--views", "--windows", 2, "--output", "views/a.png", cwd=folder
    )
    assert code == 0, error[-3000:]
    assert "video (6, 8, 64, 64, 3), audio (2, 38400, 1)" in out
    assert size(folder / "views" / "a.png")[0] == 1400


@pytest.mark.long
@pytest.mark.timeout(900)
def test_attention_and_kept_tokens(folder):
    attention = ("--attention", "seen/attention.png", "--kept-tokens", "kept.png")
    code, out, error = inspect(
        "videos", "--preset", "vatt_tiny_agnostic", *attention, cwd=folder
    )
    assert code == 0, error[-3000:]
    assert "a.mp4" in out and "Picture: kept.png" in out
    assert size(folder / "seen" / "attention.png")[0] == 1400
    assert size(folder / "kept.png")[0] == 1400
    assert not (folder / "inspect.png").exists()


@pytest.mark.long
@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("nowhere",), "'nowhere' is no such folder"),
        (("videos", "--split", "dev"), "no split 'dev'"),
        (("videos", "--preset", "vatt_tinny"), "vatt_tiny"),
        (("videos", "--views", "--crops", 2), "num_crops=2"),
        (("videos", "--attention", "a.jpg"), "ends in .png"),
    ],
)
def test_bad_input_is_told_in_a_line(folder, args, message):
    code, out, error = inspect(*args, cwd=folder)
    assert code == 1 and message in error and "Traceback" not in error
    assert not out and not (folder / "inspect.png").exists()
