"""A TensorFlow checkpoint to a preset folder with a model card."""

import os
import pathlib

from keras_vatt.conversion.architecture import architecture
from keras_vatt.conversion.compare import compare
from keras_vatt.conversion.from_released_checkpoint import from_released_checkpoint
from keras_vatt.conversion.model_card import write_model_card
from keras_vatt.conversion.released_checkpoint import ReleasedCheckpoint
from keras_vatt.conversion.written_whole import written_whole
from keras_vatt.models.preprocessor_of import preprocessor_of

# Frames and samples a second and their steps, by form (design, section 3).
TIME = {"frame_rate": 25.0, "frame_stride": 2, "sample_rate": 48000, "audio_stride": 1}
TIME_OF = {
    "specific": {**TIME, "frame_rate": 10.0, "frame_stride": 1},
    "agnostic": {**TIME, "frame_rate": 10.0, "frame_stride": 1},
    "video_classifier": TIME,
    "waveform_classifier": {**TIME, "audio_stride": 2},
    "spectrogram_classifier": {**TIME, "audio_stride": 2},
}


def convert(
    checkpoint,
    output,
    vocabulary=None,
    time=None,
    facts=None,
    head_dim=64,
    expected=None,
    parity=None,
):
    """Converts a checkpoint of the authors' code to a KerasHub preset folder.

    The folder gets its name when everything in it is written and checked: a killed
    conversion leaves none. It holds the model, its preprocessor, and a model card
    (`README.md`) with every variable's shape and checksum.

    Args:
        checkpoint: string. Prefix of the two files, see `ReleasedCheckpoint`.
        output: string. The folder to make; it must not exist, or be empty.
        vocabulary: optional list of words or path of a word list, padding first.
        time: optional dict with any of `frame_rate`, `frame_stride`, `sample_rate`,
            `audio_stride`. Defaults to how models of that form were released.
        facts: optional dict of strings for the card, such as `"source"`.
        head_dim: int or dict of ints, see `from_released_checkpoint`.
        expected: optional dict, the architecture that the checkpoint must have.
        parity: optional path of an `.npz` to compare with, see `compare`.

    Returns:
        The largest absolute error by output if `parity` was given, else an empty dict.

    Raises:
        FileExistsError: if `output` holds files.
        FileNotFoundError: if a file of the checkpoint is missing.
        ValueError: as `from_released_checkpoint`; if the architecture is not the
            expected one; or if an output is further off than `compare` allows.

    Example:

    ```python
    keras_vatt.conversion.convert("vit_base/ckpt-100000", "my_preset")
    classifier = keras_vatt.presets.load("my_preset")
    ```
    """
    output = pathlib.Path(output)
    if output.exists() and any(output.iterdir()):
        raise FileExistsError(
            f"The folder {str(output)!r} holds files. Expected a folder to make, or an "
            "empty one. Choose another, or delete this one."
        )
    parts = architecture(ReleasedCheckpoint(checkpoint).shapes, head_dim)
    if expected is not None:
        _check_expected(parts, expected, checkpoint)
    model = from_released_checkpoint(checkpoint, head_dim=head_dim)
    errors = compare(model, parity) if parity is not None else {}
    time = {**TIME_OF[parts["form"]], **(time or {})}
    model.preprocessor = preprocessor_of(model.backbone, time, vocabulary)
    if output.exists():
        output.rmdir()
    with written_whole(output) as folder:
        model.save_to_preset(str(folder))
        write_model_card(folder / "README.md", model, parts, time, facts or {}, errors)
    return errors


def _check_expected(found, expected, checkpoint):
    differing = {
        part: (found.get(part), expected.get(part))
        for part in {*found, *expected}
        if found.get(part) != expected.get(part)
    }
    if differing:
        raise ValueError(
            f"{os.fspath(checkpoint)} is a checkpoint of another model: "
            + "; ".join(
                f"its {part} is {has}, expected {wanted}"
                for part, (has, wanted) in sorted(differing.items())
            )
            + ". Look whether the right file lies there."
        )
