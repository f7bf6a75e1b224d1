"""The card of a converted model."""

import hashlib

import numpy as np
from keras import ops

from keras_vatt.conversion.released_checkpoint import ATTRIBUTE
from keras_vatt.conversion.released_names import released_variables


def write_model_card(path, model, parts, time, facts, errors):
    """Writes what is known of a converted model, every variable included.

    Args:
        path: path of the Markdown file.
        model: what `from_released_checkpoint` returns.
        parts: dict, its `architecture`.
        time: dict, its time base.
        facts: dict of strings: name, source, licence, checksums.
        errors: dict from output to largest error, if outputs were compared.
    """
    lines = [
        "---",
        "library_name: keras-hub",
        "tags: [vatt, video, audio]",
        "---",
        f"# {facts.get('name', 'A converted VATT checkpoint')}",
        "",
        "Converted from a TensorFlow checkpoint by keras_vatt; load it with",
        "`keras_vatt.presets.load` on this folder.",
        "",
        *_table(("fact", "value"), facts.items()),
        "",
        "## Architecture",
        "",
        *_table(("part", "sizes"), {**parts, "time base": time}.items()),
    ]
    if errors:
        lines += ["", "## Parity", "", *_table(("output", "error"), errors.items())]
    rows = []
    for name, variable in sorted(released_variables(model).items()):
        value = np.ascontiguousarray(ops.convert_to_numpy(variable))
        digest = hashlib.sha256(value).hexdigest()
        rows.append((f"`{name.removesuffix(ATTRIBUTE)}`", value.shape, digest))
    lines += [
        "",
        f"## {len(rows)} variables, {model.count_params():,} parameters",
        "",
        *_table(("variable of the checkpoint", "shape", "SHA-256 as float32"), rows),
        "",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")


def _table(head, rows):
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        cells = (str(cell).replace("|", "\\|").replace("\n", " ") for cell in row)
        yield "| " + " | ".join(cells) + " |"
