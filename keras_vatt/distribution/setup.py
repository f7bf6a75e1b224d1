"""Puts what is built next on several devices."""

import os
import subprocess
import sys

import keras

from keras_vatt.distribution.layout_map import layout_map
from keras_vatt.distribution.replicas import num_replicas


def setup(devices=None, model_parallel=1):
    """Trains the models built from here on on several devices, of several processes.

    To be called once, before anything is computed. On a CPU without further devices,
    TF and JAX get that many virtual ones: the program is the one of real devices.

    Several processes are told of each other by what each backend uses:

    - TF: `TF_CONFIG`, for a `tf.distribute.MultiWorkerMirroredStrategy`. Without it, a
      `MirroredStrategy` over this machine's devices.
    - PyTorch: `torchrun`, one process a device.
    - JAX: `KERAS_DISTRIBUTION_JOB_ADDRESSES`, `KERAS_DISTRIBUTION_NUM_PROCESSES` and
      `KERAS_DISTRIBUTION_PROCESS_ID`, see `keras.distribution.initialize`.

    Args:
        devices: int or None. Devices in all, over all processes. None: all there are.
        model_parallel: int. Devices that one copy of the model is split over (JAX),
            see `layout_map`; its copies share the batch. In a single process only.

    Returns:
        int, the devices in all.

    Raises:
        ValueError: if there are not that many devices, or the backend cannot.

    Example:

    ```python
    keras_vatt.distribution.setup(devices=1)
    keras_vatt.distribution.close()
    ```

    Reference: design section 5.
    """
    if devices is not None and devices < 1:
        raise ValueError(f"`devices` must be at least 1. Received: devices={devices}.")
    if model_parallel != 1 and keras.backend.backend() != "jax":
        raise ValueError(
            "`model_parallel` needs the JAX backend. Received: "
            f"model_parallel={model_parallel} under {keras.backend.backend()}. Set "
            "KERAS_BACKEND=jax, or leave it at 1."
        )
    _check_divides(model_parallel, devices)
    return _setup(devices, model_parallel)


def _check_divides(model_parallel, devices):
    if model_parallel < 1 or (devices or 0) % model_parallel:
        raise ValueError(
            "`model_parallel` must divide the devices. Received: "
            f"model_parallel={model_parallel}, devices={devices}. Name a number of "
            "devices that it divides, or leave it at 1."
        )


if keras.backend.backend() == "tensorflow":
    import tensorflow as tf

    def _setup(devices, _):
        if "TF_CONFIG" in os.environ:
            strategy = tf.distribute.MultiWorkerMirroredStrategy()
        else:
            strategy = tf.distribute.MirroredStrategy(_names(devices))
        tf.distribute.experimental_set_strategy(strategy)
        return _checked(devices, num_replicas())

    def _names(devices):
        kind = "GPU" if tf.config.list_physical_devices("GPU") else "CPU"
        physical = tf.config.list_physical_devices(kind)
        if kind == "CPU" and devices and devices > len(physical):
            one = tf.config.LogicalDeviceConfiguration()
            tf.config.set_logical_device_configuration(physical[0], [one] * devices)
        found = len(tf.config.list_logical_devices(kind))
        count = found if devices is None else min(found, devices)
        return [f"{kind}:{index}" for index in range(count)]

    def close():
        """Takes back what `setup` did."""
        tf.distribute.experimental_set_strategy(None)

elif keras.backend.backend() == "torch":
    import torch.distributed

    def start_processes(devices):
        """Runs this command again with `torchrun`, one process a device.

        Args:
            devices: int or None.

        Returns:
            The exit status once they have ended; None where nothing was started, as
            one device needs no more processes, or this is one of them.
        """
        if (devices or 1) == 1 or "WORLD_SIZE" in os.environ:
            return None
        torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
        torchrun += ["--nproc-per-node", str(devices), "--no-python"]
        return subprocess.run([*torchrun, *sys.argv], check=False).returncode

    def _setup(devices, _):
        if "WORLD_SIZE" in os.environ:
            on_gpu = torch.cuda.is_available()
            if on_gpu:
                torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
            torch.distributed.init_process_group("nccl" if on_gpu else "gloo")
        return _checked(devices, num_replicas())

    def close():
        """Takes back what `setup` did."""
        if torch.distributed.is_initialized():
            torch.distributed.destroy_process_group()

else:
    import jax

    def _setup(devices, model_parallel):
        if "KERAS_DISTRIBUTION_NUM_PROCESSES" in os.environ:
            if model_parallel > 1:
                raise ValueError(
                    "`model_parallel` needs a single process: weights that several "
                    "hold in parts could not be saved (Keras 3.15). Received: "
                    f"model_parallel={model_parallel} with "
                    "KERAS_DISTRIBUTION_NUM_PROCESSES set. Leave out either."
                )
            keras.distribution.initialize()
        elif devices:
            try:
                jax.config.update("jax_num_cpu_devices", devices)
            except RuntimeError:
                pass  # something was computed already: the devices are what they are
        found = keras.distribution.list_devices()
        devices = _checked(devices, min(len(found), devices or len(found)))
        _check_divides(model_parallel, devices)
        names, shape = ("batch",), (devices,)
        if model_parallel > 1:
            names, shape = (
                ("batch", "model"),
                (devices // model_parallel, model_parallel),
            )
        mesh = keras.distribution.DeviceMesh(shape, names, found[:devices])
        if model_parallel > 1:
            distribution = keras.distribution.ModelParallel(
                layout_map=layout_map(mesh),
                batch_dim_name="batch",
                auto_shard_dataset=False,
            )
        else:
            distribution = keras.distribution.DataParallel(
                device_mesh=mesh, auto_shard_dataset=False
            )
        keras.distribution.set_distribution(distribution)
        return devices

    def close():
        """Takes back what `setup` did."""
        keras.distribution.set_distribution(None)


if keras.backend.backend() != "torch":

    def start_processes(devices):
        """Starts nothing: one process has all of a machine's devices."""
        return None


def _checked(wanted, found):
    if wanted is not None and wanted != found:
        advice = {
            "torch": "Start one process a device: `torchrun --nproc-per-node "
            f"{wanted} ...`.",
            "tensorflow": "List the workers in TF_CONFIG, and call this first.",
            "jax": "Call this before anything is computed, or ask for fewer.",
        }[keras.backend.backend()]
        raise ValueError(
            f"{wanted} devices were asked for, and there are {found}. {advice}"
        )
    return found
