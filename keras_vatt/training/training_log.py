"""What a run writes of its losses, right across interruptions."""

import csv
import io
import pathlib

import keras

from keras_vatt.distribution import as_floats
from keras_vatt.training.state_files import replace_file

STEPS, EPOCHS, BOARD = "steps.csv", "history.csv", "logs"


class TrainingLog(keras.callbacks.Callback):
    """Writes every step and every epoch: CSV, and TensorBoard.

    Keras' own CSV and TensorBoard callbacks append: what was logged after the last
    saved state would stand there twice. Here a run that goes on takes back what lies
    behind its state.

    - `steps.csv`: a row a step, the logs as the progress bar shows them (means of the
      epoch so far), to the last bit.
    - `history.csv`: a row an epoch, validation included.
    - `logs/train`, `logs/validation`: the same for TensorBoard.

    Args:
        output: string. Folder to write to.
        writes: bool. Whether this process writes: the first of several does.

    Attributes:
        epochs: list of dicts, the logs of each finished epoch.
        history: dict of lists, the same by name, as `fit` returns it.
    """

    def __init__(self, output, writes=True):
        super().__init__()
        self.output = pathlib.Path(output)
        self.writes = writes
        self.epochs = []
        self._step = 0
        self._steps_file = self._writers = self._names = None

    @property
    def history(self):
        """The epochs by name."""
        names = dict.fromkeys(name for logs in self.epochs for name in logs)
        return {n: [logs[n] for logs in self.epochs if n in logs] for n in names}

    def go_on(self, step, epochs):
        """Takes back all that was logged after a step.

        Args:
            step: int. Steps that count; 0 to start over.
            epochs: list of dicts. The finished epochs that count.
        """
        self.epochs = list(epochs)
        self._step = step
        if not self.writes:
            return
        self.close()
        self.output.mkdir(parents=True, exist_ok=True)
        lines = []
        if step and (self.output / STEPS).exists():
            with open(self.output / STEPS, newline="") as file:
                lines = file.read().splitlines()[: 1 + step]
        self._names = lines[0].split(",")[1:] if lines else None
        replace_file(self.output / STEPS, "".join(f"{line}\n" for line in lines))
        self._write_epochs()
        for old in (self.output / BOARD).glob("*/events.out.tfevents.*"):
            if old.parent.name in ("train", "validation"):
                old.unlink()
        for epoch, logs in enumerate(self.epochs):
            self._write_board(epoch, logs)

    def at(self, step):
        """Says how many steps came before the batches that follow."""
        self._step = step

    def on_train_batch_end(self, batch, logs=None):
        self._step += 1
        if not self.writes:
            return
        if self._steps_file is None:
            # Line by line: what a step logged survives the process.
            self._steps_file = open(  # noqa: SIM115
                self.output / STEPS, "a", buffering=1, newline=""
            )
        if self._names is None:
            self._names = sorted(logs)
            self._steps_file.write(",".join(["step", *self._names]) + "\n")
        # Nine digits are a float32 to the last bit.
        logs = as_floats(logs)
        values = [f"{logs[name]:.9g}" for name in self._names]
        self._steps_file.write(",".join([str(self._step), *values]) + "\n")

    def on_epoch_end(self, epoch, logs=None):
        self.epochs.append(as_floats(logs))
        if self.writes:
            self._write_epochs()
            self._write_board(epoch, self.epochs[-1])

    def close(self):
        """Closes the files; they are opened again when there is more to write."""
        if self._steps_file is not None:
            self._steps_file.close()
        for writer in (self._writers or {}).values():
            writer.close()
        self._steps_file = self._writers = None

    def _write_epochs(self):
        text = io.StringIO()
        names = ["epoch", *sorted(self.history)]
        rows = csv.DictWriter(text, names, restval="", lineterminator="\n")
        rows.writeheader()
        for epoch, logs in enumerate(self.epochs):
            rows.writerow({"epoch": epoch, **logs})
        replace_file(self.output / EPOCHS, text.getvalue())

    def _write_board(self, epoch, logs):
        import tensorflow as tf

        if self._writers is None:
            self._writers = {}
        for name, value in logs.items():
            split = "validation" if name.startswith("val_") else "train"
            if split not in self._writers:
                folder = str(self.output / BOARD / split)
                self._writers[split] = tf.summary.create_file_writer(folder)
            with self._writers[split].as_default():
                tf.summary.scalar(f"epoch_{name.removeprefix('val_')}", value, epoch)
        for writer in self._writers.values():
            writer.flush()
