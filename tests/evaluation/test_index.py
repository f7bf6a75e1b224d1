import json

import keras
import numpy as np
import pytest
from typer.testing import CliRunner

from keras_vatt import evaluation
from keras_vatt.cli import app
from keras_vatt.evaluation.index_format import SPACES, write_index
from keras_vatt.evaluation.merge_windows import merge_windows
from keras_vatt.evaluation.query import Query
from tests.evaluation.search_files import toy_pretrainer, write_clip, write_sound


@pytest.fixture(autouse=True)
def same_seed():
    """One model serves all tests here, so there is no session to clear after each."""


def random_index(folder, rows=500, dim=12, modality="video"):
    """An index of random vectors of all lengths: five windows a file, half over."""
    rng = np.random.default_rng(0)
    number = np.arange(rows)
    part = {
        "modality": np.array(modality),
        "path": np.array([f"{n // 5:03}.mp4" for n in number]),
        "start": number % 5 * 1.5,
        "end": number % 5 * 1.5 + 3.0,
        "text": np.array([""] * rows),
        "skipped": np.zeros((0, 4), "U1"),
    }
    for space in SPACES[modality]:
        scale = rng.uniform(0.1, 10, (rows, 1))
        part[space] = (scale * rng.normal(size=(rows, dim))).astype("float32")
    np.savez(folder / "part.npz", **part)
    facts = {"preset": "toy", "checksum": "abc", "root": str(folder)}
    write_index(folder / "index", facts, [folder / "part.npz"])
    return evaluation.Index(folder / "index"), part


def cosines(vectors, query):
    vectors = vectors.astype("float64")
    return vectors @ query / np.linalg.norm(vectors, axis=1) / np.linalg.norm(query)


@pytest.mark.parametrize(
    ("asked", "own", "searched"),
    [
        ("text", "text_to_video", "video_to_text"),
        ("audio", "audio_to_video", "video_to_audio"),
        ("video", "pooled", "pooled"),
    ],
)
def test_exact_search_is_numpys_in_the_space_of_the_query(
    tmp_path, asked, own, searched
):
    index, part = random_index(tmp_path)
    assert isinstance(index.vectors("video", searched), np.memmap)
    vector = np.random.default_rng(1).normal(size=12).astype("float32")
    hits = index.search(Query(asked, {own: vector}, "abc"), top=40)
    score = cosines(part[searched], vector)
    # Every file's best window stands for it, unless two of its windows lie apart.
    first = int(np.argmax(score))
    assert (hits[0].path, hits[0].best) == (part["path"][first], part["start"][first])
    assert hits[0].score == pytest.approx(score[first], abs=1e-5)
    assert len(hits) == 40
    assert [h.score for h in hits] == sorted([h.score for h in hits], reverse=True)
    for hit in hits:
        row = np.flatnonzero(
            (part["path"] == hit.path) & (part["start"] == hit.best)
        ).item()
        assert hit.score == pytest.approx(score[row], abs=1e-5)
    spans = sorted((h.path, h.start, h.end) for h in hits)
    assert all(a[0] != b[0] or a[2] <= b[1] for a, b in zip(spans, spans[1:]))
    # Nothing better was left out: all windows above the last hit lie within hits.
    for row in np.flatnonzero(score > hits[-1].score + 1e-6):
        path, start, end = part["path"][row], part["start"][row], part["end"][row]
        assert any(s < end and start < e for p, s, e in spans if p == path)


@pytest.mark.parametrize("engine", ["exact", "faiss"])
def test_of_several_windows_the_nearest_counts(tmp_path, engine):
    if engine == "faiss":
        pytest.importorskip("faiss", reason="FAISS is not installed")
    index, part = random_index(tmp_path)
    windows = part["pooled"][[7, 231]]
    hits = index.search(Query("video", {"pooled": windows}, "abc"), 40, engine=engine)
    assert {(hit.path, hit.best) for hit in hits[:2]} == {
        ("001.mp4", 3.0),
        ("046.mp4", 1.5),
    }
    score = np.maximum(*(cosines(part["pooled"], window) for window in windows))
    for hit in hits:
        row = np.flatnonzero(
            (part["path"] == hit.path) & (part["start"] == hit.best)
        ).item()
        assert hit.score == pytest.approx(score[row], abs=1e-5)
    assert [h.score for h in hits] == sorted([h.score for h in hits], reverse=True)


def test_every_row_can_be_found(tmp_path):
    index, part = random_index(tmp_path, rows=50)
    query = Query("video", {"pooled": part["pooled"][17]}, "abc")
    hits = index.search(query, top=1000)
    assert sum(hit.windows for hit in hits) == 50
    assert (hits[0].path, hits[0].best) == ("003.mp4", 3.0)
    assert hits[0].score == pytest.approx(1.0, abs=1e-5)


def test_overlapping_windows_are_merged():
    ranked = [
        ("a", 4.0, 7.0, 0.8),
        ("b", 0.0, 3.0, 0.7),
        ("a", 5.5, 8.5, 0.6),  # grows the first
        ("a", 10.0, 13.0, 0.55),  # apart
        ("a", 8.0, 11.0, 0.5),  # joins the two
        ("a", 2.5, 5.5, 0.3),  # less than half: shows where it begins
        ("a", 1.0, 4.0, 0.2),  # touches, does not overlap
        ("c", 0.0, 3.0, 0.1),  # one too many
        ("b", 1.0, 4.0, 0.6),  # never read
    ]
    found = merge_windows(iter(ranked), top=3)
    assert [
        (f["file"], f["start"], f["end"], f["best"], f["windows"]) for f in found
    ] == [
        ("a", 4.0, 13.0, 4.0, 5),
        ("b", 0.0, 3.0, 0.0, 1),
        ("a", 1.0, 4.0, 1.0, 1),
    ]


def test_faiss_finds_the_same(tmp_path):
    pytest.importorskip("faiss", reason="FAISS is not installed (keras-vatt[index])")
    index, part = random_index(tmp_path)
    for seed in range(5):
        vector = np.random.default_rng(seed).normal(size=12).astype("float32")
        query = Query("text", {"text_to_video": vector}, "abc")
        one, other = (index.search(query, 9, engine=e) for e in ("exact", "faiss"))
        assert [(h.path, h.start, h.end) for h in one] == [
            (h.path, h.start, h.end) for h in other
        ]
        np.testing.assert_allclose(
            [h.score for h in one], [h.score for h in other], atol=1e-5
        )


def test_what_does_not_fit_is_refused_by_name(tmp_path):
    index, _ = random_index(tmp_path)
    vector = np.ones(12, "float32")
    with pytest.raises(ValueError, match=r"'toy' \(checksum abc\).*'other' \(xyz\)"):
        index.search(Query("text", {"text_to_video": vector}, "xyz", "other"))
    query = Query("text", {"text_to_video": vector}, "abc")
    with pytest.raises(ValueError, match="modality='audio'"):
        index.search(query, modality="audio")
    with pytest.raises(ValueError, match="top=0"):
        index.search(query, top=0)
    (tmp_path / "other").mkdir()
    sounds, _ = random_index(tmp_path / "other", modality="audio")
    with pytest.raises(ValueError, match="text cannot be compared"):
        sounds.search(query)
    with pytest.raises(FileNotFoundError, match="is no index"):
        evaluation.Index(tmp_path)


def test_a_file_outside_the_root_is_not_given(tmp_path):
    index, _ = random_index(tmp_path)
    (tmp_path / "000.mp4").write_bytes(b"x")
    (tmp_path / "001.mp4").symlink_to("/etc/hostname")
    assert index.file("video", 0) == str(tmp_path.resolve() / "000.mp4")
    with pytest.raises(ValueError, match="outside the data root"):
        index.file("video", 1)
    for number in (-1, 100):
        with pytest.raises(IndexError):
            index.file("video", number)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory):
    """A toy preset, six clips of 0.4 s with sound, and their index."""
    folder = tmp_path_factory.mktemp("embedded")
    keras.utils.set_random_seed(1)
    pretrainer = toy_pretrainer()
    pretrainer.save_to_preset(str(folder / "preset"))
    (folder / "clips").mkdir()
    for number in range(6):
        write_clip(folder / "clips" / f"{number}.mp4", number, 4)
    write_sound(folder / "clips" / "tone.wav", 9)
    evaluation.embed_files(
        pretrainer, folder / "clips", folder / "index", folder / "preset"
    )
    return folder, pretrainer


def test_words_sound_and_clip_are_the_models_vectors(embedded):
    folder, pretrainer = embedded
    index = evaluation.Index(folder / "index")
    words = evaluation.embed_query(pretrainer, words="A red DOG!")
    ids = np.array([[2, 3, 4, 0, 0]], "int32")
    expected = pretrainer({"text": ids}, training=False)["text_to_video"]
    expected = keras.ops.convert_to_numpy(expected)[0]
    np.testing.assert_allclose(words.vectors["text_to_video"], expected, atol=1e-5)
    score = cosines(index.vectors("video", "video_to_text"), expected)
    (hit,) = index.search(words, top=1)
    assert hit.path == f"{np.argmax(score)}.mp4"
    assert hit.score == pytest.approx(score.max(), abs=1e-4)

    clip = evaluation.embed_query(pretrainer, video=folder / "clips" / "3.mp4")
    (hit,) = index.search(clip, top=1)
    assert (hit.path, hit.start, hit.end) == ("3.mp4", 0.0, pytest.approx(0.4))
    assert hit.score == pytest.approx(1.0, abs=1e-4)
    sound = evaluation.embed_query(pretrainer, audio=folder / "clips" / "tone.wav")
    (hit,) = index.search(sound, top=1, modality="audio")
    assert hit.path == "tone.wav" and hit.modality == "audio"
    score = cosines(
        index.vectors("video", "video_to_audio"), sound.vectors["audio_to_video"]
    )
    assert index.search(sound, top=1)[0].path == f"{np.argmax(score)}.mp4"

    for wrong, message in (
        ({"words": "?!"}, "none of the words"),
        ({"words": "zebra"}, "none of the words"),
        ({}, "one of words"),
        ({"words": "a", "audio": "x.wav"}, "one of words"),
        ({"audio": folder / "none.wav"}, "cannot be read"),
    ):
        with pytest.raises(ValueError, match=message):
            evaluation.embed_query(pretrainer, **wrong)


def test_the_commands_embed_and_search(embedded, tmp_path):
    folder, _ = embedded

    def run(*args):
        return CliRunner().invoke(app, list(map(str, args)))

    result = run("search", "a red dog", "--index", folder / "index", "--json")
    hits = json.loads(result.stdout)
    assert len(hits) == 6 and {"path", "start", "end", "score"} <= set(hits[0])
    result = run(
        "search", "--video", folder / "clips" / "4.mp4", "--index", folder / "index"
    )
    first = result.stdout.splitlines()[0].split()
    assert first == ["1", "1.000", "0:00.0", "-", "0:00.4", "4.mp4"]
    keras.utils.set_random_seed(2)
    toy_pretrainer().save_to_preset(str(tmp_path / "other"))
    result = run(
        "search", "a", "--index", folder / "index", "--preset", tmp_path / "other"
    )
    assert result.exit_code == 1 and str(folder / "preset") in result.output
    result = run(
        "embed",
        folder / "no",
        "--preset",
        folder / "preset",
        "--output",
        tmp_path / "x",
    )
    assert result.exit_code == 1 and "There is no file or folder" in result.output
    result = run("search", "--index", folder / "index", "--serve", "--host", "0.0.0.0")
    assert result.exit_code == 1 and "Expected a password" in result.output
