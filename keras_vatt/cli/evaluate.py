"""`keras-vatt evaluate`: how well a preset finds clips it was not trained on."""

import json
import pathlib
from typing import Annotated

import typer


def evaluate(
    preset: Annotated[
        str, typer.Option(help="Preset folder, as `keras-vatt pretrain` saves it.")
    ],
    data: Annotated[
        str,
        typer.Option(help="What `keras-vatt prepare` wrote, or a folder of videos."),
    ],
    split: Annotated[str, typer.Option(help="Clips to search.")] = "test",
    probe: Annotated[
        bool,
        typer.Option(
            "--probe",
            help="Also train linear classifiers of the labels on the training clips.",
        ),
    ] = False,
    batch_size: Annotated[int, typer.Option(help="Clips at a time.")] = 64,
    output: Annotated[
        str | None,
        typer.Option(help="Folder for scores.json, and for a raw folder's records."),
    ] = None,
) -> None:
    """Score text-to-video and audio-to-video retrieval, as JSON."""
    from keras_vatt.evaluation import evaluate_folder
    from keras_vatt.experiments import prepare_folder
    from keras_vatt.models import VATTPretrainer

    try:
        records = prepare_folder(data, output or "evaluation")
        pretrainer = VATTPretrainer.from_preset(preset)
        scores = evaluate_folder(pretrainer, records, split, probe, batch_size)
    except (ValueError, OSError) as error:
        typer.echo(f"evaluate: {error}", err=True)
        raise typer.Exit(1) from None
    text = json.dumps(scores, indent=1)
    if output is not None:
        pathlib.Path(output).mkdir(parents=True, exist_ok=True)
        pathlib.Path(output, "scores.json").write_text(text)
    typer.echo(text)
