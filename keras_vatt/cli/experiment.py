"""`keras-vatt experiment`: the paper's rows, and small ones, by name."""

import json
from typing import Annotated

import typer


def experiment(
    name: Annotated[
        str | None, typer.Argument(help="Its name; without, all are listed.")
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Argument(metavar="KEY=VALUE", help="Other values, as often as needed."),
    ] = None,
    show: Annotated[
        bool, typer.Option("--show", help="Print what it is and its values only.")
    ] = False,
) -> None:
    """Run an experiment; any of its values can be changed by key=value."""
    from keras_vatt.experiments import experiment as experiments

    try:
        if name is None:
            for each in experiments.names():
                about = experiments.load_experiment(each).__doc__.splitlines()[0]
                typer.echo(f"{each:42}{about}")
            return
        overrides = experiments.parse_overrides(changes or ())
        found = experiments.load_experiment(name)
        if show:
            values = experiments.changed(found.values, overrides)
            typer.echo(f"{found.__doc__.strip()}\n\n{json.dumps(values, indent=1)}")
            return
        result = experiments.run_experiment(name, **overrides)
    except (ValueError, OSError, FloatingPointError) as error:
        typer.echo(f"experiment: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(json.dumps(result, indent=1))
