"""
Title: Pretrain on a TPU pod and on GPUs
Author: The keras_vatt authors
Date created: 2026/11/25
Last modified: 2026/11/25
Description: One command from two cores to many hosts: commands, a small run, a plan.
Accelerator: None
"""

"""
## Introduction

Contrastive learning wants large batches: every clip of a batch is a negative for all
others. The paper takes 2,048 clips a step. Nothing in the program changes for that:
`keras-vatt pretrain --devices N` shares each batch among N devices, whatever they are.
This guide gives the commands for a TPU pod with JAX and for GPUs with TensorFlow and
PyTorch, runs the same command on two devices of this machine's processor, and ends with
what a step of the paper's three sizes takes.

What was tried, and what was not: the whole training step is *lowered* for TPU and for
CUDA by a test (`tests/distribution/test_compiled_once.py`), which needs neither. **It
never ran on a TPU.** The small run below is real: devices of a processor are virtual
ones for JAX and TensorFlow, and processes of their own for PyTorch.

```
KERAS_BACKEND=jax python guides/pretrain_on_tpu_and_gpus.py
```
"""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import json
import pathlib
import subprocess
import sys
import tempfile

import keras
import matplotlib.pyplot as plt

import keras_vatt
from keras_vatt.cli import app

folder = pathlib.Path(os.environ.get("GUIDE_FOLDER") or tempfile.mkdtemp())
BACKEND = keras.backend.backend()

"""
## How a batch is shared

Each device encodes its own clips. Then the *pooled features* of all devices are
gathered, a few kilobytes a clip, and every device runs the small head and the loss on
the whole batch: negatives, BatchNorm statistics and the counts of valid clips are
global, and the gradients, averaged over the devices, are those of one large device.

Each process reads its own part of the clips. Prepare them first (`keras-vatt prepare`,
with `--runner` on many machines), into a folder that all hosts see under the same
path. Only the first process writes checkpoints and logs; killed at any moment, the same
command goes on where its last state was.

## JAX on a TPU pod

One process a host, all with the same command. They find each other by three variables;
on Cloud TPU the number of a host is in its metadata. A v4-512 slice has 256 chips on 64
hosts:

```sh
gcloud compute tpus tpu-vm create vatt --zone us-central2-b \\
    --accelerator-type v4-512 --version tpu-ubuntu2204-base
gcloud compute tpus tpu-vm ssh vatt --zone us-central2-b --worker all --command '
    pip install "keras-vatt[jax]" "jax[tpu]"'
gcloud compute tpus tpu-vm ssh vatt --zone us-central2-b --worker all --command '
    export KERAS_BACKEND=jax
    export KERAS_DISTRIBUTION_JOB_ADDRESSES=10.130.0.2:8476   # the first host
    export KERAS_DISTRIBUTION_NUM_PROCESSES=64
    export KERAS_DISTRIBUTION_PROCESS_ID=$(curl -s -H "Metadata-Flavor: Google" \\
        metadata.google.internal/computeMetadata/v1/instance/attributes/agent-worker-number)
    keras-vatt pretrain --data /mnt/clips/records --output /mnt/runs/base \\
        --preset vatt_base_base_small --devices 256 --batch-size 2048 \\
        --candidates 5 --learning-rate 1e-4 --steps 500000'
```

Not one line of this ran on a TPU. Where a package of that name is not published,
install it from a copy of the repository.

## GPUs with TensorFlow

The eight GPUs of one machine need no more than to be asked for:

```sh
KERAS_BACKEND=tensorflow keras-vatt pretrain --data records --output base \\
    --preset vatt_base_base_small --devices 8 --batch-size 128 --candidates 5 \\
    --learning-rate 1e-4 --steps 500000
```

Several machines, one worker each, are told of each other by `TF_CONFIG`; the first
worker has the index 0. (In one process, several replicas refuse to validate, as
TensorFlow's metrics race there: leave the validation split out.)

```sh
export TF_CONFIG='{"cluster": {"worker": ["10.0.0.1:2222", "10.0.0.2:2222"]},
                   "task": {"type": "worker", "index": 0}}'
KERAS_BACKEND=tensorflow keras-vatt pretrain ... --devices 16
```

## GPUs with PyTorch

One process a GPU. On one machine the command starts them itself:

```sh
KERAS_BACKEND=torch keras-vatt pretrain --data records --output base \\
    --preset vatt_base_base_small --devices 8 --batch-size 128 --candidates 5 \\
    --learning-rate 1e-4 --steps 500000
```

On several, `torchrun` does, with the same line on each of them but for its rank:

```sh
KERAS_BACKEND=torch torchrun --nnodes 2 --node-rank 0 --nproc-per-node 8 \\
    --rdzv-backend c10d --rdzv-endpoint 10.0.0.1:29500 --no-python \\
    keras-vatt pretrain ... --devices 16
```

## When the batch does not fit

`--encode-batch-size 16` encodes a device's share 16 clips at a time, takes the loss of
the whole batch on all features, and encodes each chunk again for its gradients: the
gradients are those of the whole, the memory of activations is that of 16 clips, and a
step takes a third longer. In Python, `remat=True` computes each Transformer block anew
for its gradient, and `dtype="mixed_bfloat16"` halves what activations take; both are
arguments of `keras_vatt.presets.load`. A script of one's own calls
`keras_vatt.distribution.setup()` before the model is built, and loads
`**keras_vatt.distribution.share(batch_size)`; the rest is `fit`.
"""

"""
## A small run

A few clips, and a `vatt_tiny` that drops no tokens, so that two runs differ by nothing
but their devices. (There is no validation split, for TensorFlow's sake.)
"""

table = keras_vatt.demo.write_clips(str(folder / "clips"), {"train": 96})
records = str(folder / "records")
print(keras_vatt.datasets.prepare(table, records))
keras.utils.set_random_seed(0)
start = keras_vatt.presets.load(
    "vatt_tiny", vocabulary=keras_vatt.data.vocabulary(records), drop_token_rate=0.0
)
start.save_to_preset(str(folder / "start"))

"""
The command line, on one device and on two. Under PyTorch the second is two processes,
which `torchrun` starts; under JAX and TensorFlow it is one process with two virtual
devices, and the program that runs is the one of real devices.
"""

COMMAND = str(pathlib.Path(sys.executable).with_name("keras-vatt"))


def pretrain(devices):
    run = folder / f"devices_{devices}_{BACKEND}"
    command = [COMMAND, "pretrain", "--data", records, "--output", str(run)]
    command += ["--preset", str(folder / "start"), "--batch-size", "24"]
    command += ["--steps", "40", "--epochs", "10", "--devices", str(devices)]
    print(*command, flush=True)
    subprocess.run(command, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    return json.loads((run / "history.json").read_text())["loss"]


losses = {devices: pretrain(devices) for devices in (1, 2)}

"""
The two curves should be alike. Under JAX and TensorFlow one process reads all clips,
and the batches of both runs are the same ones: the losses agree until rounding has
grown under Adam. Under PyTorch each process reads its half of the clips: batches are
put together otherwise, and the curves agree as two seeds do. That the losses and
weights of several devices *equal* those of one, on the same batches, is held by
`tests/distribution`, to 1e-4 and 1e-5 on every backend.
"""

figure, axis = plt.subplots(figsize=(6, 4), layout="constrained")
for devices, values in losses.items():
    axis.plot(values, marker=".", label=f"{devices} devices")
axis.set(xlabel="epoch", ylabel="loss", title=f"the same training, {BACKEND}")
axis.legend()
figure.savefig(folder / f"devices_{BACKEND}.png")
first, last = (
    abs(losses[2][epoch] / losses[1][epoch] - 1) for epoch in (0, len(losses[1]) - 1)
)
print(f"relative difference of the loss: first epoch {first:.1e}, last {last:.1e}")

"""
## Planning: the paper's three sizes

`--dry-run` prints what a step takes before there is a machine: by formulas, which tests
hold against models that fit here (parameters exactly, operations against XLA's own
count, memory against what PyTorch keeps). The paper's batch of 2,048 clips with five
captions on 256 devices:
"""

for size in ("base", "medium", "large"):
    plan = ["pretrain", "--dry-run", "--preset", f"vatt_{size}_base_small"]
    plan += ["--batch-size", "2048", "--devices", "256", "--candidates", "5"]
    print("\nkeras-vatt", *plan)
    app(plan, standalone_mode=False)

"""
Eight clips a device. A TPU v4 chip has 32 GiB (34 GB): by this count Base and Medium
are below it in float32 and Large is not. The count is PyTorch's; XLA on a processor
took up to 1.8 times as much for activations. So take `--encode-batch-size 2` to be
safe, which leaves a quarter of the activations, or half precision, or `remat`. Time is
only what a rate of yours gives: measure a step on one device (`python
benchmarks/train_step.py`), and pass what it reached as `--tflops-per-device`.
"""

plan += ["--tflops-per-device", "150"]
print("\nkeras-vatt", *plan)
app(plan, standalone_mode=False)

scores = {
    "loss after 40 steps, one device": losses[1][-1],
    "loss after 40 steps, two devices": losses[2][-1],
    "relative difference in the first epoch": first,
}
print(scores)
