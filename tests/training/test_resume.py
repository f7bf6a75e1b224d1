"""A run that stops anywhere goes on to the same losses and weights."""

import csv
import json
import os
import pathlib
import shutil
import signal

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_vatt import models
from keras_vatt.layers import DropToken
from keras_vatt.layers.attention import Attention
from keras_vatt.layers.dropout import Dropout
from keras_vatt.layers.token_choice import TokenChoice
from keras_vatt.training.fit_and_resume import fit_and_resume
from keras_vatt.training.resume import Resume
from keras_vatt.training.save_interval import save_interval
from keras_vatt.training.state_files import newest_state, read_arrays
from keras_vatt.training.stop_signal import Terminated
from keras_vatt.training.training_log import TrainingLog
from keras_vatt.training.variables import named_variables
from tests.models import tiny

EPOCHS, STEPS = 3, 3


class Stop(keras.callbacks.Callback):
    """Raises, or sends itself a signal, at one moment of the run."""

    def __init__(self, moment, by="raise"):
        super().__init__()
        self.moment, self.by, self.batches, self.tests = moment, by, 0, 0

    def on_train_batch_end(self, batch, logs=None):
        self.batches += 1
        self.stop_at(self.batches)

    def on_test_batch_end(self, batch, logs=None):
        self.tests += 1
        self.stop_at(f"validation {self.tests}")

    def stop_at(self, now):
        if now == self.moment and self.by == "raise":
            raise KeyboardInterrupt
        if now == self.moment:
            os.kill(os.getpid(), signal.SIGTERM)


def numbered(start):
    """Batches that say where they stand; the pipeline's own order has its tests."""

    def one(n):
        x = tf.random.stateless_normal((4, 6, 8), tf.stack([n, 0]))
        return x, tf.reduce_sum(x, (1, 2))

    return tf.data.Dataset.counter(start, dtype=tf.int32).map(one)


def build(width=8):
    """All that a state must hold: seeds, moving averages, moments, metric sums."""
    tokens = keras.Input((6, 8))
    x = DropToken(0.5)(tokens)
    x = keras.layers.Dense(width, activation="relu")(x)
    x = keras.layers.BatchNormalization()(keras.layers.Dropout(0.3)(x))
    x = keras.layers.Dense(1)(keras.layers.GlobalAveragePooling1D()(x))
    model = keras.Model(tokens, x[:, 0])
    model.compile(keras.optimizers.Adam(1e-2), "mse", metrics=["mae"])
    return model


def train(output, stop=None, save_every=2, settings=None, keep=2, **options):
    keras.utils.set_random_seed(0)
    model = build()
    log = TrainingLog(output)
    resume = Resume(
        os.path.join(output, "state"),
        settings or {"seed": 0},
        log,
        save_every=save_every,
        keep=keep,
        batch_ids=lambda batch: [f"clip {batch}"],
    )
    history = fit_and_resume(
        model,
        options.pop("dataset_at", numbered),
        EPOCHS,
        STEPS,
        resume,
        validation_data=numbered(100).take(2),
        callbacks=[stop] if stop else [],
        verbose=0,
        **options,
    )
    return model, history


def state_of(output):
    return dict(read_arrays(newest_state(os.path.join(output, "state"))[1]))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    output = str(tmp_path_factory.mktemp("undisturbed"))
    _, history = train(output)
    return output, history


def assert_same(output, history, undisturbed):
    expected_output, expected = undisturbed
    assert history == expected
    for name in ("steps.csv", "history.csv"):
        found, wanted = (
            (pathlib.Path(o) / name).read_text() for o in (output, expected_output)
        )
        assert found == wanted, name
    found, wanted = state_of(output), state_of(expected_output)
    assert list(found) == list(wanted)
    for name, array in found.items():
        np.testing.assert_array_equal(array, wanted[name], err_msg=name)
    assert board(output) == board(expected_output)


def board(output):
    """Every point that TensorBoard would show, duplicates too."""
    points = []
    for path in sorted(pathlib.Path(output, "logs").rglob("events.out.tfevents.*")):
        for record in tf.data.TFRecordDataset(str(path)).as_numpy_iterator():
            event = tf.compat.v1.Event.FromString(record)
            for value in event.summary.value:
                number = float(tf.make_ndarray(value.tensor))
                points.append((path.parent.name, event.step, value.tag, number))
    return sorted(points)


@pytest.mark.parametrize(
    ("moment", "by", "step"),
    [
        (5, "raise", 4),  # in an epoch, one step after a state
        # At an epoch's last batch, before validation; and within it.
        pytest.param(3, "signal", 3, marks=pytest.mark.long),
        pytest.param("validation 3", "signal", 6, marks=pytest.mark.long),
    ],
)
def test_a_stopped_run_goes_on_to_the_same(tmp_path, undisturbed, moment, by, step):
    with pytest.raises(KeyboardInterrupt if by == "raise" else Terminated):
        train(tmp_path, Stop(moment, by))
    assert newest_state(tmp_path / "state")[0]["step"] == step
    _, history = train(tmp_path)
    assert_same(tmp_path, history, undisturbed)


def test_when_states_are_saved_changes_nothing(tmp_path, undisturbed):
    _, history = train(tmp_path, save_every=None)
    assert [p.name for p in (tmp_path / "state").glob("step*")] == ["step-000000009"]
    assert_same(tmp_path, history, undisturbed)
    # A finished run is restored and left as it is.
    model, again = train(tmp_path, Stop(1))
    assert again == history and int(model.optimizer.iterations) == EPOCHS * STEPS
    assert_same(tmp_path, again, undisturbed)


def test_logs_hold_every_step_and_epoch_once(undisturbed):
    output, history = undisturbed
    with open(os.path.join(output, "steps.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["step"]) for row in rows] == list(range(1, 1 + EPOCHS * STEPS))
    last = [float(row["loss"]) for row in rows[STEPS - 1 :: STEPS]]
    np.testing.assert_allclose(last, history["loss"], rtol=1e-6)
    assert len(set(history["loss"])) == EPOCHS
    points = board(output)
    assert len(points) == EPOCHS * len(history) == len(set(p[:3] for p in points))
    assert ("validation", 1, "epoch_loss", pytest.approx(history["val_loss"][1])) in (
        points
    )


def test_the_state_holds_every_seed_generator(undisturbed):
    record = newest_state(os.path.join(undisturbed[0], "state"))[0]
    saved = [path for _, path, _, _ in record["variables"] if "seed_generator" in path]
    assert len(saved) == 2
    # So do those of the real model: of every dropout and choice of tokens.
    model = models.VATTPretrainer(tiny.specific(dropout=0.1), "fac", 6, 5)
    states = [
        layer.seed_generator.state
        for layer in model._flatten_layers()
        if isinstance(layer, (Attention, Dropout, TokenChoice))
    ]
    held = {id(variable) for _, variable, _ in named_variables(model, "model")}
    assert len(states) > 10 and {id(state) for state in states} <= held


@pytest.fixture
def finished(tmp_path, undisturbed):
    """A copy of the undisturbed run: states after steps 8 and 9."""
    return shutil.copytree(undisturbed[0], tmp_path / "run")


def test_a_damaged_state_is_left_out(finished, undisturbed):
    path = finished / "state" / "step-000000009" / "arrays.npz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.warns(UserWarning, match="step-000000009.*damaged"):
        _, history = train(finished)
    assert_same(finished, history, undisturbed)


def test_other_settings_and_another_model_are_refused(finished):
    with pytest.raises(ValueError, match="seed=1, saved 0.*--restart"):
        train(finished, settings={"seed": 1})
    model = build(width=9)
    resume = Resume(finished / "state", {"seed": 0}, TrainingLog(finished))
    with pytest.raises(ValueError, match="another model.*same shapes"):
        fit_and_resume(model, numbered, EPOCHS, STEPS, resume, verbose=0)


def test_restart_forgets(finished):
    with pytest.raises(KeyboardInterrupt):  # the first batch of a run from the start
        train(finished, Stop(1), restart=True)
    assert newest_state(finished / "state") is None
    assert (finished / "steps.csv").read_text() == ""


def test_a_loss_that_is_not_finite_stops_and_names_the_clips(tmp_path):
    def broken(start):
        def one(n, batch):
            x, y = batch
            return x + tf.where(n == 4, np.nan, 0.0), y

        batches = tf.data.Dataset.zip(tf.data.Dataset.counter(start), numbered(start))
        return batches.map(one)

    with pytest.raises(FloatingPointError, match="after step 5 .*non_finite.json"):
        train(tmp_path, save_every=1, dataset_at=broken)
    found = json.loads((tmp_path / "non_finite.json").read_text())
    assert found["batch"] == 4
    assert found["ids"] == ["clip 4"] and found["ids_before"] == ["clip 3"]
    assert newest_state(tmp_path / "state")[0]["step"] == 4
    assert all(np.isfinite(array).all() for array in state_of(tmp_path).values())


def test_weights_that_are_not_finite_are_not_saved(tmp_path):
    """An overflow in a gradient: the losses show it a step later."""

    class Overflow(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            for variable in self.model.trainable_variables[:1]:
                variable.assign(np.full(variable.shape, np.inf))
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(FloatingPointError, match="the weights .* are not finite"):
        train(tmp_path, Overflow(), save_every=None)
    assert newest_state(tmp_path / "state") is None


@pytest.mark.parametrize("value", ["", "s", "0", "-3", "2.5", "5m"])
def test_save_every_is_steps_or_seconds(value):
    assert save_interval("300s") == (None, 300.0) and save_interval(7) == (7, None)
    with pytest.raises(ValueError, match="save_every"):
        save_interval(value)


def test_one_process_at_a_time(tmp_path):
    resume = Resume(tmp_path / "state", {}, TrainingLog(tmp_path))
    other = Resume(tmp_path / "state", {}, TrainingLog(tmp_path))
    with resume.only_one(), pytest.raises(OSError, match="Another process"):
        with other.only_one():
            pass
