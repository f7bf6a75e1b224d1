import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

import keras
import numpy as np
import pytest

from keras_vatt import data, evaluation
from keras_vatt.data.clip_row import ClipRow
from keras_vatt.data.listing import Listing
from tests.data.media_files import write_video
from tests.evaluation.search_files import (
    hearing,
    toy_pretrainer,
    write_clip,
    write_sound,
)

SHORT = "deep/short.mp4"


@pytest.fixture(autouse=True)
def same_seed():
    """One model serves all tests here, so there is no session to clear after each."""


@pytest.fixture(scope="module")
def pretrainer():
    keras.utils.set_random_seed(1)
    return toy_pretrainer()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Seven clips of 1 to 1.3 s, a short one, three sounds, and four broken files."""
    folder = tmp_path_factory.mktemp("media")
    (folder / "deep").mkdir()
    for number in range(7):
        write_clip(folder / f"clip{number}.mp4", number, 10 + number % 4)
    write_clip(folder / "deep" / "short.mp4", 7, 3)
    for number in range(3):
        write_sound(folder / f"sound{number}.wav", number)
    (folder / "broken.mp4").write_bytes(b"\0" * 500)
    (folder / "cut.mp4").write_bytes((folder / "clip1.mp4").read_bytes()[:-3000])
    (folder / "list.mp4").write_text("#EXTM3U\n/etc/passwd\n")
    os.symlink("/etc/hostname", folder / "outside.wav")
    (folder / "notes.md").write_text("no media")
    return folder


def contents(index):
    return {p.name: p.read_bytes() for p in sorted(pathlib.Path(index).iterdir())}


@pytest.fixture(scope="module")
def index(pretrainer, folder, tmp_path_factory):
    output = tmp_path_factory.mktemp("index") / "whole"
    evaluation.embed_files(pretrainer, folder, output, "toy", hop=0.2, batch_size=4)
    return evaluation.Index(output)


def test_windows_are_those_that_load_cuts_and_vectors_those_of_the_model(
    pretrainer, folder, index
):
    windows = index.windows("video")
    rows = [
        (str(windows["paths"][path]), float(start), float(end))
        for path, start, end in zip(windows["path"], windows["start"], windows["end"])
    ]
    # 13 frames at 10/s, windows of 4 each 2: the last ends at 1.2, an eighth is left.
    found = [(s, e) for path, s, e in rows if path == "clip3.mp4"]
    expected = [(0, 0.4), (0.2, 0.6), (0.4, 0.8), (0.6, 1.0), (0.8, 1.2), (0.9, 1.3)]
    np.testing.assert_allclose(found, expected, atol=1e-6)
    np.testing.assert_allclose(
        [(s, e) for path, s, e in rows if path == SHORT], [(0, 0.3)]
    )
    chosen = [n for n, row in enumerate(rows) if row[0] in ("clip3.mp4", SHORT)]
    clips = [ClipRow("x", *rows[n], (), ("x",), "test") for n in chosen]
    batches = data.load(
        Listing(clips, [], ["x"], str(folder)),
        "test",
        task="video",
        batch_size=16,
        preprocessor=pretrainer.preprocessor,
    )
    batches = [{"video": frames} for frames, _ in batches]
    by_hand = evaluation.embed_dataset(pretrainer, batches, ("video",))
    assert len(by_hand["video"]) == 7
    for space in ("video_to_text", "video_to_audio", "pooled"):
        found = index.vectors("video", space)[chosen]
        expected = by_hand["video" if space == "pooled" else space]
        np.testing.assert_allclose(found, expected, atol=1e-4)
        assert found.std(axis=0).min() > 1e-3  # windows differ


def test_sounds_are_windows_of_their_samples(pretrainer, folder, index, tmp_path):
    wave = write_sound(tmp_path / "same.wav", 2)
    windows = index.windows("audio")
    own = windows["path"] == windows["paths"].tolist().index("sound2.wav")
    # 0.25 s in windows of 0.1 s each 0.2 s: at 0, and as much is left at the end.
    np.testing.assert_allclose(windows["start"][own], [0, 7136 / 48000], atol=1e-9)
    cut = np.stack([wave[:4864], wave[7136:12000]])[..., None]
    expected = pretrainer({"audio": cut}, training=False)["audio_to_video"]
    np.testing.assert_allclose(
        index.vectors("audio", "audio_to_video")[own],
        keras.ops.convert_to_numpy(expected),
        atol=1e-5,
    )


def test_what_cannot_be_read_is_listed_with_its_reason(index):
    skipped = (pathlib.Path(index.folder) / "skipped.csv").read_text()
    for name, reason in (
        ("broken.mp4", "not a video that can be read"),
        ("cut.mp4", ""),
        ("list.mp4", "playlist"),
        ("outside.wav", "outside the data root"),
    ):
        (line,) = [row for row in skipped.splitlines() if row.startswith(name)]
        assert reason in line
    assert len(skipped.splitlines()) == 5 and index.header["skipped"] == 4


def test_with_sound_a_video_is_found_by_what_it_sounds_like(tmp_path):
    pretrainer = hearing(toy_pretrainer())
    clips = tmp_path / "clips"
    clips.mkdir()
    for number in range(4):
        write_clip(clips / f"{number}.mp4", number, 3)
    write_sound(clips / "tone.wav", 9, seconds=0.1)
    write_video(clips / "silent.mp4", num_frames=2, audio_seconds=None)
    index, plain = (
        evaluation.embed_files(pretrainer, clips, tmp_path / name, with_sound=heard)
        for name, heard in (("heard", True), ("plain", False))
    )
    assert index.num_skipped == plain.num_skipped == 0  # silence is nothing amiss
    assert plain.modalities["audio"]["rows"] == 1
    heard, seen = (evaluation.Index(report.path) for report in (index, plain))
    windows = heard.windows("audio")
    assert windows["paths"].tolist() == ["tone.wav", *(f"{n}.mp4" for n in range(4))]
    for space in ("pooled", "video_to_audio"):  # nothing else has changed
        np.testing.assert_array_equal(
            heard.vectors("video", space), seen.vectors("video", space)
        )
    for number in range(4):
        query = evaluation.embed_query(pretrainer, audio=clips / f"{number}.mp4")
        hits = heard.search(query, modality="audio")
        assert hits[0].path == f"{number}.mp4" and hits[0].score > 0.9999
        assert all(hit.score < 0.9999 for hit in hits if hit.path != hits[0].path)
    assert heard.search(query)[0].modality == "video"  # as long as nothing is said


class Stopped(Exception):
    pass


def test_stopped_and_started_again_gives_the_same_bytes(
    pretrainer, folder, tmp_path, monkeypatch
):
    monkeypatch.setattr(sys.modules["keras_vatt.evaluation.embed_files"], "_PART", 8)

    def embed(name, stop=None):
        seen = 0

        def progress(done, total):
            nonlocal seen
            seen += 1
            if seen == stop:
                raise Stopped

        return evaluation.embed_files(
            pretrainer, folder, tmp_path / name, "toy", 0.2, 4, progress=progress
        )

    for stop in (3, 22, 20):  # of what is left: within parts, and past broken files
        with pytest.raises(Stopped):
            embed("x", stop)
        assert not (tmp_path / "x").exists()
    (tmp_path / "x.parts" / "part-9999999.npz.partial").write_bytes(b"half")
    assert not embed("x").reused
    embed("undisturbed")
    assert contents(tmp_path / "x") == contents(tmp_path / "undisturbed")
    assert embed("x").reused
    assert sorted(os.listdir(tmp_path)) == ["undisturbed", "x"]


def test_another_job_is_refused_by_what_differs(pretrainer, folder, tmp_path):
    output = tmp_path / "x"
    evaluation.embed_files(pretrainer, folder / "sound0.wav", output, "toy")
    with pytest.raises(FileExistsError, match="hop was None and is 0.1"):
        evaluation.embed_files(pretrainer, folder / "sound0.wav", output, "toy", 0.1)
    evaluation.embed_files(
        pretrainer, folder / "sound0.wav", output, "toy", 0.05, overwrite=True
    )
    assert len(evaluation.Index(output)) == 4
    (tmp_path / "mine").mkdir()
    with pytest.raises(FileExistsError, match="no index"):
        evaluation.embed_files(
            pretrainer, folder / "sound0.wav", tmp_path / "mine", overwrite=True
        )
    with pytest.raises(ValueError, match="broken.mp4.*Expected one of"):
        evaluation.embed_files(pretrainer, folder / "broken.mp4", tmp_path / "y")
    with pytest.raises(ValueError, match="hop=-1"):
        evaluation.embed_files(pretrainer, folder, tmp_path / "y", hop=-1)
    with pytest.raises(FileNotFoundError, match="no media file"):
        evaluation.embed_files(pretrainer, tmp_path / "mine", tmp_path / "y")


def test_sentences_are_embedded_line_by_line_and_a_vocabulary_is_asked_for(
    pretrainer, tmp_path
):
    (tmp_path / "lines.txt").write_text("a red dog\n\nA dog barks!\n")
    evaluation.embed_files(pretrainer, tmp_path / "lines.txt", tmp_path / "x")
    index = evaluation.Index(tmp_path / "x")
    ids = np.array([[2, 3, 4, 0, 0], [2, 4, 5, 0, 0]], "int32")
    expected = pretrainer({"text": ids}, training=False)["text_to_video"]
    np.testing.assert_allclose(
        index.vectors("text", "text_to_video"),
        keras.ops.convert_to_numpy(expected),
        atol=1e-5,
    )
    assert index.windows("text")["text"].tolist() == ["a red dog", "A dog barks!"]
    assert index.windows("text")["start"].tolist() == [0.0, 2.0]
    bare = toy_pretrainer()
    bare.preprocessor.tokenizer = None
    with pytest.raises(ValueError, match="--vocabulary"):
        evaluation.embed_files(bare, tmp_path / "lines.txt", tmp_path / "y")


def test_the_table_is_the_same_in_both_forms(index, tmp_path):
    import pyarrow.parquet

    evaluation.write_table(index, tmp_path / "t.parquet")
    evaluation.write_table(index, tmp_path / "t.npz")
    columns = pyarrow.parquet.read_table(tmp_path / "t.parquet").to_pydict()
    with np.load(tmp_path / "t.npz", allow_pickle=False) as table:
        assert columns["path"] == table["path"].tolist()
        assert columns["space"] == table["space"].tolist()
        vectors = np.split(table["vectors"], np.cumsum(table["lengths"])[:-1])
    for one, other in zip(columns["vector"], vectors, strict=True):
        np.testing.assert_array_equal(np.float32(one), other)
    rows = [n for n, space in enumerate(columns["space"]) if space == "video_to_text"]
    np.testing.assert_array_equal(
        [columns["vector"][n] for n in rows], index.vectors("video", "video_to_text")
    )
    assert set(columns["preset"]) == {"toy"}
    assert set(columns["checksum"]) == {index.checksum}
    with pytest.raises(ValueError, match="t.xlsx"):
        evaluation.write_table(index, tmp_path / "t.xlsx")


def test_the_checksum_is_that_of_the_weights_and_the_time_base(pretrainer, tmp_path):
    from keras_vatt.evaluation.fingerprint import fingerprint

    pretrainer.save_to_preset(str(tmp_path / "preset"))
    loaded = evaluation.load_for_search(str(tmp_path / "preset"))
    assert fingerprint(loaded) == fingerprint(pretrainer)
    loaded.preprocessor.video_converter.frame_rate = 25.0
    assert fingerprint(loaded) != fingerprint(pretrainer)
    loaded.preprocessor.video_converter.frame_rate = 10.0
    bias = next(w for w in loaded.weights if "bias" in w.name)
    bias.assign(bias + 1e-6)
    assert fingerprint(loaded) != fingerprint(pretrainer)


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_killed_at_random_moments_and_started_again(pretrainer, tmp_path):
    """500 clips; the process is killed by SIGKILL until it once comes through."""
    clips = tmp_path / "clips"
    clips.mkdir()
    for number in range(500):
        write_clip(clips / f"{number:03}.mp4", number, 4 + number % 9)
    pretrainer.save_to_preset(str(tmp_path / "preset"))
    code = "from keras_vatt.cli import app; app()"

    def start(output):
        command = [sys.executable, "-c", code, "embed", str(clips), "--preset"]
        command += [str(tmp_path / "preset"), "--output", str(output)]
        with open(tmp_path / "log", "w") as log:
            return subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)

    assert start(tmp_path / "whole").wait(timeout=250) == 0
    rng, kills = random.Random(0), 0
    parts = tmp_path / "killed.parts"
    while kills < 4:
        process = start(tmp_path / "killed")
        before = len(list(parts.glob("part-*"))) if parts.exists() else 0
        while process.poll() is None:
            time.sleep(0.01)
            now = len(list(parts.glob("part-*"))) if parts.exists() else 0
            if now > before:  # at work: any moment will do
                time.sleep(rng.uniform(0, 1.0))
                process.send_signal(signal.SIGKILL)
                process.wait()
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL
        kills += 1
    assert kills >= 1
    last = start(tmp_path / "killed").wait(timeout=250)
    assert last == 0, (tmp_path / "log").read_text()
    assert contents(tmp_path / "killed") == contents(tmp_path / "whole")
    header = json.loads((tmp_path / "whole" / "index.json").read_text())
    assert header["modalities"]["video"]["rows"] > 500
