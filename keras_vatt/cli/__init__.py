"""The `keras-vatt` command: one verb a file of this folder.

`keras_vatt/cli/<verb>.py` defines a function `<verb>` with typer annotations. It
imports what is heavy inside that function, so that `keras-vatt --help` stays quick.
"""

import importlib
import pkgutil

import typer

app = typer.Typer(
    name="keras-vatt",
    help="Pretrain VATT on a folder of videos, and search it by words or sound.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)


@app.callback()
def _always_a_group():
    """Typer drops the verb's name if there is one verb only, unless told so."""


for _verb in sorted(module.name for module in pkgutil.iter_modules(__path__)):
    _module = importlib.import_module(f"{__name__}.{_verb}")
    app.command(_verb)(getattr(_module, _verb))
