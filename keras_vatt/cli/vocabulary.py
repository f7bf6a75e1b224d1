"""`keras-vatt vocabulary`: the words of a dataset's captions."""

from typing import Annotated

import typer


def vocabulary(
    records: Annotated[str, typer.Argument(help="Folder that `prepare` wrote.")],
    output: Annotated[
        str, typer.Argument(help="File to write, one word a line.")
    ] = "vocabulary.txt",
    max_size: Annotated[
        int, typer.Option(help="Words kept at most, the most frequent ones.")
    ] = 65536,
    split: Annotated[str, typer.Option(help="Split whose captions count.")] = "train",
) -> None:
    """Write the vocabulary of a prepared dataset's captions."""
    from rich.console import Console

    from keras_vatt import data

    try:
        with Console(stderr=True).status("Counting words"):
            words = data.vocabulary(records, output, max_size, split)
    except (ValueError, OSError) as error:
        typer.echo(f"vocabulary: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(
        f"{len(words)} words written to {output}, among them {words[0]} and {words[1]}"
    )
