"""`keras-vatt inspect`: a picture of what the model sees."""

from typing import Annotated, Literal

import typer


def inspect(
    source: Annotated[
        str,
        typer.Argument(
            help="What `keras-vatt prepare` wrote, DMVR records, a folder of videos "
            "with or without a CSV, or one media file."
        ),
    ],
    preset: Annotated[
        str,
        typer.Option(
            help="A name of `keras-vatt presets`, or a preset folder: for its sizes "
            "and time base; no weights are loaded."
        ),
    ] = "vatt_tiny",
    split: Annotated[str, typer.Option(help="Which clips.")] = "train",
    clips: Annotated[
        int | None,
        typer.Option(help="How many: 4 in training, 1 with --views, by default."),
    ] = None,
    views: Annotated[
        bool,
        typer.Option("--views", help="Test views, rather than training samples."),
    ] = False,
    windows: Annotated[int, typer.Option(help="Windows of the test views.")] = 4,
    crops: Annotated[int, typer.Option(help="Crops a test window, 1 or 3.")] = 3,
    candidates: Annotated[int, typer.Option(help="Captions a clip.")] = 1,
    output: Annotated[str, typer.Option(help="PNG file to write.")] = "inspect.png",
    seed: Annotated[int, typer.Option(help="Of the training samples.")] = 0,
    crop: Annotated[
        Literal["jitter", "area"],
        typer.Option(help="Training crops: of pretraining, or of fine-tuning."),
    ] = "jitter",
    color_jitter: Annotated[
        float, typer.Option(help="Share of training samples with other colours.")
    ] = 0.0,
    flip: Annotated[
        bool, typer.Option("--flip", help="Mirror half of the training samples.")
    ] = False,
    vocabulary: Annotated[
        str | None, typer.Option(help="Word list, in place of the preset's.")
    ] = None,
    allow_outside: Annotated[
        bool,
        typer.Option("--allow-outside", help="Also read files outside the folder."),
    ] = False,
) -> None:
    """Draw frames, waveform and captions as training or a test sees them."""
    from keras_vatt.evaluation import inspect_clips

    training = {"crop": crop, "color_jitter": color_jitter, "flip": flip}
    try:
        rows = inspect_clips(
            source,
            output,
            preset,
            split,
            clips,
            views,
            seed,
            num_candidates=candidates,
            num_windows=windows,
            num_crops=crops,
            vocabulary=vocabulary,
            allow_outside=allow_outside,
            **({} if views else training),
        )
    except (ValueError, OSError) as error:
        typer.echo(f"inspect: {error}", err=True)
        raise typer.Exit(1) from None
    for row in rows:
        windows = ", ".join(f"{begin:.2f}-{end:.2f} s" for begin, end in row["window"])
        shapes = ", ".join(f"{name} {row[name]}" for name in ("video", "audio", "text"))
        typer.echo(f"{row['id']!r}: {windows}; {shapes}")
    typer.echo(f"Picture: {output}")
