"""Several devices give the losses and weights of one, in real processes."""

import keras
import numpy as np
import pytest

from tests.distribution import several, worker

BACKEND = keras.backend.backend()
# Devices and processes, by backend; the first is the small form that always runs.
SHAPES = {
    "jax": [(2, 1), (4, 1), (2, 2), (4, 2)],
    "tensorflow": [(2, 1), (4, 1), (2, 2)],
    "torch": [(2, 2), (4, 4)],
}[BACKEND]


def check(found, history, options, loss_tolerance=1e-4, weight_tolerance=1e-5):
    """All processes alike, and like one device here."""
    losses, expected_history, weights = worker.train(**options)
    assert losses[-1] < 0.9 * losses[0]
    for ours in found:
        np.testing.assert_allclose(ours["losses"], losses, rtol=loss_tolerance)
        for path, value in weights.items():
            name = path.replace("/", "|")
            np.testing.assert_array_equal(ours[name], found[0][name], err_msg=path)
            if weight_tolerance:
                np.testing.assert_allclose(
                    ours[name], value, atol=weight_tolerance, rtol=0, err_msg=path
                )
    # What is logged is of the whole batch, validation included where it is to be had.
    trained = {name for name in expected_history if not name.startswith("val_")}
    assert set(history) in (trained, set(expected_history))
    for name, values in expected_history.items():
        if name not in history:
            assert BACKEND == "tensorflow"
            continue
        np.testing.assert_allclose(
            history[name], values, rtol=loss_tolerance, err_msg=name
        )


def test_one_device_is_learned_from():
    """What the comparisons compare: a loss that falls, weights that move."""
    losses, _, weights = worker.train()
    start = {w.path: keras.ops.convert_to_numpy(w) for w in worker.build().weights}
    assert losses[-1] < 0.9 * losses[0]
    moved = [np.abs(weights[path] - start[path]).max() for path in start]
    assert np.median(moved) > 1e-4


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("form", ["specific", "agnostic"])
@pytest.mark.parametrize(
    ("devices", "processes"),
    [pytest.param(*SHAPES[0], marks=pytest.mark.ci), *SHAPES[1:]],
)
def test_several_devices_equal_one(form, devices, processes, tmp_path):
    options = {"form": form}
    found = several.run(tmp_path / "out", devices, processes, **options)
    check(*found, options)


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_several_devices_equal_one_with_adam(tmp_path):
    """Adam divides by gradients' sizes: keys' biases have none, and drift freely."""
    options = {"optimizer": "adam", "learning_rate": 1e-3}
    devices, processes = SHAPES[0]
    found = several.run(tmp_path / "out", devices, processes, **options)
    check(*found, options, loss_tolerance=5e-3, weight_tolerance=None)
