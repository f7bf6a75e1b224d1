"""Finds and loads `tests/golden`: what the authors' released code computes.

The random weights and inputs of the golden models are draws of NumPy's legacy
generator, whose streams NumPy promises never to change, so the folders keep the
seeds and not the 15 MB that come of them; `tests/golden/README.md` says how. A SHA-256
of every file and array rebuilt here proves it equal to the original, bit for bit.
"""

import base64
import functools
import gzip
import hashlib
import json
import pathlib
import tempfile
import zlib

import numpy as np

GOLDEN = pathlib.Path(__file__).parent / "golden"

PRETRAINING = ("tx_fac", "ut_fac")
TRAINING = ("tx_fac_train", "ut_fac_train")
CLASSIFIERS = (
    "vit_classifier",
    "vit_classifier_from_ut",
    "vit_classifier_multiview",
    "vit_classifier_interpolated",
    "wat_classifier",
    "wat_classifier_interpolated",
    "spt_classifier",
)
MANIFESTS = tuple(
    sorted(path.name.split(".")[0] for path in (GOLDEN / "manifests").iterdir())
)
# The folders that came with another one's checkpoint.
CHECKPOINT_OF = {
    "vit_classifier_multiview": "vit_classifier",
    "vit_classifier_interpolated": "vit_classifier",
    "wat_classifier_interpolated": "wat_classifier",
}
DATA_SUFFIX = ".data-00000-of-00001"


def config(folder):
    """The folder's `config.json`."""
    return json.loads((GOLDEN / folder / "config.json").read_text())


def arrays(folder):
    """The folder's `arrays.npz`, drawn inputs included: `{name: array}`."""
    with np.load(GOLDEN / folder / "arrays.npz") as stored:
        values = dict(stored)
    recipe = json.loads((GOLDEN / folder / "inputs.json").read_text())
    for name, entry in recipe["draws"].items():
        generator = np.random.RandomState(recipe["seed"])
        generator.random_sample(entry["skip"])
        values[name] = _draw(generator, **_distribution(entry))
        _check_sha256(values[name].tobytes(), entry["sha256"], f"{folder}: {name}")
    return values


def subset(values, prefix):
    """The entries of `values` below `prefix`, by the rest of their name."""
    return {
        name.removeprefix(prefix): value
        for name, value in values.items()
        if name.startswith(prefix)
    }


def checkpoint(folder):
    """Path prefix of the folder's TF checkpoint, written once a process."""
    return _rebuild_checkpoint(CHECKPOINT_OF.get(folder, folder))


def manifest(name):
    """A released model's `{variable name: shape}` and its parameter count."""
    path = GOLDEN / "manifests" / f"{name}.json.gz"
    content = json.loads(gzip.decompress(path.read_bytes()))
    shapes = {name: tuple(shape) for name, shape in content["variables"].items()}
    return shapes, content["keras_params"]


def losses():
    """The ten loss cases: `{case: (facts, arrays)}`."""
    facts = json.loads((GOLDEN / "losses.json").read_text())
    with np.load(GOLDEN / "losses.npz") as stored:
        values = dict(stored)
    return {case: (facts[case], subset(values, f"{case}/")) for case in facts}


@functools.cache
def _rebuild_checkpoint(folder):
    prefix = pathlib.Path(_scratch().name) / folder / "ckpt-1"
    prefix.parent.mkdir()
    index = (GOLDEN / folder / "ckpt-1.index").read_bytes()
    prefix.with_name("ckpt-1.index").write_bytes(index)
    recipe = json.loads((GOLDEN / folder / "ckpt-1.json").read_text())
    generator = np.random.RandomState(recipe["seed"])
    tensors = {}
    for _, shape, kind, scale, shift, place in recipe["draws"]:
        tensors[place] = _draw(generator, shape, kind, scale, shift).tobytes()
    data = b"".join(tensors[place] for place in sorted(tensors))
    data += zlib.decompress(base64.b64decode(recipe["object_graph"]))
    _check_sha256(data, recipe["sha256"], f"{folder}/ckpt-1{DATA_SUFFIX}")
    prefix.with_name("ckpt-1" + DATA_SUFFIX).write_bytes(data)
    return str(prefix)


@functools.cache
def _scratch():
    # Kept by the cache, so that it lives as long as the process.
    return tempfile.TemporaryDirectory(prefix="keras_vatt_golden_")


def _distribution(entry):
    return {key: entry[key] for key in ("shape", "kind", "scale", "shift")}


def _draw(generator, shape, kind, scale, shift):
    draw = {"normal": generator.standard_normal, "uniform": generator.random_sample}
    return (draw[kind](shape) * scale + shift).astype("float32")


def _check_sha256(data, expected, what):
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise AssertionError(
            f"{what} rebuilt from its seed has SHA-256 {found}, expected {expected}: "
            "this NumPy draws other numbers. Install the NumPy of `constraints/`."
        )
