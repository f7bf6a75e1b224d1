r"""One pretraining step: clips a second, peak memory, share of the machine's peak.

    KERAS_BACKEND=torch python benchmarks/train_step.py
    KERAS_BACKEND=tensorflow python benchmarks/train_step.py --batch-size 1 \
        --against-drop-token-rate 0   # at batch 2 this one needs more than 24 GB

Cost: Base-Base-Small at batch 2 takes 10 to 20 s a step on two cores, so about ten
minutes a backend with the default three rounds of ten steps.

The peak is the best median of NumPy's and the backend's own float32 product, at
1570x768x3072 and at 2048 cubed, each timed after every step and ten times at least, so
that a slow hour slows both sides of the ratio. Operations are counted by
`keras_vatt.training.flops` (Base-Base-Small, DropToken 0.5, five captions: 279 GFLOP
forward).

`--against-remat` times the same step with rematerialised blocks beside it. The memory
of a rematerialised step alone is that of a process of its own: `--remat`.

Last figures, at rest, float32, dropout 0.1, shares of the peak. Two cores with AVX-512:
TensorFlow 9.7 s a step, 0.57 to 0.68, 11.3 GB (three rounds of ten steps). Two with
AVX2: TensorFlow with TF_ENABLE_ONEDNN_OPTS=1 13.4 to 14.1 s, 0.71 to 0.78, 11.3 GB
(three rounds of ten), without it 18.5 to 23.1 s, 0.53 (rounds of four); PyTorch 23.0 s,
0.44, 10.8 GB (one round of three); JAX 22.0 to 23.4 s, 0.41 to 0.45, 9.7 GB (two of
three); DropToken 0.5 against 0 at batch 1 0.43 of the time (TensorFlow, four steps by
turns).
"""

import argparse
import math
import resource
import statistics
import time

import keras
import numpy as np
from keras import ops

import keras_vatt
from keras_vatt.training.flops import forward_flops, train_flops

PRODUCTS = ((1570, 768, 3072), (2048, 2048, 2048))


def add_step(parser):
    """Adds the arguments that a `Step` is made from, and how often it is timed."""
    parser.add_argument("--preset", default="vatt_base_base_small")
    parser.add_argument("--batch-size", type=int, default=2)
    parser.add_argument("--candidates", type=int, default=5)
    parser.add_argument("--num-layers", type=int, help="of every tower, to try out")
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--drop-token-rate", type=float, default=0.5)
    parser.add_argument("--remat", action="store_true")
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_step(parser)
    parser.add_argument("--against-drop-token-rate", type=float)
    parser.add_argument("--against-remat", action="store_true")
    return parser.parse_args()


def main():
    args = parse()
    steps = [Step(args, args.drop_token_rate, args.remat)]
    if args.against_drop_token_rate is not None:
        steps.append(Step(args, args.against_drop_token_rate, args.remat))
    elif args.against_remat:
        steps.append(Step(args, args.drop_token_rate, not args.remat))
    print(
        f"{keras.backend.backend()}, {args.preset}, batch {args.batch_size}, "
        f"{args.candidates} captions, {args.dtype}, dropout {args.dropout}"
        f"{', remat' * args.remat}"
    )
    for step in steps:
        counts = forward_flops(step.model.backbone, args.candidates)
        parts = ", ".join(f"{k} {v / 1e9:.1f}" for k, v in counts.items())
        print(f"{step.name}: forward GFLOP a clip: {parts}")
        for _ in range(2):
            step.run()
    peaks = products()
    shares, ratios = [], []
    for index in range(args.rounds):
        times = [[] for _ in steps]
        peak_times = {name: [] for name in peaks}
        for _ in range(args.steps):
            for step, seen in zip(steps, times):
                seen.append(timed(step.run))
            for name, (_, product) in peaks.items():
                for _ in range(math.ceil(10 / args.steps)):
                    peak_times[name].append(timed(product))
        rates = {
            name: peaks[name][0] / statistics.median(seen) / 1e9
            for name, seen in peak_times.items()
        }
        best = max(rates, key=rates.get)
        median = statistics.median(times[0])
        rate = args.batch_size * train_flops(steps[0].model.backbone, args.candidates)
        rate = rate / median / 1e9
        shares.append(rate / rates[best])
        print(
            f"round {index + 1}: step {median:.2f} s, {args.batch_size / median:.3f} "
            f"clips/s, {rate:.0f} GFLOP/s; peak {rates[best]:.0f} GFLOP/s ({best}); "
            f"share {shares[-1]:.2f}",
            flush=True,
        )
        if len(steps) > 1:
            ratios.append(median / statistics.median(times[1]))
            print(f"    time against {steps[1].name}: {ratios[-1]:.2f}")
    print(f"RESULT share of the peak: {min(shares):.2f} to {max(shares):.2f}")
    print(f"RESULT clips a second: {args.batch_size / median:.3f}")
    if ratios:
        print(
            f"RESULT time against {steps[1].name}: {min(ratios):.2f} to "
            f"{max(ratios):.2f}"
        )
    peak_memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"RESULT peak memory of the process: {peak_memory:.2f} GB")


class Step:
    """A pretrainer and a batch, both made once."""

    def __init__(self, args, rate, remat):
        self.name = f"DropToken {rate}{', remat' * remat}"
        self.model = keras_vatt.presets.load(
            args.preset,
            dropout=args.dropout,
            drop_token_rate=rate,
            remat=remat,
            dtype=args.dtype,
            **({"num_layers": args.num_layers} if args.num_layers else {}),
        )
        self.model.preprocessor = None
        rng = np.random.default_rng(0)
        backbone = self.model.backbone
        video, audio, text = (
            (args.batch_size, *backbone.input[m].shape[1:])
            for m in ("video", "audio", "text")
        )
        text = (args.batch_size, args.candidates, text[1])
        self.inputs = {
            "video": rng.integers(0, 256, video).astype("uint8"),
            "audio": rng.uniform(-1, 1, audio).astype("float32"),
            "text": rng.integers(1, 1000, text).astype("int32"),
        }
        ones = np.ones(args.batch_size, "float32")
        self.masks = {"audio_mask": ones, "text_mask": ones}

    def run(self):
        # The logs come back as Python numbers, so the step is over when this returns.
        return self.model.train_on_batch(self.inputs, self.masks)


def products():
    """The machine's floors: `{name: (operations, function)}`."""
    found = {}
    multiply = ops.matmul
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        multiply = tf.function(ops.matmul)  # by the kernels of a step's graph
    for m, k, n in PRODUCTS:
        a = np.random.rand(m, k).astype("float32")
        b = np.random.rand(k, n).astype("float32")
        left, right = ops.convert_to_tensor(a), ops.convert_to_tensor(b)

        def numpy_product(a=a, b=b):
            return a @ b

        def backend_product(left=left, right=right):
            return ops.convert_to_numpy(multiply(left, right)[0, 0])

        count = 2 * m * k * n
        found[f"numpy {m}x{k}x{n}"] = (count, numpy_product)
        found[f"{keras.backend.backend()} {m}x{k}x{n}"] = (count, backend_product)
    return found


def timed(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
