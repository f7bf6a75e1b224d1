"""`keras-vatt pretrain`: learn from a folder of clips."""

from typing import Annotated

import typer


def pretrain(
    data: Annotated[
        str,
        typer.Option(
            help="What `keras-vatt prepare` wrote, or a folder of videos with or "
            "without a CSV (which is then prepared first)."
        ),
    ],
    output: Annotated[
        str,
        typer.Option(help="Folder to write the preset, history and logs to."),
    ] = "run",
    preset: Annotated[
        str, typer.Option(help="A name of `keras-vatt presets`, or a preset folder.")
    ] = "vatt_tiny",
    epochs: Annotated[
        int | None,
        typer.Option(help="Times each clip is seen; chosen by the number of clips."),
    ] = None,
    steps: Annotated[
        int | None, typer.Option(help="Training steps; wins over epochs.")
    ] = None,
    batch_size: Annotated[int, typer.Option(help="Clips a step.")] = 64,
    learning_rate: Annotated[
        float, typer.Option(help="The highest of the schedule.")
    ] = 1e-3,
    seed: Annotated[int, typer.Option(help="Of weights and order.")] = 0,
    flip: Annotated[
        bool,
        typer.Option("--flip", help="Mirror half of the clips: left is as right."),
    ] = False,
    devices: Annotated[
        int | None,
        typer.Option(
            help="Devices that share each batch, over all processes; one if not said."
        ),
    ] = None,
    encode_batch_size: Annotated[
        int | None,
        typer.Option(help="Clips that a device encodes at a time, to save memory."),
    ] = None,
    allow_outside: Annotated[
        bool,
        typer.Option("--allow-outside", help="Also read files outside the folder."),
    ] = False,
) -> None:
    """Pretrain on a folder of videos, sounds and captions."""
    from keras_vatt import distribution
    from keras_vatt.experiments import pretrain_folder

    status = distribution.start_processes(devices)
    if status is not None:
        raise typer.Exit(status)
    try:
        if devices is not None:
            distribution.setup(devices)
        _, history = pretrain_folder(
            data,
            output,
            preset=preset,
            epochs=epochs,
            steps=steps,
            batch_size=batch_size,
            learning_rate=learning_rate,
            seed=seed,
            flip=flip,
            encode_batch_size=encode_batch_size,
            prepare_options={"allow_outside": allow_outside},
        )
    except (ValueError, OSError, FloatingPointError) as error:
        typer.echo(f"pretrain: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"Last loss {history['loss'][-1]:.4f}. Model: {output}/preset")
