"""`keras-vatt convert`: a TensorFlow checkpoint to a preset folder."""

from typing import Annotated

import typer


def convert(
    checkpoint: Annotated[
        str,
        typer.Argument(
            help="Prefix of the checkpoint's files, such as .../ckpt-100000. (Released "
            "models need no converting: load them by name.)"
        ),
    ],
    output: Annotated[str, typer.Argument(help="Preset folder to make.")],
    vocabulary: Annotated[
        str | None, typer.Option(help="Word list, one word a line, padding first.")
    ] = None,
    head_dim: Annotated[
        int, typer.Option(help="Width of an attention head; 64 in released models.")
    ] = 64,
    frame_rate: Annotated[
        float | None, typer.Option(help="Frames a second; by default as released.")
    ] = None,
    frame_stride: Annotated[
        int | None, typer.Option(help="Every how many frames one is kept.")
    ] = None,
    audio_stride: Annotated[
        int | None, typer.Option(help="Every how many samples one is kept.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="Where the checkpoint is from, for the card.")
    ] = None,
    licence: Annotated[
        str | None, typer.Option(help="Its licence, for the card.")
    ] = None,
    score: Annotated[
        str | None, typer.Option(help="Its reported score, for the card.")
    ] = None,
    parity: Annotated[
        str | None,
        typer.Option(help="An .npz of in/... and out/... arrays to compare with."),
    ] = None,
) -> None:
    """Convert a checkpoint of the authors' code, with a model card."""
    from keras_vatt import conversion

    time = {
        "frame_rate": frame_rate,
        "frame_stride": frame_stride,
        "audio_stride": audio_stride,
    }
    facts = {
        "source": source,
        "licence": licence,
        "score, as reported": score,
        "checkpoint": checkpoint,
    }
    try:
        errors = conversion.convert(
            checkpoint,
            output,
            vocabulary=vocabulary,
            time={k: v for k, v in time.items() if v is not None},
            facts={k: v for k, v in facts.items() if v is not None},
            head_dim=head_dim,
            parity=parity,
        )
    except (ValueError, OSError) as error:
        typer.echo(f"convert: {error}", err=True)
        raise typer.Exit(1) from None
    for name, value in errors.items():
        typer.echo(f"{name}: largest error {value:.1e}")
    typer.echo(f"Written: {output}, its card is {output}/README.md")
