"""`keras-vatt classify`: what is seen or heard in files."""

import json
from typing import Annotated

import typer


def classify(
    files: Annotated[
        list[str], typer.Argument(help="Videos, sounds or photos, by path.")
    ],
    preset: Annotated[
        str, typer.Option(help="A classifier: a released name, or a preset folder.")
    ],
    labels: Annotated[
        str | None,
        typer.Option(
            help="Class names in their order: a text file with one a line, AudioSet's "
            "class_labels_indices.csv, or a prepared folder. By default the preset's."
        ),
    ] = None,
    top: Annotated[int, typer.Option(help="Classes a file.")] = 5,
    windows: Annotated[
        int | None, typer.Option(help="Windows a file; 4, of images 1.")
    ] = None,
    crops: Annotated[
        int | None, typer.Option(help="Crops a window, 1 or 3; 3, of images 1.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Classify files with a released or fine-tuned model."""
    from keras_vatt import data, presets
    from keras_vatt.models import classifier as base

    try:
        classifier = presets.load(preset)
        if not isinstance(classifier, base.VATTClassifier):
            raise ValueError(
                f"{preset!r} is a {type(classifier).__name__}, which has no classes. "
                "Expected a classifier: fine-tune it by `keras-vatt finetune`, or take "
                "another of `keras-vatt presets`."
            )
        if labels is not None:
            names = data.read_labels(labels)
            if len(names) != classifier.num_classes:
                raise ValueError(
                    f"{labels!r} names {len(names)} classes, and {preset!r} has "
                    f"{classifier.num_classes}. Expected one name a class."
                )
            classifier.class_names = names
        found = classifier.predict_files(
            files, top, num_windows=windows, num_crops=crops
        )
    except (ValueError, OSError) as error:
        typer.echo(f"classify: {error}", err=True)
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(json.dumps(found, indent=1))
    else:
        for one in found:
            _print(one)
    if classifier.class_names is None:
        typer.echo(
            "Classes are numbers: the preset carries no names, as no class order was "
            "published with the released weights. Name them by --labels (a released "
            "AudioSet head has the order of AudioSet's class_labels_indices.csv).",
            err=True,
        )
    if any("error" in one for one in found):
        raise typer.Exit(1)


def _print(one):
    if "error" in one:
        typer.echo(f"classify: {one['path']}: {one['error']}", err=True)
        return
    typer.echo(one["path"])
    for label, probability in zip(one["labels"], one["probabilities"]):
        typer.echo(f"  {probability:7.2%}  {label}")
