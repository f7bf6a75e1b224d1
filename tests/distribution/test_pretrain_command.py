"""`keras-vatt pretrain` on several devices, as a user types it."""

import json
import os
import pathlib
import subprocess
import sys

import keras
import numpy as np
import pytest

from keras_vatt import presets
from tests.training import kill_test

BACKEND = keras.backend.backend()
COMMAND = pathlib.Path(sys.executable).parent / "keras-vatt"
STEPS, CLIPS = 6, 4


def pretrain(folder, output, *more):
    """Runs the command; returns what it logged of every epoch."""
    options = {
        "data": folder / "records",
        "preset": folder / "preset",
        "output": folder / output,
        "steps": STEPS,
        "batch-size": CLIPS,
        "learning-rate": 1e-4,  # faster, and the loss jumps: rounding would decide
        "save-every": 2,
    }
    given = [str(part) for k, v in options.items() for part in (f"--{k}", v)]
    result = subprocess.run(
        [COMMAND, "pretrain", *given, *map(str, more)],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr[-9000:]
    return json.loads((folder / output / "history.json").read_text())


@pytest.mark.long
@pytest.mark.timeout(1500)
def test_the_command_trains_on_several_devices(tmp_path):
    """On those of one process as on one, as far as Adam lets rounding be.

    Processes read shards of their own: their batches are others.
    """
    kill_test.make_inputs(tmp_path, words=20, dropout=0.0, drop_token_rate=0.0)
    one = pretrain(tmp_path, "one")
    assert "val_loss" in one and np.ptp(one["loss"]) > 1e-3
    ways = {"two": ("--devices", 2)}
    if BACKEND == "jax":
        ways["split"] = ("--devices", 4, "--model-parallel", 2)
    for name, way in ways.items():
        found = pretrain(tmp_path, name, *way)
        assert list(found) == list(one)
        for key, values in one.items():
            assert np.isfinite(found[key]).all() and len(found[key]) == len(values)
            if BACKEND != "torch":
                # Of clips that are nearly as near, rounding may choose another one.
                apart = 1 / CLIPS if "accuracy" in key else 1e-6
                np.testing.assert_allclose(
                    found[key], values, rtol=5e-3, atol=apart, err_msg=f"{name} {key}"
                )
        steps = (tmp_path / name / "steps.csv").read_text().splitlines()
        assert len(steps) == STEPS + 1  # one process logs
        presets.load(str(tmp_path / name / "preset"))
        # The same command finds the run finished.
        assert pretrain(tmp_path, name, *way) == found
