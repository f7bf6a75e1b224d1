import csv
import errno
import os
import pathlib
import resource
import subprocess
import sys
import time

import pytest
import tensorflow_datasets as tfds
from tensorflow_datasets.core import shuffle
from typer.testing import CliRunner

from keras_vatt import cli, data
from keras_vatt.data import records
from keras_vatt.datasets import prepare
from tests.data.media_files import write_video


@pytest.fixture
def videos(tmp_path):
    """Four good clips, and what can be wrong with one."""
    folder = tmp_path / "videos"
    folder.mkdir()
    for index in range(4):
        write_video(folder / f"{index}.mp4", num_frames=5, audio_seconds=0.2)
    whole = (folder / "0.mp4").read_bytes()
    (folder / "half.mp4").write_bytes(whole[: len(whole) // 2])
    (folder / "list.mp4").write_text("#EXTM3U\n0.mp4\n")
    (tmp_path / "outside.mp4").write_bytes(whole)
    (folder / "link.mp4").symlink_to(tmp_path / "outside.mp4")
    (folder / "clips.csv").write_text(
        "video_path,start,end,caption,label,split\n"
        "0.mp4,,,one,dog,train\n"
        "1.mp4,,,two,cat,train\n"
        "2.mp4,,,three,dog,train\n"
        "3.mp4,,,four,cat,test\n"
        "half.mp4,,,x,,\n"
        "list.mp4,,,x,,\n"
        "link.mp4,,,x,,\n"
        "missing.mp4,,,x,,\n"
        "http://127.0.0.1:9/a.mp4,,,x,,\n"
        "0.mp4,3,1,x,,\n"
    )
    return folder


def left_over(output):
    return [n for n in os.listdir(output / records.NAME) if n != ".lock"]


def test_counts_and_reasons(videos, tmp_path):
    seen = []
    output = tmp_path / "records"
    report = prepare(videos, output, progress=lambda *done: seen.append(done))
    assert report.written == {"train": 3, "test": 1} and report.num_written == 4
    assert seen == [(k + 1, 9) for k in range(9)]
    expected = {
        "half.mp4": "not a video that can be read",
        "list.mp4": "is a playlist",
        "link.mp4": "outside the data root",
        "missing.mp4": "No such file",
        "http://127.0.0.1:9/a.mp4": "names a protocol",
        "line 11": "Expected end > start",
    }
    reasons = {item.clip_id: item.reason for item in report.skipped}
    assert set(reasons) == set(expected)
    for clip, words in expected.items():
        assert words in reasons[clip]
    with open(output / "skipped.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["clip_id"]: row["reason"] for row in rows} == reasons
    assert "4 clips written (1 test, 3 train)" in str(report)
    assert "6 clips skipped" in str(report) and "is a playlist" in str(report)
    assert sorted(os.listdir(output)) == ["skipped.csv", "vatt_clips"]
    assert left_over(output) == ["1.0.0"]
    # It is a TFDS dataset like any other.
    builder = tfds.builder_from_directory(records.folder(output))
    clips = list(tfds.as_numpy(builder.as_dataset(split="train")))
    assert {c["id"]: int(c["labels"][0]) for c in clips} == {
        b"0.mp4": 1,
        b"1.mp4": 0,
        b"2.mp4": 1,
    }
    assert clips[0]["frames"].shape == (5, 64, 64, 3)
    assert data.class_names(output) == ["cat", "dog"]


def test_a_finished_one_is_reused_or_replaced(videos, tmp_path):
    output = tmp_path / "records"
    first = prepare(videos, output, allow_outside=True)
    assert first.written == {"train": 4, "test": 1}  # the link too
    os.remove(output / "skipped.csv")
    again = prepare(videos, output, allow_outside=True)
    assert again.reused and not first.reused
    assert (again.written, again.skipped) == (first.written, first.skipped)
    assert (output / "skipped.csv").exists()
    with pytest.raises(ValueError, match="other rows or settings.*overwrite"):
        prepare(videos, output, allow_outside=True, short_side=32)
    report = prepare(videos, output, short_side=32, overwrite=True)
    assert report.written == {"train": 3, "test": 1} and not report.reused
    assert left_over(output) == ["1.0.0"]


def test_nothing_to_write(videos, tmp_path):
    (videos / "clips.csv").write_text(
        "video_path,split\n0.mp4,train\nhalf.mp4,test\n", encoding="utf-8"
    )
    output = tmp_path / "records"
    with pytest.raises(ValueError, match="No clip of a split.*1 skipped: 'half.mp4'"):
        prepare(videos, output)
    assert "half.mp4" in (output / "skipped.csv").read_text()
    assert left_over(output) == []


@pytest.mark.parametrize(
    "kwargs", [{"frame_rate": 0.0}, {"short_side": 0}, {"jpeg_quality": 101}]
)
def test_bad_arguments(videos, tmp_path, kwargs):
    ((name, value),) = kwargs.items()
    with pytest.raises(ValueError, match=f"{name}={value}"):
        prepare(videos, tmp_path / "records", **kwargs)


def check_starts_over(videos, output):
    """Nothing half-written is taken for whole, and another run writes it all."""
    with pytest.raises(FileNotFoundError, match="not finished.*Run it"):
        data.vocabulary(output)
    report = prepare(videos, output)
    assert report.written == {"train": 3, "test": 1} and not report.reused
    assert left_over(output) == ["1.0.0"]
    assert set(data.vocabulary(output)) == {"<pad>", "<unk>", "one", "two", "three"}


def test_a_full_disk(videos, tmp_path, monkeypatch):
    add = shuffle.Shuffler.add
    output = tmp_path / "records"
    calls = []

    def full(self, key, value):
        calls.append(key)
        if len(calls) == 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return add(self, key, value)

    with monkeypatch.context() as patch:
        patch.setattr(shuffle.Shuffler, "add", full)
        with pytest.raises(OSError, match="disk of .*records' is full.*Free space"):
            prepare(videos, output)
    assert left_over(output) == []
    check_starts_over(videos, output)


def test_files_that_cannot_grow(videos, tmp_path):
    output = tmp_path / "records"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(OSError, match="disk of .*records' is full"):
            prepare(videos, output)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert left_over(output) == []
    check_starts_over(videos, output)


KILLED = """
import pathlib, sys, time
from keras_vatt.datasets import prepare
def wait(done, total):
    if done == 3:
        pathlib.Path(sys.argv[3]).touch()
        time.sleep(100)
prepare(sys.argv[1], sys.argv[2], progress=wait)
"""


def test_kill_in_the_middle(videos, tmp_path):
    output, mark = tmp_path / "records", tmp_path / "mark"
    arguments = [str(path) for path in (videos, output, mark)]
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, *arguments],
        stderr=subprocess.DEVNULL,
        cwd=pathlib.Path(__file__).parents[2],
    ) as process:
        try:
            until = time.monotonic() + 120
            while not mark.exists():
                assert process.poll() is None and time.monotonic() < until
                time.sleep(0.05)
            with pytest.raises(OSError, match="Another process is preparing"):
                prepare(videos, output)
        finally:
            process.kill()
    assert any(name.startswith("incomplete.") for name in left_over(output))
    check_starts_over(videos, output)


def test_a_kill_while_replacing(videos, tmp_path, monkeypatch):
    output = tmp_path / "records"
    prepare(videos, output)

    def killed(path, *args, **kwargs):
        os.remove(next(pathlib.Path(path).glob("*train*")))
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("shutil.rmtree", killed)
        with pytest.raises(KeyboardInterrupt):
            prepare(videos, output, short_side=32, overwrite=True)
    check_starts_over(videos, output)


def test_commands(videos, tmp_path):
    run = CliRunner().invoke
    output, words = str(tmp_path / "records"), str(tmp_path / "words.txt")
    result = run(cli.app, ["prepare", str(videos), output])
    assert result.exit_code == 0, result.output
    assert "4 clips written (1 test, 3 train)" in result.output
    assert "6 clips skipped" in result.output and "is a playlist" in result.output
    result = run(cli.app, ["vocabulary", output, words])
    assert result.exit_code == 0, result.output
    assert f"5 words written to {words}" in result.output
    result = run(cli.app, ["prepare", str(tmp_path / "none"), output])
    assert result.exit_code == 1 and "no file or folder" in result.output
    with pytest.warns(UserWarning, match="no clips and are skipped"):
        result = run(cli.app, ["vocabulary", str(videos), words])  # as they are
    assert result.exit_code == 0 and f"words written to {words}" in result.output
