r"""One pretraining step on a GPU: model-FLOP utilisation, memory, the largest batch.

    KERAS_BACKEND=torch python benchmarks/accelerator.py
    KERAS_BACKEND=jax python benchmarks/accelerator.py --preset vatt_large_base_small
    KERAS_BACKEND=torch python benchmarks/accelerator.py --plain-attention
    KERAS_BACKEND=torch python benchmarks/accelerator.py --remat --largest-batch

Model-FLOP utilisation is the model's operations, by `keras_vatt.training.flops` (what
is computed twice for remat counts once), over the time of the step and over the peak.
The peak is measured in the same run: the best median of the backend's own products of
the step's dtype, timed after each round of steps. `--tflops`, a datasheet's figure,
adds the utilisation of that. The batch lies on the device; every step is waited for.

`--plain-attention` writes the attention's weights out instead of the fused kernel;
`--largest-batch` doubles the batch until memory is out, then looks between.

Cost: half a minute with PyTorch, one to two with JAX, which compiles; with
`--largest-batch` five to ten models more. On a CPU it runs at toy sizes.

Last figures, one NVIDIA H200, PyTorch 2.11, JAX 0.11.2, mixed bfloat16, DropToken 0.5,
`--steps 5 --rounds 2`; share of the measured peak of 660 to 720 TFLOP/s:

| | batch | dropout | ms | clips/s | utilisation | memory, GiB |
|---|---|---|---|---|---|---|
| PyTorch, Base | 64 | 0.1 | 338 | 189 | 0.23 | 38 |
| PyTorch, Base | 192 | 0.1 | 649 | 296 | 0.34 to 0.37 | 106 |
| PyTorch, Base, remat | 192 | 0.1 | 888 | 216 | 0.26 to 0.27 | 15 |
| PyTorch, Base, plain attention | 64 | 0.1 | 561 | 114 | 0.14 | 97 |
| PyTorch, Base, DropToken 0 | 64 | 0.1 | 510 | 126 | 0.34 | 71 |
| PyTorch, Large | 96 | 0.1 | 674 | 142 | 0.39 to 0.41 | 104 |
| JAX, Base | 64 | 0.1 | 525 | 122 | 0.15, see below | 88 |
| JAX, Base | 64 | 0 | 178 | 360 | 0.40 to 0.46 | 31 |
| JAX, Base, plain attention | 64 | 0 | 278 | 230 | 0.26 to 0.29 | 79 |
| JAX, Base | 192 | 0 | 444 | 432 | 0.55 to 0.56 | 85 |
| JAX, Large | 64 | 0 | 334 | 192 | 0.54 to 0.56 | 58 |

The largest batch of Base: 240 (PyTorch); with remat more than 192 in 15 GiB, and the
search was cut before it ended. With dropout JAX writes the weights of attention out: no
fused kernel of its own drops any. That row was timed against a product of 463 to 485
TFLOP/s that waited for each result, its share is of 670, and it is of before `gelu`
kept its input alone. Large was aimed at 0.45. JAX's rows at batch 64 without dropout
are `--steps 4 --rounds 2` of one run, the last two `--steps 4 --rounds 3` of another.
TensorFlow was not on that machine. PyTorch's rows are runs of their own, on one of
several such cards.
"""

import argparse
import gc
import statistics

import keras
from keras import ops
from train_step import Step, add_step, timed

from keras_vatt import kernels
from keras_vatt.training.flops import train_flops

BACKEND = keras.backend.backend()
IN_A_ROW = 10


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_step(parser)
    parser.set_defaults(batch_size=64, dtype="mixed_bfloat16")
    parser.add_argument("--plain-attention", action="store_true")
    parser.add_argument("--largest-batch", action="store_true")
    parser.add_argument("--limit", type=int, default=65536, help="of that search")
    parser.add_argument("--tflops", type=float, help="the datasheet's peak")
    parser.add_argument("--product", type=int, default=8192, help="the peak's size")
    return parser.parse_args()


def main():
    args = parse()
    if args.plain_attention:
        kernels._has_fused_attention = lambda *_, **__: False
    print(
        f"{BACKEND} on {device_name()}, {args.preset}, {args.candidates} captions, "
        f"{args.dtype}, dropout {args.dropout}, DropToken {args.drop_token_rate}"
        f"{', remat' * args.remat}{', plain attention' * args.plain_attention}"
    )
    if args.largest_batch:
        print(f"RESULT largest batch: {largest_batch(args)}")
        return
    step = on_device(args, args.batch_size)
    for _ in range(3):
        step.run()
    operations = args.batch_size * train_flops(step.model.backbone, args.candidates)
    product = peak_product(args)
    used, medians = [], []
    for index in range(args.rounds):
        medians.append(statistics.median(timed(step.run) for _ in range(args.steps)))
        rate = operations / medians[-1] / 1e12
        peak = 2 * args.product**3 / statistics.median(product()) / 1e12
        used.append(rate / peak)
        print(
            f"round {index + 1}: step {medians[-1] * 1e3:.1f} ms, {rate:.1f} TFLOP/s; "
            f"peak {peak:.1f} TFLOP/s; utilisation {used[-1]:.2f}",
            flush=True,
        )
    median = statistics.median(medians)
    print(f"RESULT batch {args.batch_size}: {median * 1e3:.1f} ms a step")
    print(f"RESULT clips a second: {args.batch_size / median:.1f}")
    low, high = min(used), max(used)
    print(f"RESULT utilisation of the measured peak: {low:.2f} to {high:.2f}")
    if args.tflops:
        share = operations / median / 1e12 / args.tflops
        print(f"RESULT utilisation of {args.tflops:g} TFLOP/s: {share:.2f}")
    if peak_memory():
        print(f"RESULT peak memory of the device: {peak_memory() / 2**30:.1f} GiB")


def on_device(args, batch_size):
    """A step whose batch is on the device before it is timed."""
    args.batch_size = batch_size
    step = Step(args, args.drop_token_rate, args.remat)
    step.inputs = {k: ops.convert_to_tensor(v) for k, v in step.inputs.items()}
    step.masks = {k: ops.convert_to_tensor(v) for k, v in step.masks.items()}
    return step


def largest_batch(args):
    """The largest batch whose steps fit, to an eighth."""
    good, bad = 0, args.limit + 1
    size = min(args.batch_size, args.limit)
    while bad - good > max(1, good // 8):
        if fits(args, size):
            good = size
        else:
            bad = size
        print(f"batch {size}: {'fits' if good == size else 'does not fit'}", flush=True)
        size = min(2 * good or 1, (good + bad) // 2)
    return good


def fits(args, batch_size):
    try:
        step = on_device(args, batch_size)
        for _ in range(2):  # the first makes the optimizer's variables
            step.run()
        return True
    except Exception as error:  # each framework has its own
        words = f"{type(error).__name__} {error}".lower()
        if "out of memory" in words or "resource" in words and "exhausted" in words:
            return False
        raise
    finally:
        step = None
        forget()


def peak_product(args):
    """`() -> [seconds]` of products as the backend multiplies, of the step's dtype."""
    dtype = keras.DTypePolicy(args.dtype).compute_dtype
    shape = (args.product, args.product)
    # Not zeros, of which some chips multiply more.
    left, right = (
        ops.cast(keras.random.normal(shape, seed=seed), dtype) for seed in (0, 1)
    )
    multiply = ops.matmul
    if BACKEND == "tensorflow":
        import tensorflow as tf

        multiply = tf.function(ops.matmul)
    elif BACKEND == "jax":
        import jax

        multiply = jax.jit(ops.matmul)

    def several():
        # In a row: a wait for each would be timed with it.
        products = [multiply(left, right) for _ in range(IN_A_ROW)]
        return ops.convert_to_numpy(ops.cast(products[-1][0, 0], "float32"))

    several()
    return lambda: [timed(several) / IN_A_ROW for _ in range(10)]


def device_name():
    if BACKEND == "torch":
        import torch

        if torch.cuda.is_available():
            return torch.cuda.get_device_name()
    elif BACKEND == "jax":
        import jax

        return jax.devices()[0].device_kind
    else:
        import tensorflow as tf

        for device in tf.config.list_physical_devices("GPU"):
            return tf.config.experimental.get_device_details(device)["device_name"]
    return "cpu"


def peak_memory():
    """Bytes, or 0 where nothing is known."""
    if BACKEND == "torch":
        import torch

        return torch.cuda.max_memory_allocated() if torch.cuda.is_available() else 0
    if BACKEND == "jax":
        import jax

        return (jax.devices()[0].memory_stats() or {}).get("peak_bytes_in_use", 0)
    import tensorflow as tf

    if not tf.config.list_physical_devices("GPU"):
        return 0
    return tf.config.experimental.get_memory_info("GPU:0")["peak"]


def forget():
    """Gives back a failed step's memory."""
    keras.backend.clear_session()
    gc.collect()
    if BACKEND == "torch":
        import torch

        torch.cuda.empty_cache()


if __name__ == "__main__":
    main()
