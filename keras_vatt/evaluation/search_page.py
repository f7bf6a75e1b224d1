"""The page of `search --serve`: words, a sound or a clip, and the moments found."""

import dataclasses
import functools
import html
import mimetypes
import os
import threading

from keras_vatt.data.media import MediaError
from keras_vatt.evaluation.hit import clock
from keras_vatt.evaluation.list_sources import is_video

_MAX_WORDS = 1000
_CSS = """
.hits {display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr));
       gap: 1rem}
.hit video, .hit audio {width: 100%}
.hit p {margin: 0.2rem 0; overflow-wrap: anywhere}
"""


def search_page(index, embed, uploads, top=10, engine="exact"):
    """Builds the page.

    Args:
        index: `Index`.
        embed: `QueryEmbedder`.
        uploads: `PageUploads`.
        top: int. Hits shown.
        engine: string, as in `Index.search`.

    Returns:
        A `gradio.Blocks` with the events `words`, `sound` and `clip`, each of which
        gives the hits as HTML and as a list of dicts. Where an index holds sounds
        besides videos, `sound` gives first those that sound alike.
    """
    import gradio

    lock = threading.Lock()  # one model, one question at a time

    def find(**question):
        try:
            with lock:
                query = embed(**question)
                lists = {
                    title: index.search(query, top, modality, engine)
                    for title, modality in _looked_for(index, query).items()
                }
        except (ValueError, OSError) as error:
            message = str(error)
            for value in question.values():  # users know uploads by their names
                message = message.replace(value, os.path.basename(value))
            raise gradio.Error(
                html.escape(message, quote=False), print_exception=False
            ) from None
        hits = [hit for found in lists.values() for hit in found]
        return _sections(index, lists), [_as_dict(hit) for hit in hits]

    def by_words(words):
        words = (words or "").strip()
        if not words or len(words) > _MAX_WORDS:
            raise gradio.Error(
                f"Type a few words, {_MAX_WORDS} letters at most.",
                print_exception=False,
            )
        return find(words=words)

    def by_file(modality, upload):
        if upload is None:
            return "", []
        path = upload["path"]
        if not uploads.has(path):
            raise gradio.Error("Drop the file again.", print_exception=False)
        try:
            return find(**{modality: path})
        finally:
            uploads.forget(path)

    together = {"concurrency_limit": 2, "concurrency_id": "search"}
    with gradio.Blocks(title="keras-vatt", analytics_enabled=False) as page:
        gradio.Markdown(f"## Search {len(index)} windows of `{index.root}`")
        with gradio.Row():
            words = gradio.Textbox(
                label="Words", placeholder="a man slices carrots", scale=2
            )
            sound = gradio.File(label="Sound", height=140)
            clip = gradio.File(label="Clip", height=140)
        cards = gradio.HTML(padding=False)
        hits = gradio.JSON(visible=False)
        found = [cards, hits]
        words.submit(by_words, words, found, api_name="words", **together)
        for name, modality, drop in (
            ("sound", "audio", sound),
            ("clip", "video", clip),
        ):
            drop.upload(
                functools.partial(by_file, modality),
                drop,
                found,
                api_name=name,
                preprocess=False,
                **together,
            )
    page.queue(max_size=64, default_concurrency_limit=2)
    return page


def add_media(app, index):
    """Adds the route by which the page plays files: of the index, by their numbers.

    Args:
        app: `fastapi.FastAPI`.
        index: `Index`.
    """
    import fastapi
    from fastapi.responses import FileResponse

    @app.get("/media/{modality}/{number}")
    def media(modality: str, number: int):
        try:
            if modality not in index.modalities or modality == "text":
                raise IndexError(f"The index has no {modality!r} to play.")
            path = index.file(modality, number)
        except IndexError as error:
            raise fastapi.HTTPException(404, str(error)) from None
        except MediaError:
            raise fastapi.HTTPException(
                403, "The file is not there, or lies outside the index's folder."
            ) from None
        kind = mimetypes.guess_type(path)[0] or ""
        if not kind.startswith(("video/", "audio/")):
            kind = "application/octet-stream"
        return FileResponse(path, media_type=kind)


def page_style():
    """Returns the page's theme, with fonts of the system, and its CSS."""
    import gradio

    theme = gradio.themes.Base(font=["sans-serif"], font_mono=["monospace"])
    return theme, _CSS


def _looked_for(index, query):
    """What to look among, by title: a sound among sounds first, and among videos."""
    if query.modality != "audio" or not {"audio", "video"} <= set(index.modalities):
        return {"": None}
    return {"Sounds like it": "audio", "Looks as if it sounded so": "video"}


def _sections(index, lists):
    return "".join(
        (f"<h3>{title}</h3>" if title else "") + _cards(index, hits)
        for title, hits in lists.items()
    )


def _as_dict(hit):
    """A hit without the key `path`, by which Gradio's clients know files to fetch."""
    found = dataclasses.asdict(hit)
    return {"file": found.pop("path"), **found}


def _cards(index, hits):
    numbers = {
        modality: {str(path): n for n, path in enumerate(windows["paths"])}
        for modality in index.modalities
        if (windows := index.windows(modality))
    }
    cards = []
    for hit in hits:
        name = html.escape(os.fspath(hit.path))
        if hit.modality == "text":
            cards.append(f'<div class="hit"><p>{html.escape(hit.text)}</p></div>')
            continue
        source = f"/media/{hit.modality}/{numbers[hit.modality][hit.path]}"
        moment = f"{source}#t={hit.best:.2f}"
        # What was heard in a video can be seen as well.
        player = "video" if is_video(hit.path) else "audio"
        cards.append(
            f'<div class="hit"><{player} controls preload="metadata" '
            f'src="{moment}"></{player}>'
            f"<p>{clock(hit.start)} &ndash; {clock(hit.end)} &middot; "
            f"{hit.score:.3f}</p><p>{name}</p></div>"
        )
    return f'<div class="hits">{"".join(cards) or "Nothing found."}</div>'
