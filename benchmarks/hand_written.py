r"""The video tower beside the same tower written by hand in the backend's framework.

    KERAS_BACKEND=torch python benchmarks/hand_written.py

Both train on one batch of uint8 clips (patches of the kept tokens, positions, dropout
everywhere, mean square of the pooled output as the loss, Adam), the two interleaved
step by step. Ours is a compiled Keras model and `train_on_batch`, which is `fit`'s
step. The hand-written ones are in `towers_torch.py`, `towers_jax.py` and
`towers_tensorflow.py`: each as its framework's users would write it, with one product
for query, key and value, and the framework's own random numbers.

Cost: at Base size, batch 2 and 12 layers some minutes a backend on two cores.
The bar: at least 0.95 of the hand-written one's speed. Last figures, two cores with
AVX-512: TensorFlow 1.12 to 1.18, JAX 1.20 to 1.28, PyTorch 1.00 to 1.03.
"""

import argparse
import importlib
import math
import statistics
import time

import keras
import numpy as np

import keras_vatt


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch-size", type=int, default=2)
    parser.add_argument("--num-layers", type=int, default=12)
    parser.add_argument("--hidden-dim", type=int, default=768)
    parser.add_argument("--frames", type=int, default=32)
    parser.add_argument("--image-size", type=int, default=224)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--drop-token-rate", type=float, default=0.5)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


class Size:
    """What both are built from."""

    patch_size = (4, 16, 16)
    patch_width = 4 * 16 * 16 * 3

    def __init__(self, args):
        self.num_layers, self.hidden_dim = args.num_layers, args.hidden_dim
        self.num_heads, self.mlp_dim = args.hidden_dim // 64, 4 * args.hidden_dim
        self.dropout, self.rate = args.dropout, args.drop_token_rate
        self.shape = (args.frames, args.image_size, args.image_size, 3)
        self.grid = tuple(n // p for n, p in zip(self.shape, self.patch_size))
        tokens = math.prod(self.grid)
        self.kept = max(1, int((1 - self.rate) * tokens + 1e-6))
        rng = np.random.default_rng(0)
        self.video = rng.integers(0, 256, (args.batch_size, *self.shape), "uint8")


def ours(size):
    """`step() -> loss` of the Keras tower."""
    tower = keras_vatt.models.VATTVideoBackbone(
        size.shape,
        num_layers=size.num_layers,
        num_heads=size.num_heads,
        hidden_dim=size.hidden_dim,
        mlp_dim=size.mlp_dim,
        dropout=size.dropout,
        drop_token_rate=size.rate,
    )
    target = np.zeros((len(size.video), size.hidden_dim), "float32")
    model = PooledModel(tower)
    model.compile(
        keras.optimizers.Adam(1e-4),
        "mse",
        jit_compile=keras_vatt.distribution.jit_compile_pays(),
    )
    return lambda: float(model.train_on_batch(size.video, target))


class PooledModel(keras.Model):
    """A tower's pooled output."""

    def __init__(self, tower):
        super().__init__()
        self.tower = tower

    def call(self, video, training=None):
        return self.tower(video, training=training)["pooled_output"]


def timed(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def main():
    args = parse()
    size = Size(args)
    backend = keras.backend.backend()
    towers = importlib.import_module(f"towers_{backend}")
    steps = {"keras_vatt": ours(size), "by hand": towers.build(size)}
    for step in steps.values():
        for _ in range(2):
            step()
    ratios = []
    for index in range(args.rounds):
        times = {name: [] for name in steps}
        for _ in range(args.steps):
            for name, step in steps.items():
                times[name].append(timed(step))
        medians = {name: statistics.median(seen) for name, seen in times.items()}
        ratios.append(medians["by hand"] / medians["keras_vatt"])
        shown = ", ".join(f"{name} {value:.2f} s" for name, value in medians.items())
        print(f"round {index + 1}: {shown}; speed {ratios[-1]:.2f} of it", flush=True)
    print(
        f"RESULT {backend}: speed {statistics.median(ratios):.2f} of the hand-written "
        f"tower's ({min(ratios):.2f} to {max(ratios):.2f})"
    )


if __name__ == "__main__":
    main()
