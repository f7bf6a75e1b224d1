"""`keras-vatt prepare`: media files to a stored dataset."""

from typing import Annotated, Literal

import typer


def prepare(
    source: Annotated[
        str,
        typer.Argument(
            help="A CSV with the columns video_path, start, end, caption, label, split "
            "(only the first is needed), a folder with one, or a folder of videos; "
            "with --dataset, the folder of its annotation files."
        ),
    ],
    output: Annotated[str, typer.Argument(help="Folder to write the dataset to.")],
    root: Annotated[
        str | None,
        typer.Option(
            help="Folder the paths start from, the CSV's own by default; with "
            "--dataset, the folder of its media files."
        ),
    ] = None,
    dataset: Annotated[
        str | None,
        typer.Option(help="A public dataset by name: ucf101, kinetics400, ..."),
    ] = None,
    fold: Annotated[
        int | None,
        typer.Option(help="Which split of ucf101, hmdb51 (1-3) or esc50 (1-5)."),
    ] = None,
    short_side: Annotated[
        int, typer.Option(help="Scale larger frames down to this short side.")
    ] = 256,
    frame_rate: Annotated[
        float | None,
        typer.Option(help="Frames per second to store; the source's by default."),
    ] = None,
    allow_outside: Annotated[
        bool,
        typer.Option("--allow-outside", help="Also read files outside the root."),
    ] = False,
    workers: Annotated[int, typer.Option(help="Threads that decode.")] = 2,
    jpeg_quality: Annotated[int, typer.Option(help="Quality of stored frames.")] = 90,
    max_seconds: Annotated[
        float, typer.Option(help="Longest clip that is taken, in seconds.")
    ] = 600.0,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Replace another dataset there."),
    ] = False,
    format: Annotated[
        Literal["tfds", "dmvr"],
        typer.Option(help="Stored form: TFDS, or DMVR's SequenceExample TFRecords."),
    ] = "tfds",
    runner: Annotated[
        str | None,
        typer.Option(
            help="Apache Beam's runner: DirectRunner (processes of this machine), "
            "DataflowRunner, FlinkRunner, SparkRunner. Threads by default."
        ),
    ] = None,
    beam_option: Annotated[
        list[str] | None,
        typer.Option(help="NAME=VALUE, passed to the runner; as often as needed."),
    ] = None,
) -> None:
    """Encode the clips of a CSV, a folder or a dataset for `pretrain`."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from keras_vatt import datasets
    from keras_vatt.data.limits import Limits

    console = Console(stderr=True)
    columns = (
        TextColumn("Preparing clips"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    try:
        if dataset is not None:
            if root is None:
                raise ValueError(
                    "--dataset needs --root: the folder of its media files"
                )
            source = datasets.read_dataset(dataset, source, root, fold)
        elif fold is not None:
            raise ValueError(f"--fold {fold} needs --dataset: whose fold it is")
        with Progress(*columns, console=console) as bar:
            task = bar.add_task("clips", total=None)
            write, options = datasets.prepare, {}
            if runner is not None or beam_option:
                options = {"runner": runner, "beam_options": beam_option or ()}
            if format == "dmvr":
                write = datasets.prepare_dmvr
                if options:
                    raise ValueError(
                        f"--format dmvr is not written by Beam. Received --runner "
                        f"{runner}; leave it out, or write --format tfds."
                    )
            report = write(
                source,
                output,
                root=root,
                short_side=short_side,
                frame_rate=frame_rate,
                allow_outside=allow_outside,
                workers=workers,
                jpeg_quality=jpeg_quality,
                limits=Limits(max_seconds=max_seconds),
                overwrite=overwrite,
                progress=lambda done, total: bar.update(
                    task, completed=done, total=total
                ),
                **options,
            )
    except (ValueError, OSError, ModuleNotFoundError) as error:
        typer.echo(f"prepare: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(str(report))
