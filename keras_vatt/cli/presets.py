"""`keras-vatt presets`: the names that models can be loaded by."""

from typing import Annotated

import typer


def presets(
    markdown: Annotated[
        bool, typer.Option("--markdown", help="As the tables of the README.")
    ] = False,
) -> None:
    """List the models that can be loaded by name."""
    from keras_vatt.presets.listing import listing

    typer.echo(listing(markdown))
