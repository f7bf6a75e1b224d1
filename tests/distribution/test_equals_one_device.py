"""Several devices give the losses and weights of one, in real processes.

    make test-long TESTS=tests/distribution BACKEND=jax PYTEST_ARGS=-s

prints how far they are apart.
"""

import functools

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
ci = pytest.mark.ci


def check(found, history, options, loss_tolerance=1e-4, weight_tolerance=1e-5):
    """All processes alike, and like one device here."""
    losses, expected_history, weights = of_one_device(**options)
    report(found, losses, weights)
    assert losses[-1] < 0.9 * losses[0]
    for ours in found:
        np.testing.assert_allclose(ours["losses"], losses, rtol=loss_tolerance)
        for path, value in weights.items():
            name = worker.stored(path)
            np.testing.assert_array_equal(ours[name], found[0][name], err_msg=path)
            if weight_tolerance:
                np.testing.assert_allclose(
                    ours[name], value, atol=weight_tolerance, rtol=0, err_msg=path
                )
    # What is logged is of the whole batch, in validation too.
    assert set(history) == set(expected_history)
    for name, values in expected_history.items():
        np.testing.assert_allclose(
            history[name], values, rtol=loss_tolerance, err_msg=name
        )


@functools.cache
def of_one_device(**options):
    losses, history, model = worker.train(**options)
    return losses, history, worker.values(model)


def report(found, losses, weights):
    """Prints how far all this is from one device."""
    ours = np.array([one["losses"] for one in found])
    apart = [
        np.abs(one[worker.stored(path)] - value).max()
        for one in found
        for path, value in weights.items()
    ]
    print(
        f"\n{BACKEND}: loss {losses[0]:.4f} to {losses[-1]:.4f}, apart by "
        f"{np.abs(ours / losses - 1).max():.1e} of it, weights by {max(apart):.1e}"
    )


def test_one_device_is_learned_from():
    """What the comparisons compare: a loss that falls, weights that move."""
    losses, _, weights = of_one_device(form="specific")
    start = worker.values(worker.build())
    assert losses[-1] < 0.9 * losses[0]
    moved = [np.abs(weights[path] - start[path]).max() for path in start]
    assert np.median(moved) > 1e-4


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("devices", "processes", "form"),
    [
        pytest.param(*shape, form, marks=[ci] if first else [])
        for shape in SHAPES
        for form in ("specific", "agnostic")
        for first in [shape == SHAPES[0] and form == "specific"]
    ],
)
def test_several_devices_equal_one(devices, processes, form, tmp_path):
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


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_chunks_on_several_devices_equal_a_batch_on_one(tmp_path):
    """GradCache: four clips a device, two at a time."""
    devices, processes = SHAPES[0]
    found = several.run(tmp_path / "out", devices, processes, encode_batch_size=2)
    check(*found, {"form": "specific"})


@pytest.mark.only("jax")
@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("form", [pytest.param("specific", marks=ci), "agnostic"])
def test_a_model_over_two_devices_twice_equals_one(form, tmp_path):
    """Two devices share each copy of the model, two copies share the batch."""
    options = {"form": form}
    found = several.run(tmp_path / "out", 4, model_parallel=2, **options)
    check(*found, options)
    check_parts(found[0][0], form)


def check_parts(ours, form):
    """Each device has one of two heads, and half of the perceptron."""
    encoder = "encoder" if form == "agnostic" else "video_encoder"
    block = f"{encoder}/block_0"
    for name, part in {
        "attention/query_dense/kernel": (8, 4),
        "attention/query_dense/bias": (4,),
        "attention/output_dense/kernel": (4, 8),
        "attention/output_dense/bias": (8,),
        "mlp_dense/kernel": (8, 8),
        "mlp_dense/bias": (8,),
        "mlp_output_dense/kernel": (8, 8),
        "mlp_output_dense/bias": (8,),
        "mlp_norm/gamma": (8,),
    }.items():
        found = tuple(ours["part:" + worker.stored(f"{block}/{name}")])
        assert found == part, name
