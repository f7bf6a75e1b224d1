"""`keras-vatt demo`: from mp4 files made on the spot to scores and a report."""

from typing import Annotated

import typer


def demo(
    output: Annotated[str, typer.Option(help="Folder to write to.")] = "demo",
    seed: Annotated[int, typer.Option(help="Of the clips and of training.")] = 0,
    epochs: Annotated[
        int | None, typer.Option(help="Times each training clip is seen.")
    ] = None,
    steps: Annotated[
        int | None, typer.Option(help="Training steps; wins over epochs.")
    ] = None,
    train_clips: Annotated[int, typer.Option(help="Training clips to write.")] = 1536,
    test_clips: Annotated[int, typer.Option(help="Held-out clips to write.")] = 256,
) -> None:
    """Write clips, pretrain on them, search them, and report how well it went."""
    from rich.console import Console
    from rich.table import Table

    from keras_vatt.demo import run_demo, tables

    console = Console()
    counts = {
        "train": train_clips,
        "validation": max(2, train_clips // 24),
        "test": test_clips,
    }
    try:
        results = run_demo(
            output,
            seed,
            epochs,
            steps,
            counts,
            say=lambda line: console.print(line, highlight=False, markup=False),
        )
    except (ValueError, OSError, FloatingPointError) as error:
        typer.echo(f"demo: {error}", err=True)
        raise typer.Exit(1) from None
    for name, (head, *rows) in tables(results).items():
        table = Table(title=name)
        for i, column in enumerate(head):
            table.add_column(column, justify="right" if i else "left")
        for row in rows:
            table.add_row(*map(str, row))
        console.print(table)
    console.print(f"Report: {output}/report.html   Model: {output}/preset")
