"""A preset written under one backend is the same model under the others."""

import os
import subprocess
import sys

import numpy as np
import pytest

SCRIPT = """
import sys
import keras
import numpy as np
from keras_vatt import models, presets
from tests.models import tiny

verb, folder, form = sys.argv[1:]
if verb == "write":
    keras.utils.set_random_seed(0)
    backbone = tiny.BACKBONES[form](**tiny.STILL)
    model = models.VATTPretrainer(backbone, fine_dim=6, coarse_dim=5)
    model.save_to_preset(folder)
else:
    model = models.VATTPretrainer.from_preset(folder, preprocessor=None)
outputs = model(tiny.batch()[0])
arrays = {f"out/{k}": keras.ops.convert_to_numpy(v) for k, v in outputs.items()}
arrays |= {f"weight/{w.path}": keras.ops.convert_to_numpy(w) for w in model.weights}
assert len(arrays) == len(outputs) + len(model.weights)
np.savez(f"{folder}/{keras.backend.backend()}.npz", **arrays)
"""


def run(backend, *arguments):
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        env={**os.environ, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert result.returncode == 0, result.stderr[-3000:]


@pytest.mark.ci
@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("form", ["specific", "agnostic"])
def test_preset_across_backends(form, tmp_path):
    run("jax", "write", str(tmp_path), form)
    expected = dict(np.load(tmp_path / "jax.npz"))
    assert any(np.ptp(x) > 0 for name, x in expected.items() if "out/" in name)
    for backend in ("tensorflow", "torch"):
        run(backend, "read", str(tmp_path), form)
        actual = dict(np.load(tmp_path / f"{backend}.npz"))
        assert actual.keys() == expected.keys()
        for name, value in expected.items():
            if name.startswith("weight/"):
                np.testing.assert_array_equal(actual[name], value)
            else:
                np.testing.assert_allclose(actual[name], value, atol=2e-5)
