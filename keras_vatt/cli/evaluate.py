"""`keras-vatt evaluate`: how well a preset does, on one's own clips or the paper's."""

import json
import os
import pathlib
from typing import Annotated

import typer


def evaluate(
    data: Annotated[
        str,
        typer.Option(
            help="What `keras-vatt prepare` wrote, or a folder of videos; with "
            "--protocol, the dataset's folder in its authors' layout."
        ),
    ],
    preset: Annotated[
        str | None,
        typer.Option(
            help="Preset folder, as `keras-vatt pretrain` saves it, or a name of "
            "`keras-vatt presets`."
        ),
    ] = None,
    protocol: Annotated[
        str | None,
        typer.Option(
            help="A row of the paper's tables: hmdb51, ucf101, esc50, msrvtt, "
            "msrvtt-1k-a, youcook2, kinetics400, kinetics600, kinetics700, "
            "moments-in-time, audioset or imagenet."
        ),
    ] = None,
    all_checkpoints: Annotated[
        str | None,
        typer.Option(
            help="Score every preset, and every checkpoint of the authors' code, below "
            "this folder; with --protocol, in place of --preset."
        ),
    ] = None,
    split: Annotated[str, typer.Option(help="Clips to search.")] = "test",
    probe: Annotated[
        bool,
        typer.Option(
            "--probe",
            help="Also train linear classifiers of the labels on the training clips.",
        ),
    ] = False,
    batch_size: Annotated[
        int | None,
        typer.Option(help="Clips at a time, 64 by default; with --protocol views, 12."),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            help="Folder for scores.json, or the JSON itself. Arrays and prepared "
            "clips go beside it."
        ),
    ] = None,
    annotations: Annotated[
        str | None,
        typer.Option(help="Folder of the annotation files, if not below --data."),
    ] = None,
    labels: Annotated[
        str | None,
        typer.Option(
            help="Class names, a line each, in the order of the preset's outputs."
        ),
    ] = None,
    vocabulary: Annotated[
        str | None,
        typer.Option(help="List of words, for a preset without its own."),
    ] = None,
    image_size: Annotated[
        int | None,
        typer.Option(help="Frames' height and width; the preset's by default."),
    ] = None,
    windows: Annotated[
        int | None, typer.Option(help="Views in time; the protocol's by default.")
    ] = None,
    crops: Annotated[
        int | None, typer.Option(help="Views in space; the protocol's by default.")
    ] = None,
    classifier: Annotated[
        list[str] | None,
        typer.Option(help="Of a linear probe: svm, head. Both by default."),
    ] = None,
    head_epochs: Annotated[
        int, typer.Option(help="Times that a probe's head sees every clip.")
    ] = 1000,
) -> None:
    """Score retrieval, or one of the paper's protocols, as JSON."""
    from keras_vatt import evaluation

    try:
        _check(preset, all_checkpoints, protocol)
        if protocol is None:
            _print(_own_clips(preset, data, split, probe, batch_size or 64, output))
            return
        options = {
            "annotations": annotations,
            "labels": labels,
            "vocabulary": vocabulary,
            "image_size": image_size,
            "windows": windows,
            "crops": crops,
            "head_epochs": head_epochs,
            "batch_size": batch_size or 12,
            "say": lambda line: typer.echo(line, err=True),
        }
        if classifier:
            options["classifiers"] = classifier
        file = _json_of(output or "evaluation")
        if all_checkpoints is None:
            _print(evaluation.run_protocol(protocol, preset, data, file, **options))
        else:
            _print_table(
                evaluation.all_checkpoints(
                    protocol, all_checkpoints, data, file, **options
                ),
                file,
            )
    except (ValueError, OSError) as error:
        typer.echo(f"evaluate: {error}", err=True)
        raise typer.Exit(1) from None


def _check(preset, all_checkpoints, protocol):
    if (preset is None) == (all_checkpoints is None):
        raise ValueError("Expected either --preset or --all-checkpoints.")
    if all_checkpoints is not None and protocol is None:
        raise ValueError("--all-checkpoints needs --protocol: what to score by.")


def _own_clips(preset, data, split, probe, batch_size, output):
    from keras_vatt.evaluation import evaluate_folder
    from keras_vatt.experiments import prepare_folder
    from keras_vatt.models import VATTPretrainer

    file = _json_of(output or "evaluation")
    records = prepare_folder(data, str(file.parent))
    pretrainer = VATTPretrainer.from_preset(preset)
    scores = evaluate_folder(pretrainer, records, split, probe, batch_size)
    if output is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(scores, indent=1))
    return scores


def _json_of(output):
    if os.fspath(output).endswith(".json"):
        return pathlib.Path(output)
    return pathlib.Path(output, "scores.json")


def _print(scores):
    typer.echo(json.dumps(scores, indent=1))


def _print_table(result, file):
    from rich.console import Console
    from rich.table import Table

    from keras_vatt.evaluation.all_checkpoints import score_rows

    rows = {name: score_rows(found) for name, found in result["checkpoints"].items()}
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    table = Table("checkpoint", *columns, title=result["protocol"])
    for name, row in rows.items():
        cells = [f"{row[column]:.4g}" if column in row else "-" for column in columns]
        table.add_row(name, *cells)
    console = Console()
    console.print(table)
    for name, found in result["checkpoints"].items():
        if "error" in found:
            console.print(f"{name}: {found['error']}", highlight=False, markup=False)
    console.print(f"All scores: {file}", highlight=False, markup=False)
