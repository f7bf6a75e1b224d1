"""`keras-vatt embed`: a folder of media, or sentences, to an index of vectors."""

from typing import Annotated

import typer


def embed(
    source: Annotated[
        str,
        typer.Argument(
            help="A folder of videos or sounds, a media file, or a text file (.txt) "
            "with a sentence a line."
        ),
    ],
    preset: Annotated[
        str, typer.Option(help="A name of `keras-vatt presets`, or a preset folder.")
    ],
    output: Annotated[str, typer.Option(help="The index: a folder to write.")],
    hop: Annotated[
        float | None,
        typer.Option(
            help="Seconds from one window to the next; by default a window's length."
        ),
    ] = None,
    table: Annotated[
        str | None,
        typer.Option(help="Also write all rows to this .parquet or .npz file."),
    ] = None,
    vocabulary: Annotated[
        str | None, typer.Option(help="Word list, for presets without one.")
    ] = None,
    batch_size: Annotated[int, typer.Option(help="Windows a pass.")] = 16,
    workers: Annotated[int, typer.Option(help="Files decoded side by side.")] = 2,
    allow_outside: Annotated[
        bool,
        typer.Option("--allow-outside", help="Also follow links out of the folder."),
    ] = False,
    with_sound: Annotated[
        bool,
        typer.Option(
            "--with-sound",
            help="Also embed the sound of videos, to find what sounds alike.",
        ),
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace another index there.")
    ] = False,
) -> None:
    """Embed videos, sounds or sentences for `search`; go on where a run was stopped."""
    from rich.console import Console
    from rich.progress import Progress

    from keras_vatt import evaluation

    try:
        pretrainer = evaluation.load_for_search(preset, vocabulary)
        with Progress(console=Console(stderr=True)) as bar:
            task = bar.add_task("Embedding files", total=None)
            report = evaluation.embed_files(
                pretrainer,
                source,
                output,
                evaluation.preset_name(preset),
                hop=hop,
                batch_size=batch_size,
                workers=workers,
                allow_outside=allow_outside,
                overwrite=overwrite,
                with_sound=with_sound,
                progress=lambda done, total: bar.update(
                    task, completed=done, total=total
                ),
            )
        if table is not None:
            evaluation.write_table(evaluation.Index(output), table)
    except (ValueError, OSError) as error:
        typer.echo(f"embed: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(str(report))
