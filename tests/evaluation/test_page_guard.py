"""The guard as an ASGI application, without Gradio and without a network."""

import asyncio
import base64
import json
import os
import pathlib

import pytest

from keras_vatt.evaluation.page_guard import PageGuard
from keras_vatt.evaluation.page_uploads import PageUploads


@pytest.fixture(autouse=True)
def same_seed():
    """There is no model here."""


def ask(guard, path, method="GET", body=b"", headers=(), pieces=1):
    """Returns the status, the headers and the text of an answer."""

    async def asking():
        size = -(-len(body) // pieces) if body else 1
        queue = [body[at : at + size] for at in range(0, len(body), size)] or [b""]
        sent = []

        async def receive():
            if not queue:
                return {"type": "http.disconnect"}
            piece = queue.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(queue)}

        async def send(message):
            sent.append(message)

        given = [(b"host", b"localhost:7860"), *headers]
        scope = {"type": "http", "path": path, "method": method, "headers": given}
        await guard(scope, receive, send)
        found = dict(sent[0]["headers"])
        text = b"".join(message.get("body", b"") for message in sent[1:])
        return sent[0]["status"], found, text.decode()

    return asyncio.run(asking())


def page(folder, **options):
    """A guard of an application that stores uploads and says what it was asked."""

    async def app(scope, receive, send):
        body, more = b"", True
        while more and scope["method"] == "POST":
            message = await receive()
            body, more = body + message["body"], message["more_body"]
        answer = {"path": scope["path"], "bytes": len(body)}
        if scope["path"] == "/gradio_api/upload":
            path = os.path.join(folder, "one", "file.mp4")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(body)
            answer = [path]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    uploads = PageUploads(folder)
    return PageGuard(app, uploads, 2**20, hosts={"localhost"}, **options), uploads


def test_what_the_page_needs_passes_and_nothing_else(tmp_path):
    guard, _ = page(tmp_path)
    for path in ("/", "/config", "/assets/a.js", "/media/video/3"):
        status, headers, text = ask(guard, path)
        assert status == 200 and json.loads(text)["path"] == path
        assert b"default-src 'self'" in headers[b"content-security-policy"]
    for path, wanted in (
        ("/gradio_api/file=/etc/passwd", 403),
        ("/file=/etc/passwd", 403),
        ("/gradio_api/proxy=http://example.com", 404),
        ("/gradio_api/process_recording", 404),
        ("/gradio_api/vibe-edit", 404),
        ("/monitoring", 404),
    ):
        assert ask(guard, path)[0] == wanted
        assert ask(guard, path, "POST", b"{}")[0] == wanted
    assert ask(guard, "/", "DELETE")[0] == 405


def test_another_name_is_no_way_in(tmp_path):
    guard, _ = page(tmp_path)
    status, _, text = ask(guard, "/", headers=[(b"host", b"evil.example:7860")])
    assert status == 403 and "evil.example" in text


def test_the_password_is_asked_for_everything(tmp_path):
    guard, _ = page(tmp_path, password="correct horse")
    for value in (b"", b"Basic", b"Basic !!", b"Bearer correct horse"):
        status, headers, _ = ask(guard, "/", headers=[(b"authorization", value)])
        assert status == 401 and b"www-authenticate" in headers
    for password, wanted in (("correct horse", 200), ("wrong horse", 401)):
        value = b"Basic " + base64.b64encode(f"me:{password}".encode())
        for path in ("/", "/media/video/0"):
            found = ask(guard, path, headers=[(b"authorization", value)])
            assert found[0] == wanted


@pytest.mark.parametrize("pieces", [1, 7])
def test_too_much_is_refused_and_enough_arrives_whole(tmp_path, pieces):
    guard, _ = page(tmp_path)
    body = os.urandom(2**20)
    status, _, text = ask(guard, "/gradio_api/upload", "POST", body, pieces=pieces)
    (path,) = json.loads(text)
    assert status == 200 and pathlib.Path(path).read_bytes() == body
    status, _, text = ask(guard, "/gradio_api/upload", "POST", 3 * body, pieces=pieces)
    assert status == 413 and "1 MiB at most" in text
    status, _, text = ask(guard, "/gradio_api/queue/join", "POST", body + b"x")
    assert status == 413


def test_only_uploads_can_be_named_each_until_its_last_answer(tmp_path):
    guard, uploads = page(tmp_path)

    def join(path):
        body = json.dumps({"data": [{"path": str(path), "meta": {}}]}).encode()
        return ask(guard, "/gradio_api/queue/join", "POST", body)[0]

    assert join("/etc/passwd") == join("http://example.com/a.mp4") == 403
    (tmp_path / "other.mp4").write_bytes(b"x")
    assert join(tmp_path / "other.mp4") == 403
    assert (
        ask(guard, "/gradio_api/queue/join", "POST", b'{"data": ["a dog"]}')[0] == 200
    )

    async def twice():
        async with uploads.lock:
            path = tmp_path / "one" / "file.mp4"
            path.parent.mkdir()
            path.write_bytes(b"the same content, by two users")
            uploads.add(path)
            uploads.add(path)
        states = []
        for _ in range(3):
            states.append((uploads.has(path), path.exists()))
            await asyncio.to_thread(uploads.forget, path)
        return [*states, (uploads.has(path), path.parent.exists())]

    assert asyncio.run(twice()) == [
        (True, True),
        (True, True),
        (False, False),
        (False, False),
    ]
