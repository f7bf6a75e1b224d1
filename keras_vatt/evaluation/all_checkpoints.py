"""A protocol's scores of every checkpoint in a folder."""

import gc
import json
import os
import pathlib
import re

from keras_vatt.conversion import convert
from keras_vatt.evaluation.run_protocol import run_protocol
from keras_vatt.presets.words import find_words

_INDEX = ".index"
PRESETS = "presets"


def all_checkpoints(
    name, folder, data_folder, output="scores.json", head_dim=64, **options
):
    """Scores every checkpoint below a folder by one of the paper's protocols.

    Args:
        name: string. A key of `keras_vatt.evaluation.PROTOCOLS`.
        folder: string. Folder with preset folders, at any depth, as training and
            `keras-vatt convert` save them; and with checkpoints of the authors' code
            (`ckpt-1000.index` and `.data-...`), which are converted first.
        data_folder: string. The dataset's folder.
        output: string. The JSON to write. Each checkpoint's own with its arrays, and
            what was converted, go into a folder of that name without the suffix.
        head_dim: int or dict, of the authors' checkpoints, see
            `keras_vatt.conversion.convert`.
        **options: as in `run_protocol`.

    Returns:
        A dict, what the JSON holds: `"protocol"` and `"checkpoints"`, a dict of
        checkpoint (its path below the folder) to what `run_protocol` returns, or to
        `"error"`. In natural order: `step-900` stands before `step-1000`.

    Raises:
        FileNotFoundError: if there is no checkpoint.
        ValueError: if the name is unknown, or no checkpoint could be scored.

    Example:

    ```python
    found = keras_vatt.evaluation.all_checkpoints("ucf101", "my_runs", "UCF101")
    {name: one["scores"]["svm"]["top1"] for name, one in found["checkpoints"].items()}
    ```
    """
    checkpoints = find_checkpoints(folder)
    output = pathlib.Path(output)
    scored, errors = {}, []
    for checkpoint in checkpoints:
        shown = os.path.relpath(checkpoint, folder)
        stem = shown.replace(os.sep, ".")
        try:
            preset = checkpoint
            if not os.path.isdir(checkpoint):
                preset = output.with_suffix("") / PRESETS / stem
                if not preset.is_dir():  # it gets its name when it is whole
                    words = options.get("vocabulary") or find_words()
                    convert(checkpoint, preset, words, head_dim=head_dim)
            each = output.with_suffix("") / f"{stem}.json"
            found = run_protocol(name, str(preset), data_folder, each, **options)
        except ValueError as error:  # a checkpoint of another kind, among others
            errors.append(f"{shown}: {error}")
            found = {"error": str(error)}
        scored[shown] = found
        gc.collect()  # the model, before the next comes
    if len(errors) == len(checkpoints):
        raise ValueError(
            f"None of the {len(checkpoints)} checkpoints in {os.fspath(folder)!r} "
            f"could be scored: {errors[0]}"
        )
    result = {"protocol": name, "checkpoints": scored}
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(result, indent=1) + "\n")
    return result


def find_checkpoints(folder):
    """The presets and the authors' checkpoints at or below a folder.

    Returns:
        Paths of preset folders and prefixes of checkpoints, in natural order.

    Raises:
        FileNotFoundError: if there is none.
    """
    found = []
    for parent, _, names in os.walk(folder):
        if "config.json" in names and "metadata.json" in names:
            found.append(parent)
        for prefix in (n.removesuffix(_INDEX) for n in names if n.endswith(_INDEX)):
            if any(other.startswith(f"{prefix}.data-") for other in names):
                found.append(os.path.join(parent, prefix))
    if not found:
        raise FileNotFoundError(
            f"No preset is in {os.fspath(folder)!r} or below, and no checkpoint of the "
            "authors' code. Expected folders with config.json and metadata.json, as "
            "`keras-vatt pretrain` writes them, or files ckpt-1000.index and "
            "ckpt-1000.data-00000-of-00001."
        )
    return sorted(found, key=_natural)


def score_rows(result):
    """The main scores of a protocol by name: a row of a table.

    Args:
        result: dict as `run_protocol` returns it.

    Returns:
        A dict of floats.
    """
    row = {}

    def walk(scores, name):
        for key, value in scores.items():
            if key in ("folds", "clips", "queries"):
                continue
            label = f"{name} {key}".strip()
            if isinstance(value, dict):
                walk(value, label)
            else:
                row[label.replace("_", " ")] = value

    walk(result.get("scores", {}), "")
    return row


def _natural(path):
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", path)]
