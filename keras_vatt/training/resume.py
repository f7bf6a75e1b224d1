"""Saving all that training is, and putting it back."""

import contextlib
import errno
import json
import pathlib
import time

import filelock
import keras
import numpy as np

from keras_vatt.distribution import as_floats
from keras_vatt.training.save_interval import save_interval
from keras_vatt.training.state_files import (
    newest_state,
    read_arrays,
    remove_states,
    replace_file,
    write_state,
)
from keras_vatt.training.stop_signal import Terminated
from keras_vatt.training.variables import (
    GROUPS,
    dtype_of,
    generator_states,
    named_variables,
    set_generator_state,
    sync,
    values_of,
)

NON_FINITE = "non_finite.json"


class Resume(keras.callbacks.Callback):
    """Saves the state of a run, and restores it: used by `fit_and_resume`.

    The state is every variable of the model (weights, BatchNorm's averages, the seed
    generators of dropout and DropToken), PyTorch's own random states, the optimizer's
    variables, the metric sums of the running epoch, the logs of the finished ones, and
    the count of batches drawn, which is the pipeline's position. Saving changes none
    of it.

    Args:
        folder: string. Where states are written.
        settings: dict that JSON can hold: what must be the same for the run to be the
            same.
        log: `TrainingLog` of the run, which is saved and restored with it.
        save_every: int, steps; or string, seconds such as `"300s"`; or None: only when
            SIGTERM asks, and at the end.
        keep: int. How many states are kept.
        batch_ids: optional function from a batch's number, counted from 0 over the
            whole run, to the ids of its clips.
        writes: bool. Whether this process writes: the first of several does.

    Raises:
        ValueError: if `save_every` or `keep` is out of range.
    """

    def __init__(
        self,
        folder,
        settings,
        log,
        save_every="300s",
        keep=2,
        batch_ids=None,
        writes=True,
    ):
        super().__init__()
        self.every_steps, self.every_seconds = save_interval(save_every)
        if keep < 1:
            raise ValueError(f"`keep` must be at least 1. Received: keep={keep}")
        self.folder = pathlib.Path(folder)
        # As it comes back: tuples are lists there.
        self.settings = json.loads(json.dumps(settings))
        self.log = log
        self.keep = keep
        self.batch_ids = batch_ids
        self.writes = writes
        self.asked = None  # an Event, once SIGTERM is watched
        self.step = self.epoch = self.done = 0
        self._found = None
        self.logs = None  # of an epoch all of whose batches were trained on
        self.changed = False  # since the last state
        self._generators = None  # as such an epoch left them, or as `fit` began
        self._saved_at = time.monotonic()

    @contextlib.contextmanager
    def only_one(self):
        """Holds the lock of the run; the system drops it with the process.

        Raises:
            OSError: if another process has it.
        """
        if not self.writes:
            yield
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with filelock.FileLock(self.folder / ".lock", timeout=0):
                yield
        except filelock.Timeout:
            raise OSError(
                errno.EBUSY,
                f"Another process trains into {str(self.folder.parent)!r}. Expected "
                "one at a time. Wait for it or choose another output",
            ) from None

    def find(self, restart=False):
        """Finds the newest state, and brings the logs to where it is.

        Args:
            restart: bool. Remove what is there instead.

        Raises:
            ValueError: if the states there are of a run with other settings.
            OSError: if there are states and none is whole.
        """
        if restart and self.writes:
            remove_states(self.folder)
        self._found = None if restart else newest_state(self.folder)
        epochs = []
        if self._found:
            record = self._found[0]
            self._check_settings(record["settings"])
            self.step, self.epoch = record["step"], record["epoch"]
            self.done, epochs = record["batches_of_epoch"], record["epochs"]
            self.logs = record["logs"]
        self.log.go_on(self.step, epochs)

    def restore(self, metrics=False):
        """Puts the saved values back, if there are any.

        Args:
            metrics: bool. Put back the metric sums, or all the rest.

        Raises:
            ValueError: if the model is another one.
        """
        if not self._found:
            return
        groups = ["metrics"] if metrics else ["model", "optimizer"]
        if not metrics and not self.model.optimizer.built:
            self.model.optimizer.build(self.model.trainable_variables)
        variables = {
            name: (variable, shape)
            for group in groups
            for name, variable, shape in named_variables(self.model, group)
        }
        saved = {
            name: tuple(shape)
            for name, _, shape, _ in self._found[0]["variables"]
            if name.split(".")[0] in groups
        }
        wanted = {name: shape for name, (_, shape) in variables.items()}
        if saved != wanted:
            differ = sorted(set(saved.items()) ^ set(wanted.items()))
            raise ValueError(
                f"The state in {str(self.folder)!r} is of another model: {differ[:3]} "
                f"and {max(0, len(differ) - 3)} more differ. Expected "
                f"{len(wanted)} variables of the same shapes. Build the same model, "
                "or start over with --restart (restart=True)."
            )
        dtypes = {name: dtype for name, _, _, dtype in self._found[0]["variables"]}
        for name, array in read_arrays(self._found[1]):
            if name in variables:
                if array.dtype.kind == "u" and dtypes[name].startswith("bfloat"):
                    array = array.view(np.dtype(dtypes[name]))
                variables[name][0].assign(array)
            elif name.startswith("generators.") and not metrics:
                set_generator_state(name, array)

    def lacks_metrics(self):
        """Whether the model has yet to make variables that the state has sums for."""
        saved = [n for n, *_ in self._found[0]["variables"] if n.startswith("metrics")]
        return len(self.model.metrics_variables) < len(saved)

    def save(self):
        """Saves the state after the last step.

        Raises:
            FloatingPointError: if a weight is not finite; nothing is saved then.
        """
        sync(self.model)
        self._check_weights()
        record = {
            "format": 1,
            "settings": self.settings,
            "epoch": self.epoch,
            "batches_of_epoch": self.done,
            "epochs": self.log.epochs,
            "logs": self.logs,
            "variables": [
                (name, variable.path, shape, dtype_of(variable))
                for group in GROUPS
                for name, variable, shape in named_variables(self.model, group)
            ],
        }
        if self.writes:
            write_state(self.folder, self.step, self._arrays(), record, self.keep)
        self._saved_at = time.monotonic()
        self.changed = False

    def on_train_begin(self, logs=None):
        self.restore()
        self._generators = list(generator_states())

    def on_train_batch_begin(self, batch, logs=None):
        self._put_generators_back()

    def on_epoch_begin(self, epoch, logs=None):
        self._first, self.logs = self.step, None
        if self.done:  # the first epoch of a run that goes on in its middle
            self.restore(metrics=True)
        self.epoch = epoch
        self._found = None  # what was restored is restored once

    def on_train_batch_end(self, batch, logs=None):
        drawn = self._first + batch + 1 - self.step
        self.step, self.done, self.changed = self.step + drawn, self.done + drawn, True
        bad = {k: v for k, v in as_floats(logs).items() if not np.isfinite(v)}
        if bad:
            self._stop_non_finite(f"the logs are not finite: {bad}")
        if batch + 1 == self.params["steps"]:
            # As `fit` is about to; validation, which follows, has sums of its own.
            sync(self.model)
            self.logs = as_floats(self.model.get_metrics_result())
            self._generators = list(generator_states())
        self._stop_if_asked()
        every, seconds = self.every_steps, self.every_seconds
        if (every and self.step // every > (self.step - drawn) // every) or (
            seconds and time.monotonic() - self._saved_at >= seconds
        ):
            self.save()

    def on_test_batch_end(self, batch, logs=None):
        self._stop_if_asked()

    def on_epoch_end(self, epoch, logs=None):
        # Behind the log: it has the epoch already.
        self.epoch, self.done, self.logs, self.changed = epoch + 1, 0, None, True
        self._put_generators_back()
        self._stop_if_asked()

    def _stop_if_asked(self):
        if self.asked is not None and self.asked.is_set():
            self.save()
            raise Terminated(
                f"SIGTERM: saved after step {self.step}. The same command goes on."
            )

    def _put_generators_back(self):
        """Takes back what iterators drew: a run that goes on makes other ones."""
        for name, state in self._generators or ():
            set_generator_state(name, state)
        self._generators = None

    def _arrays(self):
        for group in GROUPS:
            for name, variable, _ in named_variables(self.model, group):
                array = values_of(variable)
                # Types that numpy has not (bfloat16) travel as bytes of their size.
                if array.dtype.kind == "V":
                    array = array.view(f"u{array.itemsize}")
                yield name, array
        yield from self._generators or generator_states()

    def _check_weights(self):
        for variable in self.model.trainable_variables:
            if not np.isfinite(values_of(variable).astype("float32")).all():
                self._stop_non_finite(f"the weights {variable.path} are not finite")

    def _stop_non_finite(self, what):
        """Leaves the last good state as it is, says which clips it was, and raises."""
        batch = self.step - 1
        path = self.folder.parent / NON_FINITE
        if self.writes:
            ids = {}
            if self.batch_ids:
                ids = {"ids": self.batch_ids(batch)}
                # A step that was finite itself may have left weights that are not.
                ids["ids_before"] = self.batch_ids(batch - 1) if batch else []
            report = {"step": self.step, "batch": batch, "what": what, **ids}
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, json.dumps(report, indent=1))
        raise FloatingPointError(
            f"Training stopped: after step {self.step} {what}. Expected finite "
            f"numbers. The clips of that batch and of the one before are in "
            f"{str(path)!r}, the last good state stays. Leave out the clips with NaN, "
            "or lower the learning rate and start over with --restart."
        )

    def _check_settings(self, saved):
        if saved == self.settings:
            return
        names = sorted(set(saved) | set(self.settings))
        differ = [n for n in names if saved.get(n) != self.settings.get(n)]
        shown = "; ".join(
            f"{n}={self.settings.get(n)!r}, saved {saved.get(n)!r}" for n in differ
        )
        raise ValueError(
            f"The run in {str(self.folder.parent)!r} has other settings: {shown}. "
            "Expected the same to go on. Give them as before, choose another output, "
            "or start over with --restart (restart=True)."
        )
