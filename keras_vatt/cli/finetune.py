"""`keras-vatt finetune`: teach a pretrained tower one's own classes."""

from typing import Annotated, Literal

import typer


def finetune(
    data: Annotated[
        str,
        typer.Option(
            help="What `keras-vatt prepare` wrote, or a folder of videos with a CSV "
            "that has labels (which is then prepared first)."
        ),
    ],
    preset: Annotated[
        str,
        typer.Option(
            help="What to start from: a name of `keras-vatt presets`, or a preset "
            "folder. A size without weights starts at random."
        ),
    ],
    task: Annotated[
        Literal["video", "audio", "image"], typer.Option(help="What is classified.")
    ] = "video",
    output: Annotated[
        str,
        typer.Option(help="Folder to write the preset, history, logs and scores to."),
    ] = "run",
    epochs: Annotated[
        int | None,
        typer.Option(help="Times each clip is seen; chosen by the number of clips."),
    ] = None,
    steps: Annotated[
        int | None, typer.Option(help="Training steps; wins over epochs.")
    ] = None,
    batch_size: Annotated[int, typer.Option(help="Clips a step.")] = 32,
    learning_rate: Annotated[
        float, typer.Option(help="The highest of the schedule; as released.")
    ] = 0.005,
    label_smoothing: Annotated[
        float, typer.Option(help="Share of a label for all classes; as released.")
    ] = 0.1,
    mixup: Annotated[
        float | None,
        typer.Option(help="Alpha of mixup, 0 for none; 5 for sound, as released."),
    ] = None,
    audio_noise: Annotated[
        float, typer.Option(help="Noise as a share of the loudest sample.")
    ] = 0.0,
    trainable_blocks: Annotated[
        int | None,
        typer.Option(help="Train only the tower's last so many blocks; 0: none."),
    ] = None,
    lora_rank: Annotated[
        int | None, typer.Option(help="Train only low-rank updates of that rank.")
    ] = None,
    flip: Annotated[
        bool, typer.Option(help="Mirror half of the clips: left is as right.")
    ] = True,
    dropout: Annotated[
        float | None, typer.Option(help="Every dropout rate, the head's too.")
    ] = None,
    drop_token_rate: Annotated[
        float | None, typer.Option(help="Share of tokens dropped in training.")
    ] = None,
    windows: Annotated[
        int | None, typer.Option(help="Test windows a clip; 4, of images 1.")
    ] = None,
    crops: Annotated[
        int | None, typer.Option(help="Test crops a window; 3, of images 1.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of weights and order.")] = 0,
    allow_outside: Annotated[
        bool,
        typer.Option("--allow-outside", help="Also read files outside the folder."),
    ] = False,
) -> None:
    """Fine-tune a classifier on a folder of labelled videos, sounds or frames."""
    from keras_vatt.experiments import finetune_folder

    rates = {"dropout": dropout, "drop_token_rate": drop_token_rate}
    try:
        _, history, scores = finetune_folder(
            data,
            output,
            preset,
            task=task,
            epochs=epochs,
            steps=steps,
            batch_size=batch_size,
            learning_rate=learning_rate,
            label_smoothing=label_smoothing,
            mixup_alpha=mixup,
            audio_noise=audio_noise,
            trainable_blocks=trainable_blocks,
            lora_rank=lora_rank,
            flip=flip,
            num_windows=windows,
            num_crops=crops,
            seed=seed,
            prepare_options={"allow_outside": allow_outside},
            **{name: rate for name, rate in rates.items() if rate is not None},
        )
    except (ValueError, OSError, FloatingPointError) as error:
        typer.echo(f"finetune: {error}", err=True)
        raise typer.Exit(1) from None
    for name, value in scores.items():
        typer.echo(f"test {name}: {value:.4g}")
    typer.echo(f"Last loss {history['loss'][-1]:.4f}. Model: {output}/preset")
