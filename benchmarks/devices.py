r"""One training step on several devices of this machine, against one device.

    KERAS_BACKEND=torch python benchmarks/devices.py
    KERAS_BACKEND=jax python benchmarks/devices.py --devices 2 4

The same global batch, through `fit`: JAX's virtual devices, TensorFlow's replicas,
PyTorch's processes under `torchrun`. Every count of devices has a process of its own.
On a CPU the devices share the cores that one device has already: the ratio then says
what sharing costs (gathers, averaged gradients, copies of the weights), not what more
devices bring.

Cost: a minute or two a backend on two cores.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import time

import keras
import tensorflow as tf
from train_step import Step, add_step

from keras_vatt import distribution


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_step(parser)
    parser.set_defaults(preset="vatt_tiny", batch_size=32)
    parser.add_argument("--devices", type=int, nargs="+", default=[2])
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    args = parse()
    if args.child:
        print(f"SECONDS {seconds(args, *args.devices)}")
        return
    one = child(1)
    for devices in args.devices:
        several = child(devices)
        print(
            f"RESULT {args.preset}, batch {args.batch_size}, DropToken "
            f"{args.drop_token_rate}: {devices} devices {several:.2f} s a step, one "
            f"{one:.2f} s: {several / one:.2f} times"
        )


def child(devices):
    """Seconds a step, taken by processes of its own."""
    command = [sys.executable]
    threads = {}
    if keras.backend.backend() == "torch":
        command += ["-m", "torch.distributed.run", "--standalone"]
        command += ["--nproc-per-node", str(devices)]
        threads = {
            "OMP_NUM_THREADS": str(max(len(os.sched_getaffinity(0)) // devices, 1))
        }
    # What was given last counts.
    command += [*sys.argv, "--child", "--devices", str(devices)]
    done = subprocess.run(
        command,
        env={**os.environ, **threads},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        # torchrun says a page more after what went wrong.
        causes = re.findall(r".*\w(?:Error|Exit): \S.*", done.stderr)
        cause = causes[-1] if causes else f"exit status {done.returncode}"
        sys.exit(f"{done.stderr}\nWith {devices} devices: {cause}")
    lines = [line for line in done.stdout.splitlines() if line.startswith("SECONDS ")]
    return float(lines[0].split()[1])


def seconds(args, devices):
    """Median over the rounds; the first one, which compiles, is left out."""
    if devices > 1:
        distribution.setup(devices)
    step = Step(args, args.drop_token_rate, args.remat)
    share = distribution.share(args.batch_size)
    begin = share["batch_size"] * share["shard_index"]
    own = keras.tree.map_structure(
        lambda x: x[begin : begin + share["batch_size"]], (step.inputs, step.masks)
    )
    rounds = Rounds()
    step.model.fit(
        tf.data.Dataset.from_tensors(own).repeat(),
        steps_per_epoch=args.steps,
        epochs=args.rounds + 1,
        verbose=0,
        callbacks=[rounds],
    )
    distribution.close()
    return statistics.median(rounds.times[1:]) / args.steps


class Rounds(keras.callbacks.Callback):
    """How long each epoch takes."""

    def __init__(self):
        super().__init__()
        self.times = []

    def on_epoch_begin(self, epoch, logs=None):
        self._begin = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.times.append(time.perf_counter() - self._begin)


if __name__ == "__main__":
    main()
