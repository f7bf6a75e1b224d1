import csv
import pathlib
import shutil

import av
import numpy as np
import pytest

from keras_vatt import demo

COUNTS = {"train": 30, "validation": 2, "test": 8}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "clips"
    demo.write_clips(folder, COUNTS, seed=0, workers=2)
    return folder


def rows_of(folder):
    with open(folder / "clips.csv", newline="") as file:
        return list(csv.DictReader(file))


def test_clips_are_real_files_as_the_table_says(folder):
    rows = rows_of(folder)
    assert len(rows) == 40
    silent = 0
    for row in rows:
        with av.open(str(folder / row["video_path"])) as file:
            frames = [f.to_ndarray(format="rgb24") for f in file.decode(video=0)]
            assert file.streams.video[0].codec_context.name in ("h264", "mpeg4")
            assert len(frames) == round(20 * float(row["end"]))
            has_sound = len(file.streams.audio) == 1
        silent += not has_sound
        assert row["split"] == "train" or (has_sound and row["caption"])
    assert 0 < silent < 10
    assert 0 < sum(not row["caption"] for row in rows) < 10


def test_what_is_decoded_is_what_was_drawn(folder):
    scenes = demo.read_scenes(folder)
    path = next(p for p, s in scenes.items() if s["colour"] == "red")
    with av.open(str(folder / path)) as file:
        frame = next(file.decode(video=0)).to_ndarray(format="rgb24").astype(int)
    assert ((frame[..., 0] - frame[..., 1]) > 80).any()
    loudest = 0.0
    for path in list(scenes)[:6]:
        with av.open(str(folder / path)) as file:
            if file.streams.audio:
                sound = [f.to_ndarray() for f in file.decode(audio=0)]
                loudest = max(loudest, np.abs(np.concatenate(sound, axis=1)).max())
    assert 0.4 < loudest < 1.5


def test_the_same_seed_writes_the_same_and_another_does_not(folder, tmp_path):
    demo.write_clips(tmp_path / "again", COUNTS, seed=0, workers=1)
    demo.write_clips(tmp_path / "other", COUNTS, seed=1, workers=2)
    table = (folder / "clips.csv").read_text()
    assert (tmp_path / "again" / "clips.csv").read_text() == table
    assert (tmp_path / "other" / "clips.csv").read_text() != table
    same = [
        (folder / "clips" / p.name).read_bytes() == p.read_bytes()
        for p in (tmp_path / "again" / "clips").iterdir()
    ]
    assert all(same) and len(same) == 40


def test_finished_clips_are_used_again_and_nothing_is_overwritten(folder, tmp_path):
    before = (folder / "clips.csv").stat().st_mtime_ns
    assert demo.write_clips(folder, COUNTS, seed=0) == str(folder / "clips.csv")
    assert (folder / "clips.csv").stat().st_mtime_ns == before
    with pytest.raises(FileExistsError, match="other files"):
        demo.write_clips(folder, COUNTS, seed=1)
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(FileExistsError, match="Choose another folder"):
        demo.write_clips(tmp_path, COUNTS)


def test_without_h264_it_is_mpeg4(tmp_path, monkeypatch):
    monkeypatch.setattr(av, "codecs_available", av.codecs_available - {"libx264"})
    demo.write_clips(tmp_path / "clips", {"test": 1})
    with av.open(str(tmp_path / "clips" / "clips" / "00000.mp4")) as file:
        assert file.streams.video[0].codec_context.name == "mpeg4"


def test_a_clip_in_two_splits_is_found_by_its_hash(folder, tmp_path):
    rules = demo.check_splits(folder)
    assert rules["clips"] == COUNTS and rules["files"] == 40
    assert rules["equal_captions"] == 1
    shutil.copytree(folder, tmp_path / "copy")
    paths = {row["split"]: row["video_path"] for row in rows_of(folder)}
    shutil.copy(tmp_path / "copy" / paths["train"], tmp_path / "copy" / paths["test"])
    with pytest.raises(ValueError, match="shares"):
        demo.check_splits(tmp_path / "copy")
    assert isinstance(folder, pathlib.Path)
