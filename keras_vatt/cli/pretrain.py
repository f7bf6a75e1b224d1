"""`keras-vatt pretrain`: learn from a folder of clips."""

from typing import Annotated

import typer


def pretrain(
    data: Annotated[
        str | None,
        typer.Option(
            help="What `keras-vatt prepare` wrote, or a folder of videos with or "
            "without a CSV (which is then prepared first)."
        ),
    ] = None,
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
            help="Devices that share each batch, over all processes; one if not said. "
            "With --dry-run any number."
        ),
    ] = None,
    model_parallel: Annotated[
        int,
        typer.Option(
            help="Devices that share each copy of the model, its heads and its "
            "perceptrons (JAX); the copies share the batch."
        ),
    ] = 1,
    encode_batch_size: Annotated[
        int | None,
        typer.Option(help="Clips that a device encodes at a time, to save memory."),
    ] = None,
    allow_outside: Annotated[
        bool,
        typer.Option("--allow-outside", help="Also read files outside the folder."),
    ] = False,
    save_every: Annotated[
        str,
        typer.Option(help="Steps (500) or seconds (300s) between saved states."),
    ] = "300s",
    keep: Annotated[int, typer.Option(help="Saved states to keep.")] = 2,
    restart: Annotated[
        bool,
        typer.Option("--restart", help="Start over, and remove the saved states."),
    ] = False,
    candidates: Annotated[int, typer.Option(help="Captions a clip.")] = 1,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Print memory, FLOPs and traffic of a step; train nothing.",
        ),
    ] = False,
    tflops_per_device: Annotated[
        float | None,
        typer.Option(help="With --dry-run: the rate you know; gives the time."),
    ] = None,
) -> None:
    """Pretrain on a folder of videos, sounds and captions.

    Killed and started again with the same command, it goes on where it was saved.
    """
    if dry_run:
        if model_parallel != 1:
            raise typer.BadParameter(
                "--dry-run plans for whole models only", param_hint="--model-parallel"
            )
        _print_plan(preset, devices or 1, batch_size, candidates, tflops_per_device)
        return
    if data is None:
        raise typer.BadParameter(
            "missing; only --dry-run needs none", param_hint="--data"
        )
    from keras_vatt import distribution
    from keras_vatt.experiments import pretrain_folder
    from keras_vatt.training.stop_signal import Terminated

    status = distribution.start_processes(devices)
    if status is not None:
        raise typer.Exit(status)
    try:
        if devices is not None or model_parallel != 1:
            distribution.setup(devices, model_parallel)
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
            save_every=save_every,
            keep=keep,
            restart=restart,
            candidates=candidates,
        )
    except Terminated as stopped:
        typer.echo(f"pretrain: {stopped}", err=True)
        raise
    except (ValueError, OSError, FloatingPointError) as error:
        typer.echo(f"pretrain: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"Last loss {history['loss'][-1]:.4f}. Model: {output}/preset")


def _print_plan(preset, devices, batch_size, candidates, tflops_per_device):
    from keras_vatt.conversion.model_of import as_released
    from keras_vatt.presets.table import entry
    from keras_vatt.training.plan import plan

    try:
        row = entry(preset)
        parts = as_released(row["architecture"]) if "architecture" in row else row
        found = plan(parts, preset, devices, batch_size, candidates)
    except ValueError as error:
        typer.echo(f"pretrain: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(found.text(tflops_per_device))
