"""Starts the processes of a training over several devices, as a user would."""

import json
import os
import pathlib
import socket
import subprocess
import sys

import keras
import numpy as np

ROOT = pathlib.Path(__file__).parents[2]
WORKER = ("-m", "tests.distribution.worker")


def run(output, devices, processes=1, **options):
    """Trains on several devices in fresh processes.

    Args:
        output: path. Folder for what the processes write.
        devices: int. Devices in all.
        processes: int. Processes that share them.
        **options: of `worker.train`, and `model_parallel`.

    Returns:
        A list with an `npz` a process: `losses`, weights by path, and as `part:` the
        shape of what one device has of each. And the history that the first process
        logged.
    """
    output.mkdir(parents=True)
    options = json.dumps({"devices": devices, "output": str(output), **options})
    started = [
        subprocess.Popen(
            [sys.executable, *command, *WORKER, options],
            cwd=ROOT,
            env={**os.environ, "OMP_NUM_THREADS": "1", **extra},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for command, extra in starts(devices, processes)
    ]
    try:
        ends = [process.communicate(timeout=1100) for process in started]
    finally:
        for process in started:
            process.kill()
    for process, (_, errors) in zip(started, ends):
        assert process.returncode == 0, errors[-9000:]
    found = [np.load(output / f"{rank}.npz") for rank in range(processes)]
    lines = [line for line in ends[0][0].splitlines() if line.startswith("{")]
    logged = json.loads(lines[0])
    assert logged["of"] == processes
    return found, logged["history"]


def starts(devices, processes):
    """Arguments of Python and environment, of every process to start."""
    backend = keras.backend.backend()
    if backend == "torch":
        # One command starts all the processes.
        torchrun = ("-m", "torch.distributed.run", "--standalone")
        return [((*torchrun, "--nproc-per-node", str(processes)), {})]
    if processes == 1:
        return [((), {})]
    hosts = [f"localhost:{port}" for port in free_ports(processes)]
    if backend == "tensorflow":
        cluster = {"worker": hosts}
        return [
            ((), {"TF_CONFIG": json.dumps({"cluster": cluster, "task": task})})
            for task in ({"type": "worker", "index": i} for i in range(processes))
        ]
    local = f"--xla_force_host_platform_device_count={devices // processes}"
    return [
        (
            (),
            {
                "KERAS_DISTRIBUTION_JOB_ADDRESSES": hosts[0],
                "KERAS_DISTRIBUTION_NUM_PROCESSES": str(processes),
                "KERAS_DISTRIBUTION_PROCESS_ID": str(index),
                "XLA_FLAGS": f"{os.environ.get('XLA_FLAGS', '')} {local}",
            },
        )
        for index in range(processes)
    ]


def free_ports(count):
    """Ports that nothing listened on a moment ago."""
    sockets = [socket.create_server(("localhost", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
