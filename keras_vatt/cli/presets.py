"""`keras-vatt presets`: the names that models can be built by."""

import typer


def presets() -> None:
    """List the models that can be built by name."""
    from keras_vatt.presets import names
    from keras_vatt.presets.table import entry

    width = max(map(len, names()))
    for name in names():
        typer.echo(f"{name:{width}}  {entry(name)['description']}")
