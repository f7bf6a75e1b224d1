"""The files that users of the page have dropped, until they are answered."""

import asyncio
import contextlib
import os
import time

# Seconds after which a file that nobody asked about is deleted.
_FORGOTTEN = 600.0


class PageUploads:
    """Knows every uploaded file and how many answers it still waits for.

    Gradio stores equal uploads as one file: it is deleted with the last answer. All
    methods belong to the server's event loop; `forget` may be called from anywhere.

    Args:
        folder: string. Where uploads are stored; nothing else is a user's to name.

    Example:

    ```python
    uploads = PageUploads("/tmp/page")
    async with uploads.lock:
        uploads.add("/tmp/page/0123/bark.wav")
    ```
    """

    def __init__(self, folder):
        self.folder = os.path.realpath(folder)
        self.lock = asyncio.Lock()
        self._times = {}  # path -> when it was uploaded, an entry an answer
        self._loop = None

    def add(self, path):
        """Counts an upload; the lock must be held since before it was stored."""
        self._loop = asyncio.get_running_loop()
        self._times.setdefault(self._known(path), []).append(time.monotonic())
        self._loop.call_later(_FORGOTTEN + 1.0, self._sweep)

    def has(self, path):
        """Whether a path is that of an upload that waits for an answer."""
        return self._known(path) in self._times

    def forget(self, path):
        """Deletes an upload, once its last answer was given; from any thread."""
        done = asyncio.run_coroutine_threadsafe(self._forget(path), self._loop)
        done.result(timeout=60)

    async def _forget(self, path):
        async with self.lock:
            self._drop(self._known(path), 1)

    def _sweep(self):
        until = time.monotonic() - _FORGOTTEN
        for path, times in list(self._times.items()):
            self._drop(path, sum(time <= until for time in times))

    def _drop(self, path, count):
        times = self._times.get(path, [])
        del times[:count]
        if not times and self._times.pop(path, None) is not None:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
            with contextlib.suppress(OSError):  # the same content by another name
                os.rmdir(os.path.dirname(path))

    def _known(self, path):
        path = os.path.realpath(path)
        inside = os.path.commonpath([self.folder, path]) == self.folder
        return path if inside else ""
