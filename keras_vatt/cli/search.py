"""`keras-vatt search`: find the moments of an index by words, a sound or a clip."""

import dataclasses
import json as as_json
from typing import Annotated, Literal

import typer


def search(
    words: Annotated[
        str | None, typer.Argument(help='What to look for: "a man slices carrots".')
    ] = None,
    index: Annotated[
        str, typer.Option(help="What `keras-vatt embed` wrote.")
    ] = "index",
    audio: Annotated[
        str | None, typer.Option(help="Search by this sound instead of words.")
    ] = None,
    video: Annotated[
        str | None, typer.Option(help="Search by this clip instead of words.")
    ] = None,
    top: Annotated[int, typer.Option(help="Hits at most.")] = 10,
    json: Annotated[bool, typer.Option("--json", help="Print hits as JSON.")] = False,
    modality: Annotated[
        Literal["video", "audio", "text"] | None,
        typer.Option(help="What to look among, if the index has several."),
    ] = None,
    engine: Annotated[
        Literal["exact", "faiss"],
        typer.Option(help="Compare with every vector, or by FAISS where installed."),
    ] = "exact",
    preset: Annotated[
        str | None, typer.Option(help="Preset; by default the one of the index.")
    ] = None,
    vocabulary: Annotated[
        str | None, typer.Option(help="Word list, for presets without one.")
    ] = None,
    root: Annotated[
        str | None,
        typer.Option(help="Where the files lie, if they have moved since."),
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve", help="Search in a page of the browser.")
    ] = False,
    host: Annotated[
        str,
        typer.Option(
            help="Address of the page; others than this machine's own need a password."
        ),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of the page.")] = 7860,
    password: Annotated[
        str | None,
        typer.Option(envvar="KERAS_VATT_PASSWORD", help="Password of the page."),
    ] = None,
) -> None:
    """Search videos, sounds or sentences by words, a sound or a clip."""
    from keras_vatt import evaluation

    try:
        found = evaluation.Index(index, root)
        name = preset or found.preset
        pretrainer = evaluation.load_for_search(name, vocabulary)
        embedder = evaluation.QueryEmbedder(pretrainer, evaluation.preset_name(name))
        found.check(embedder.checksum, embedder.preset)
        if serve:
            evaluation.serve(
                found, embedder, host, port, password, top=top, engine=engine
            )
            return
        query = embedder(words, audio, video)
        hits = found.search(query, top, modality, engine)
    except (ValueError, OSError, ModuleNotFoundError) as error:
        typer.echo(f"search: {error}", err=True)
        raise typer.Exit(1) from None
    if json:
        typer.echo(as_json.dumps([dataclasses.asdict(hit) for hit in hits], indent=1))
        return
    for number, hit in enumerate(hits, start=1):
        typer.echo(f"{number:3}  {hit.score:6.3f}  {hit}")
