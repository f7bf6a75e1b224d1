"""What stands before the page: who may ask, for what, and how much."""

import asyncio
import base64
import binascii
import hmac
import json
import tempfile

# Of what Gradio offers, what this page needs: no files, recordings, proxies, editors.
_EXACT = {
    "/",
    "/config",
    "/favicon.ico",
    "/gradio_api/heartbeat",
    "/gradio_api/info",
    "/gradio_api/queue/data",
    "/gradio_api/queue/join",
    "/gradio_api/reset",
    "/gradio_api/startup-events",
    "/gradio_api/upload",
    "/gradio_api/upload_progress",
    "/manifest.json",
    "/theme.css",
}
_BELOW = (
    "/assets/",
    "/static/",
    "/media/",
    "/gradio_api/call/",
    "/gradio_api/heartbeat/",
    "/gradio_api/run/",
)
_UPLOAD = "/gradio_api/upload"
# Bytes of a request that is no upload.
_MAX_QUESTION = 2**20
# Of a request that is too large so much is read, so that the answer arrives.
_MAX_DRAINED = 2**30
_PIECE = 2**18
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (
        b"content-security-policy",
        b"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
        b"style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        b"media-src 'self' blob:; font-src 'self' data:; worker-src 'self' blob:; "
        b"frame-ancestors 'none'; form-action 'self'; base-uri 'self'",
    ),
]


class PageGuard:
    """An ASGI application that lets through what the page needs, and nothing else.

    Args:
        app: ASGI application, the page.
        uploads: `PageUploads`.
        max_bytes: int. The largest upload.
        password: string or None. Asked for by HTTP's basic authentication, any name.
        hosts: set of strings or None. Names the page may be called by: on loopback
            any web site could else point a name of its own at it.

    Example:

    ```python
    uvicorn.run(PageGuard(app, PageUploads("/tmp/page"), 100 * 2**20))
    ```
    """

    def __init__(self, app, uploads, max_bytes, password=None, hosts=None):
        self.app = app
        self.uploads = uploads
        self.max_bytes = max_bytes
        self.password = password
        self.hosts = hosts

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # the page has no web sockets
        refusal = await self._refusal(scope)
        if refusal is not None:
            await _answer(send, *refusal)
            return
        if scope["method"] not in ("GET", "HEAD"):
            await self._with_body(scope, receive, send)
            return
        await self.app(scope, receive, _with_headers(send))

    async def _refusal(self, scope):
        """Status and message of a request that is refused unread, or None."""
        headers = dict(scope["headers"])
        if self.hosts is not None:
            host = headers.get(b"host", b"").decode("latin-1").lower()
            name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
            if name not in self.hosts:
                return 403, f"The page is not called {name!r} but {min(self.hosts)!r}."
        if self.password is not None and not self._knows_password(headers):
            await asyncio.sleep(0.5)  # guessing takes its time
            return 401, "The page has a password (any user name)."
        path = scope["path"]
        if path.startswith(("/gradio_api/file", "/file")):
            return 403, "Files are not served by their paths, only those of the index."
        if path not in _EXACT and not path.startswith(_BELOW):
            return 404, f"There is no {path!r} here."
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return 405, f"The page takes no {scope['method']}."
        return None

    def _knows_password(self, headers):
        kind, _, value = headers.get(b"authorization", b"").partition(b" ")
        if kind.lower() != b"basic":
            return False
        try:
            _, _, given = base64.b64decode(value, validate=True).partition(b":")
        except binascii.Error:
            return False
        return hmac.compare_digest(given, self.password.encode())

    async def _with_body(self, scope, receive, send):
        """Reads the whole request first: what is too large never reaches Gradio."""
        is_upload = scope["path"] == _UPLOAD
        limit = self.max_bytes + _MAX_QUESTION if is_upload else _MAX_QUESTION
        with tempfile.SpooledTemporaryFile(_MAX_QUESTION) as body:
            size = await _read(receive, body, limit)
            if size is None:
                return  # the user has gone
            if size > limit:
                what = "Uploads" if is_upload else "Requests"
                most = self.max_bytes if is_upload else limit
                message = f"{what} may have {most / 2**20:g} MiB at most."
                await _answer(send, 413, message)
                return
            if is_upload:
                async with self.uploads.lock:
                    await self._upload(scope, _replayed(body, receive), send)
                return
            if not self._names_uploads_only(body):
                message = (
                    "A file must be uploaded before it is searched by, each time: "
                    "uploads are deleted after the answer."
                )
                await _answer(send, 403, message)
                return
            await self.app(scope, _replayed(body, receive), _with_headers(send))

    async def _upload(self, scope, receive, send):
        """Lets Gradio store an upload, and counts it."""
        pieces, status = [], 0

        async def watch(message):
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                pieces.append(message.get("body", b""))
                if status == 200 and not message.get("more_body"):
                    for path in json.loads(b"".join(pieces)):
                        self.uploads.add(path)
            await send(message)

        await self.app(scope, receive, watch)

    def _names_uploads_only(self, body):
        """Whether every file that a request names is an upload still unanswered."""
        body.seek(0)
        try:
            question = json.load(body)
        except ValueError:  # none that names a file
            return True
        return all(self.uploads.has(path) for path in _paths(question))


def _paths(question):
    """Every file that a request names."""
    if isinstance(question, list):
        for each in question:
            yield from _paths(each)
    if isinstance(question, dict):
        if isinstance(question.get("path"), str):
            yield question["path"]
        for each in question.values():
            yield from _paths(each)


async def _read(receive, body, limit):
    """Stores a request's body up to a limit; returns its size, None if cut off."""
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        piece = message.get("body", b"")
        size += len(piece)
        if size <= limit:
            body.write(piece)
        if not message.get("more_body") or size > _MAX_DRAINED:
            return size


def _replayed(body, receive):
    """The `receive` of a request whose body is stored."""
    body.seek(0)
    ended = False

    async def replay():
        nonlocal ended
        if ended:
            return await receive()
        piece = body.read(_PIECE)
        ended = len(piece) < _PIECE
        return {"type": "http.request", "body": piece, "more_body": not ended}

    return replay


def _with_headers(send):
    """Adds the headers that bind the page to this server."""

    async def adding(message):
        if message["type"] == "http.response.start":
            headers = [*message.get("headers", []), *_HEADERS]
            message = {**message, "headers": headers}
        await send(message)

    return adding


async def _answer(send, status, message):
    body = json.dumps({"detail": message, "error": message}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        *_HEADERS,
    ]
    if status == 401:
        headers.append((b"www-authenticate", b'Basic realm="keras-vatt"'))
    if status == 413:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
