"""A local page to search an index by."""

import contextlib
import ipaddress
import os
import signal
import sys
import tempfile
import threading

from keras_vatt.evaluation.page_guard import PageGuard
from keras_vatt.evaluation.page_uploads import PageUploads

_MIN_PASSWORD = 8


def serve(
    index,
    embed,
    host="127.0.0.1",
    port=7860,
    password=None,
    top=10,
    engine="exact",
    max_bytes=100 * 2**20,
):
    """Serves the page until it is interrupted.

    Nothing is shared, reported or fetched from elsewhere. Uploads lie in a folder of
    their own, each until it is answered; files are played by their number in the
    index, if they still lie under its root.

    Args:
        index: `Index`.
        embed: `QueryEmbedder` of the same preset.
        host: string. Address to listen at.
        port: int.
        password: string or None. Asked for at every address but loopback.
        top: int. Hits shown.
        engine: string, as in `Index.search`.
        max_bytes: int. The largest upload.

    Raises:
        ValueError: if another preset's model is given, the address is not this
            machine's own and there is no password, or a short one.
        ModuleNotFoundError: if Gradio is not installed.

    Example:

    ```python
    keras_vatt.evaluation.serve(index, keras_vatt.evaluation.QueryEmbedder(pretrainer))
    ```
    """
    index.check(embed.checksum, embed.preset)
    is_local = _is_loopback(host)
    if not is_local and password is None:
        raise ValueError(
            f"At the address {host!r} others reach the page. Expected a password "
            "(--password, or KERAS_VATT_PASSWORD), or 127.0.0.1."
        )
    if password is not None and len(password) < _MIN_PASSWORD:
        raise ValueError(
            f"The password has {len(password)} letters. Expected at least "
            f"{_MIN_PASSWORD}."
        )
    # Before Gradio is imported: it reads them then.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    with tempfile.TemporaryDirectory(prefix="keras-vatt-") as folder:
        os.environ["GRADIO_TEMP_DIR"] = folder
        try:
            import fastapi
            import gradio
            import uvicorn
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                f"The page needs Gradio ({error}). Install keras-vatt[web], or search "
                "without --serve."
            ) from None
        from keras_vatt.evaluation.search_page import (
            add_media,
            page_style,
            search_page,
        )

        uploads = PageUploads(folder)
        app = fastapi.FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        add_media(app, index)
        theme, css = page_style()
        gradio.mount_gradio_app(
            app,
            search_page(index, embed, uploads, top, engine),
            path="/",
            max_file_size=max_bytes,
            ssr_mode=False,
            enable_monitoring=False,
            mcp_server=False,
            footer_links=[],
            theme=theme,
            css=css,
        )
        hosts = {"127.0.0.1", "localhost", "[::1]", host} if is_local else None
        guard = PageGuard(app, uploads, max_bytes, password, hosts)
        shown = f"[{host}]" if ":" in host else host
        print(f"http://{shown}:{port}/  (Ctrl-C ends it)", flush=True)
        with _ended_by_sigterm():
            uvicorn.run(guard, host=host, port=port, log_level="warning")


@contextlib.contextmanager
def _ended_by_sigterm():
    """Ends the block by SIGTERM or Ctrl-C in such a way that uploads are deleted."""
    is_main = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGTERM) if is_main else None
    if is_main:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        if is_main:
            signal.signal(signal.SIGTERM, before)


def _is_loopback(host):
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
