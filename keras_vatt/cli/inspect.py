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
            "and time base; weights are loaded for --attention alone."
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
    attention: Annotated[
        str | None,
        typer.Option(
            help="In place of that: a PNG file of the attention rollout over frames, "
            "sound and words."
        ),
    ] = None,
    kept_tokens: Annotated[
        str | None,
        typer.Option(help="In place of that: a PNG file of what DropToken keeps."),
    ] = None,
    drop_token_rate: Annotated[
        float | None,
        typer.Option(help="For --kept-tokens, in place of the preset's."),
    ] = None,
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
    from keras_vatt.evaluation import inspect_clips, inspect_tokens

    training = {"crop": crop, "color_jitter": color_jitter, "flip": flip}
    pictures = [path for path in (attention, kept_tokens) if path is not None]
    dropping = {} if drop_token_rate is None else {"drop_token_rate": drop_token_rate}
    try:
        if pictures:
            rows = inspect_tokens(
                source,
                preset,
                attention,
                kept_tokens,
                split,
                clips or 1,
                seed,
                vocabulary,
                allow_outside,
                **dropping,
            )
        else:
            pictures = [output]
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
    for picture in pictures:
        typer.echo(f"Picture: {picture}")
