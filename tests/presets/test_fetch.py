"""What can go wrong between the bucket and the cache; none leaves a broken cache."""

import functools
import http.server
import json
import os
import subprocess
import sys
import threading

import numpy as np
import pytest

from keras_vatt import presets
from keras_vatt.conversion.written_whole import written_whole
from tests.presets import bucket

GOLDEN = "wat_classifier"
NAME = bucket.NAMES[GOLDEN]


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder; `broken` maps a suffix of the path to what goes wrong."""

    broken = {}
    asked = []

    def do_GET(self):
        self.asked.append(self.path)
        for suffix, what in self.broken.items():
            if self.path.endswith(suffix):
                body = b"<!DOCTYPE html><title>Sign in</title>"
                self.send_response(200)
                # Of a file that is cut off, the length was promised.
                length = 10_000 if what == "cut" else len(body)
                self.send_header("Content-Length", str(length))
                self.end_headers()
                self.wfile.write(body)
                return
        super().do_GET()

    def log_message(self, *args):
        pass


@pytest.fixture
def server(base):
    """The address of a web server of the golden bucket."""
    bucket.fill(base, GOLDEN)
    Handler.broken, Handler.asked = {}, []
    handler = functools.partial(Handler, directory=str(base))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{web.server_address[1]}/"
        web.shutdown()


def files(folder):
    return sorted(p.name for p in folder.rglob("*") if p.is_file())


def test_fetched_once_over_the_web_and_written_down(server, cache):
    folder = presets.path(NAME, base=server)
    assert len(Handler.asked) == 2
    assert presets.path(NAME, base=server) == folder
    assert len(Handler.asked) == 2
    assert not list((cache / "downloads").rglob("*ckpt*"))  # converted, not kept
    card = open(os.path.join(folder, "README.md")).read()
    assert card.count("seen by this machine") == 2 and "verified" not in card
    assert "mAP 39.4" in card and "reported by the authors" in card
    assert "`model/layer_with_weights-0/_ops/cls/kernel`" in card
    assert presets.load(NAME).num_classes > 1


@pytest.mark.parametrize(
    ("suffix", "what", "message"),
    [
        (".index", "page", "web page"),
        ("00001", "page", "web page"),
        ("00001", "cut", "could not be fetched"),
    ],
)
def test_a_web_page_and_an_interrupted_download(server, cache, suffix, what, message):
    Handler.broken = {suffix: what}
    with pytest.raises(OSError, match=message):
        presets.path(NAME, base=server)
    assert not (cache / "presets").exists()
    assert not [name for name in files(cache) if name.endswith((suffix, "partial"))]
    Handler.broken = {}
    assert presets.load(NAME, base=server).num_classes > 1


def test_nobody_answers(cache):
    with pytest.raises(OSError, match="could not be fetched"):
        presets.path(NAME, base="http://127.0.0.1:9/")
    assert not (cache / "presets").exists()


def test_a_truncated_download_is_not_kept(server, base, cache):
    target = bucket.fill(base, GOLDEN)
    data = target.with_name(target.name + bucket.SUFFIXES[1])
    whole = data.read_bytes()
    data.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="cannot be read.*fetch it again"):
        presets.path(NAME, base=server)
    assert files(cache) == [f"{NAME}.lock"]
    data.write_bytes(whole)
    assert presets.load(NAME, base=server).num_classes > 1


def test_another_model_under_the_name(base, cache):
    other = bucket.fill(base, "vit_classifier")
    target = bucket.fill(base, GOLDEN)
    for suffix in bucket.SUFFIXES:
        os.replace(f"{other}{suffix}", f"{target}{suffix}")
    with pytest.raises(ValueError, match="checkpoint of another model.*its form is"):
        presets.path(NAME, base=str(base))
    assert files(cache) == [f"{NAME}.lock"]


def test_a_folder_that_lacks_the_file(base):
    with pytest.raises(
        FileNotFoundError, match="wat_base.*copy of the authors' bucket"
    ):
        presets.load(NAME, base=str(base))


def test_a_cache_that_cannot_be_written(base, tmp_path, monkeypatch):
    bucket.fill(base, GOLDEN)
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("KERAS_VATT_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(OSError, match="set KERAS_VATT_CACHE"):
        presets.load(NAME, base=str(base))


def test_what_a_killed_conversion_left_is_swept_away(tmp_path):
    left = tmp_path / "model.partial"
    left.mkdir()
    (left / "half").write_text("")
    with written_whole(tmp_path / "model") as aside:
        (aside / "whole").write_text("")
        assert not (tmp_path / "model").exists()
    assert files(tmp_path) == ["whole"]
    with pytest.raises(RuntimeError), written_whole(tmp_path / "other"):
        raise RuntimeError
    assert files(tmp_path) == ["whole"]


@pytest.mark.ci
@pytest.mark.long
def test_two_processes_at_once_convert_once(base, cache):
    """Real processes, with the sizes of the golden model in the table of each."""
    bucket.fill(base, GOLDEN)
    code = f"""
import importlib
from keras_vatt import presets
from keras_vatt.presets import released
from tests.presets import bucket
path = importlib.import_module("keras_vatt.presets.path")
released.RELEASED[{NAME!r}] = bucket.golden_row({GOLDEN!r})
done = []
convert = path.convert
path.convert = lambda *a, **k: (done.append(1), convert(*a, **k))
model = presets.load({NAME!r}, base={str(base)!r})
print(len(done), model.count_params())
"""
    root = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
    environment = {**os.environ, "PYTHONPATH": root}
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for _ in range(2)
    ]
    printed = [process.communicate(timeout=280)[0].split() for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert sorted(row[-2] for row in printed) == ["0", "1"]
    assert printed[0][-1] == printed[1][-1]


def test_words_are_read_safely(base, cache, tmp_path):
    words = "\n".join(bucket.WORDS).encode() + b"\n"
    bucket.archive(
        base / "misc_data.tgz",
        {
            "../../escaped.txt": b"no",
            "/absolute.txt": b"no",
            "misc/word_vectors.pkl": b"cos\nsystem\n(S'touch pwned'\ntR.",
            "misc/howto100m_en.txt": words,
        },
    )
    found = presets.fetch_words(base=str(base))
    assert open(found, "rb").read() == words
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bucket", "cache"]
    assert not [name for name in files(cache) if name.endswith((".pkl", "escaped.txt"))]


def test_without_words_the_preset_loads_and_text_says_what_is_missing(base, cache):
    (base / "misc_data.tgz").unlink()
    name = bucket.NAMES["tx_fac"]
    bucket.fill(base, "tx_fac")
    with pytest.warns(UserWarning, match="word list was not found"):
        model = presets.load(name, base=str(base))
    with pytest.raises(ValueError, match="vocabulary=.*howto100m_en.txt"):
        model.preprocessor({"text": ["a red ball"]})
    given = presets.load(name, vocabulary=bucket.WORDS)
    ids = np.asarray(given.preprocessor({"text": ["a red ball"]})["text"])
    assert list(ids[0][:4]) == [4, 5, 6, 0]
    rows = given.backbone.text_backbone.vocabulary_size
    with pytest.raises(ValueError, match=f"{rows + 2} words.* {rows} rows"):
        presets.load(name, vocabulary=["<pad>", "<unk>", *map(str, range(rows))])


def test_damaged_words_are_refused(base, cache):
    (base / "misc_data.tgz").write_bytes(b"\x1f\x8b not an archive")
    with pytest.raises(ValueError, match="not a whole .tgz"):
        presets.fetch_words(base=str(base))
    bucket.archive(base / "misc_data.tgz", {"misc/other.txt": b""})
    with pytest.raises(ValueError, match="holds no howto100m_en.txt"):
        presets.fetch_words(base=str(base))
    assert files(cache) == ["howto100m_en.txt.lock"]


def test_classes_of_other_packages_are_never_made(base, cache, tmp_path):
    bucket.fill(base, GOLDEN)
    folder = presets.path(NAME, base=str(base))
    for name in ("config.json", "task.json", "preprocessor.json"):
        file = os.path.join(folder, name)
        original = open(file).read()
        config = json.loads(original)
        config["config"]["name"] = {
            "class_name": "Popen",
            "module": "subprocess",
            "registered_name": None,
            "config": {"args": ["touch", str(tmp_path / "pwned")]},
        }
        open(file, "w").write(json.dumps(config))
        with pytest.raises(ValueError, match=f"{name} names the class 'Popen'"):
            presets.load(NAME)
        open(file, "w").write(original)
    assert not (tmp_path / "pwned").exists()
