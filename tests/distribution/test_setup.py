"""What cannot be set up is refused by name, before anything is."""

import keras
import pytest
import tensorflow as tf
from typer.testing import CliRunner

from keras_vatt import distribution
from keras_vatt.cli import app

BACKEND = keras.backend.backend()


def test_no_devices_are_refused():
    with pytest.raises(ValueError, match="devices=0"):
        distribution.setup(0)


def test_a_model_over_devices_needs_jax_and_a_multiple():
    message = "devices=3" if BACKEND == "jax" else f"under {BACKEND}"
    with pytest.raises(ValueError, match=f"model_parallel=2.*{message}"):
        distribution.setup(3, model_parallel=2)


def test_plans_are_of_whole_models():
    result = CliRunner().invoke(app, ["pretrain", "--dry-run", "--model-parallel", "2"])
    assert result.exit_code == 2 and "--model-parallel" in result.output


@pytest.mark.only("jax")
def test_a_model_over_several_processes_is_refused(monkeypatch):
    monkeypatch.setenv("KERAS_DISTRIBUTION_NUM_PROCESSES", "2")
    with pytest.raises(ValueError, match="single process.*model_parallel=2"):
        distribution.setup(4, model_parallel=2)


@pytest.mark.only("jax")
def test_layouts_are_of_an_axis_that_is_there():
    mesh = keras.distribution.DeviceMesh((1,), ("batch",), ["cpu:0"])
    with pytest.raises(ValueError, match="'batch'.*'model'"):
        distribution.layout_map(mesh)


@pytest.mark.only("tensorflow")
def test_datasets_that_do_not_know_their_length_are_refused():
    data = tf.data.Dataset.range(6)
    assert distribution.steps_of(data.batch(2)) == 3
    for unknown in (data.filter(lambda x: x > 1), data.repeat()):
        with pytest.raises(ValueError, match="steps_per_epoch"):
            distribution.steps_of(unknown)
