"""The page as its users meet it: a process of its own, over HTTP and in a browser."""

import concurrent.futures
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import wave

import keras
import pytest

from keras_vatt import evaluation
from keras_vatt.evaluation.media_windows import measure_windows, read_windows
from tests.evaluation.search_files import (
    hearing,
    toy_pretrainer,
    write_clip,
    write_sound,
)

pytestmark = pytest.mark.long
WEB = "Gradio is not installed (keras-vatt[web])"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The address of a page over six clips, of which one link leads outside."""
    pytest.importorskip("gradio", reason=WEB)
    folder = tmp_path_factory.mktemp("page")
    keras.utils.set_random_seed(1)
    pretrainer = hearing(toy_pretrainer())
    pretrainer.save_to_preset(str(folder / "preset"))
    (folder / "clips").mkdir()
    for number in range(6):
        write_clip(folder / "clips" / f"{number}.mp4", number, 4)
    write_clip(folder / "clips" / "short.mp4", 8, 1)  # of one window
    # Browsers play H.264, and no MPEG-4 of the older kind.
    write_clip(folder / "clips" / "long.mp4", 7, 40, codec="libx264")
    evaluation.embed_files(
        pretrainer,
        folder / "clips",
        folder / "index",
        folder / "preset",
        hop=0.2,
        with_sound=True,
    )
    (folder / "secret").write_text("secret")
    (folder / "clips" / "5.mp4").unlink()
    (folder / "clips" / "5.mp4").symlink_to(folder / "secret")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = "from keras_vatt.cli import app; app()"
    command = [sys.executable, "-c", code, "search", "--index", str(folder / "index")]
    (folder / "tmp").mkdir()
    with open(folder / "log", "w") as log:
        process = subprocess.Popen(
            [*command, "--serve", "--port", str(port)],
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "TMPDIR": str(folder / "tmp")},
        )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(2400):
            if url in (folder / "log").read_text():
                break
            assert process.poll() is None, (folder / "log").read_text()
            time.sleep(0.1)
        for _ in range(1200):  # on a busy machine
            try:
                get(url + "/")
                break
            except urllib.error.URLError:
                time.sleep(0.1)
        yield folder, url
        assert get(url + "/")[0] == 200  # it lives
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        assert os.listdir(folder / "tmp") == []
    finally:
        process.kill()


def get(url, data=None, headers=None):
    request = urllib.request.Request(url, data, headers or {})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def uploads(folder):
    return [
        name
        for parent, _, names in os.walk(folder / "tmp")
        for name in names
        if name.endswith((".mp4", ".wav"))
    ]


def test_words_sound_and_clip_find_what_the_command_finds(served):
    client = pytest.importorskip("gradio_client", reason=WEB)
    folder, url = served
    page = client.Client(url, verbose=False)
    index = evaluation.Index(folder / "index")
    pretrainer = evaluation.load_for_search(index.preset)
    clip, sound = folder / "clips" / "3.mp4", folder / "tone.wav"
    write_sound(sound, 3)
    for event, value, question in (
        ("/words", "a red dog", {"words": "a red dog"}),
        ("/clip", client.handle_file(clip), {"video": clip}),
        ("/sound", client.handle_file(sound), {"audio": sound}),
    ):
        cards, hits = page.predict(value, api_name=event)
        query = evaluation.embed_query(pretrainer, **question)
        expected = index.search(query)
        if event == "/sound":  # among sounds first
            expected = index.search(query, modality="audio") + expected
        assert [hit["file"] for hit in hits] == [hit.path for hit in expected]
        assert hits[0]["score"] == pytest.approx(expected[0].score, abs=1e-4)
        played = re.findall(r'<video .*?src="(/media/\w+/\d+)#t=([\d.]+)"', cards)
        assert [float(t) for _, t in played] == pytest.approx(
            [hit.best for hit in expected], abs=0.01
        )
        if event == "/clip":
            assert hits[0]["file"] == "3.mp4" and hits[0]["score"] > 0.999
            assert get(url + played[0][0]) == (200, clip.read_bytes())
    assert uploads(folder) == []


def test_the_sound_of_a_video_finds_it(served):
    client = pytest.importorskip("gradio_client", reason=WEB)
    folder, url = served
    page = client.Client(url, verbose=False)
    planted = folder / "planted.wav"
    preprocessor = evaluation.load_for_search(folder / "preset").preprocessor
    _write_window(folder / "clips" / "short.mp4", preprocessor, planted)
    cards, hits = page.predict(client.handle_file(planted), api_name="/sound")
    assert (hits[0]["file"], hits[0]["modality"]) == ("short.mp4", "audio")
    assert hits[0]["score"] > 0.999
    assert {hit["modality"] for hit in hits} == {"audio", "video"}
    assert cards.index("Sounds like it") < cards.index("Looks as if it sounded so")
    (source,) = re.findall(r'"(/media/audio/\d+)#t=0.00"', cards)[:1]
    assert get(url + source)[0] == 200


def test_what_is_wrong_is_refused_and_nothing_is_left(served):
    client = pytest.importorskip("gradio_client", reason=WEB)
    folder, url = served
    page = client.Client(url, verbose=False)
    (folder / "broken.mp4").write_bytes(b"\0" * 4000)
    for event, value, message in (
        ("/words", " ", "Type a few words"),
        ("/words", "zebra", "vocabulary has none"),
        ("/clip", client.handle_file(folder / "broken.mp4"), "'broken.mp4' is not"),
    ):
        with pytest.raises(Exception, match=message):
            page.predict(value, api_name=event)
    assert uploads(folder) == []
    boundary = {"Content-Type": "multipart/form-data; boundary=x"}
    head = (
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.mp4"\r\n\r\n'
    )
    body = head + bytes(200 * 2**20) + b"\r\n--x--\r\n"
    status, text = get(url + "/gradio_api/upload", body, boundary)
    assert status == 413 and b"100 MiB at most" in text
    assert uploads(folder) == []


def test_nothing_outside_the_root_is_served(served):
    folder, url = served
    names = evaluation.Index(folder / "index").windows("video")["paths"].tolist()
    assert get(f"{url}/media/video/{names.index('4.mp4')}")[0] == 200
    status, text = get(f"{url}/media/video/{names.index('5.mp4')}")
    assert status == 403 and b"secret" not in text
    for path in (
        f"/gradio_api/file={folder}/secret",
        f"/gradio_api/file={folder}/clips/1.mp4",
        "/media/video/99",
        "/media/video/..%2f..%2fsecret",
        "/media/text/0",
    ):
        status, text = get(url + path)
        assert status in (403, 404, 422) and b"secret" != text
    named = b'{"data": [{"path": "%s", "meta": {"_type": "gradio.FileData"}}]}'
    for path in (b"/etc/passwd", str(folder / "clips" / "1.mp4").encode()):
        kind = {"Content-Type": "application/json"}
        assert get(url + "/gradio_api/call/clip", named % path, kind)[0] == 403


def test_ten_users_at_once_are_answered(served):
    client = pytest.importorskip("gradio_client", reason=WEB)
    folder, url = served
    clip = folder / "clips" / "2.mp4"  # the same upload for all of them

    def user(number):
        page = client.Client(url, verbose=False)
        if number % 2:
            return page.predict(client.handle_file(clip), api_name="/clip")
        return page.predict("a red dog", api_name="/words")

    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        found = [hits for _, hits in pool.map(user, range(10))]
    assert all(hits[0]["file"] == "2.mp4" for hits in found[1::2])
    assert all(hits == found[0] for hits in found[::2])
    assert uploads(folder) == []


def test_in_a_browser_the_clip_plays_at_the_right_second(served, tmp_path):
    driver = pytest.importorskip(
        "playwright.sync_api", reason="Playwright is not installed"
    )
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("there is no chromium on this machine")
    folder, url = served
    # Frames 2.6 to 3.0 of the long clip, as a file of their own.
    planted = _cut(folder / "clips" / "long.mp4", tmp_path / "part.mp4", 26, 4)
    index = evaluation.Index(folder / "index")
    pretrainer = evaluation.load_for_search(index.preset)
    expected = index.search(evaluation.embed_query(pretrainer, video=planted))[0]
    assert (expected.path, expected.best) == ("long.mp4", pytest.approx(2.6))
    with driver.sync_playwright() as browsers:
        browser = browsers.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        hosts, errors = set(), []
        page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(url)
        page.get_by_label("Words").fill("a red dog")
        page.get_by_label("Words").press("Enter")
        page.locator(".hit video").first.wait_for(timeout=60_000)
        page.locator("input[type=file]").last.set_input_files(str(planted))
        moment = f"#t={expected.best:.2f}"
        page.wait_for_function(
            "wanted => document.querySelector('.hit video').src.endsWith(wanted)"
            " && document.querySelector('.hit video').readyState > 0",
            arg=moment,
            timeout=60_000,
        )
        assert page.locator(".hit p").nth(1).inner_text() == "long.mp4"
        shown = page.locator(".hit video").first.evaluate("video => video.currentTime")
        assert shown == pytest.approx(expected.best, abs=0.01)
        folder_for_screenshots = os.environ.get(
            "KERAS_VATT_SCREENSHOTS", tempfile.gettempdir()
        )
        page.screenshot(path=os.path.join(folder_for_screenshots, "search_page.png"))
        assert hosts == {url.split("/")[2]}
        assert errors == []
        browser.close()


def _cut(source, target, first, count):
    """Writes some frames of a clip, as sharp as they were."""
    import av

    with av.open(str(source)) as opened, av.open(str(target), "w") as container:
        video = container.add_stream("mpeg4", rate=10)
        video.width, video.height, video.pix_fmt = 32, 32, "yuv420p"
        video.bit_rate, video.gop_size = 4_000_000, 1
        for number, frame in enumerate(opened.decode(video=0)):
            if first <= number < first + count:
                image = frame.to_ndarray(format="rgb24")
                image = av.VideoFrame.from_ndarray(image, format="rgb24")
                container.mux(video.encode(image))
        container.mux(video.encode(None))
    return target


def _write_window(clip, preprocessor, target):
    """Writes the sound of a clip's only window as 16-bit samples at 48 kHz."""
    windows = measure_windows(str(clip), "audio", preprocessor, root="/")
    (window,) = read_windows(windows, range(1), preprocessor, root="/")
    with wave.open(str(target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes((window[:, 0] * 32768).astype("<i2").tobytes())
