"""A protocol's scores of every preset in a folder."""

import gc
import json
import os
import pathlib
import re

from keras_vatt.evaluation.run_protocol import run_protocol


def all_checkpoints(name, folder, data_folder, output="scores.json", **options):
    """Scores every preset below a folder by one of the paper's protocols.

    Args:
        name: string. A key of `keras_vatt.evaluation.PROTOCOLS`.
        folder: string. Folder with preset folders, at any depth, as training and
            `keras-vatt convert` save them.
        data_folder: string. The dataset's folder.
        output: string. The JSON to write; each preset's own, with its arrays, goes
            into a folder named for it, without the suffix.
        **options: as in `run_protocol`.

    Returns:
        A dict, what the JSON holds: `"protocol"` and `"checkpoints"`, a dict of preset
        (its path below the folder) to what `run_protocol` returns, or to `"error"`. In
        natural order: `step-900` stands before `step-1000`.

    Raises:
        FileNotFoundError: if there is no preset.
        ValueError: if the name is unknown, or no preset could be scored.
    """
    presets = find_presets(folder)
    output = pathlib.Path(output)
    scored, errors = {}, []
    for preset in presets:
        shown = os.path.relpath(preset, folder)
        each = output.with_suffix("") / f"{shown.replace(os.sep, '.')}.json"
        try:
            found = run_protocol(name, preset, data_folder, each, **options)
        except ValueError as error:  # a preset of another kind, among others
            errors.append(f"{shown}: {error}")
            found = {"error": str(error)}
        scored[shown] = found
        gc.collect()  # the model, before the next comes
    if len(errors) == len(presets):
        raise ValueError(
            f"None of the {len(presets)} presets in {os.fspath(folder)!r} could be "
            f"scored: {errors[0]}"
        )
    result = {"protocol": name, "checkpoints": scored}
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(result, indent=1) + "\n")
    return result


def find_presets(folder):
    """The preset folders at or below a folder, in natural order.

    Raises:
        FileNotFoundError: if there is none.
    """
    found = [
        parent
        for parent, _, names in os.walk(folder)
        if "config.json" in names and "metadata.json" in names
    ]
    if not found:
        raise FileNotFoundError(
            f"No preset is in {os.fspath(folder)!r} or below. Expected folders with "
            "config.json and metadata.json, as `keras-vatt pretrain` and `keras-vatt "
            "convert` write them. A TensorFlow checkpoint is converted first."
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
