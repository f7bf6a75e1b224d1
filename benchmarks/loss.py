r"""The loss of a large global batch: time and memory, forward and gradient.

    KERAS_BACKEND=jax python benchmarks/loss.py --batch-size 2048 --candidates 5

The similarities of 2,048 clips and five texts each are 84 MB in float32. Memory is what
the process grows by over the inputs; the share of a step is for the reader to judge by
the step's own time (`train_step.py`).

Cost: a few seconds.
"""

import argparse
import resource
import statistics
import time

import keras
import numpy as np

import keras_vatt


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch-size", type=int, default=2048)
    parser.add_argument("--candidates", type=int, default=5)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--loss", default="AsymmetricNCE")
    parser.add_argument("--steps", type=int, default=10)
    return parser.parse_args()


def gradient_of(function, tensors):
    """`step() -> value` that computes the gradients of `function(tensors)` as well."""
    if keras.backend.backend() == "jax":
        import jax

        compiled = jax.jit(jax.value_and_grad(function))
        return lambda: float(jax.block_until_ready(compiled(tensors))[0])
    if keras.backend.backend() == "torch":
        import torch

        leaves = {name: torch.tensor(x) for name, x in tensors.items()}
        for leaf in leaves.values():
            leaf.requires_grad_()

        def step():
            value = function(leaves)
            torch.autograd.grad(value, list(leaves.values()))
            return value.item()

        return step
    import tensorflow as tf

    constants = {name: tf.constant(x) for name, x in tensors.items()}

    @tf.function
    def graph():
        with tf.GradientTape() as tape:
            tape.watch(constants)
            value = function(constants)
        return value, tape.gradient(value, constants)

    return lambda: float(graph()[0])


def main():
    args = parse()
    rng = np.random.default_rng(0)
    clips, texts = args.batch_size, (args.batch_size, args.candidates, args.width)
    embeddings = {
        "video_to_text": rng.normal(size=(clips, args.width)).astype("float32"),
        "text_to_video": rng.normal(size=texts).astype("float32"),
    }
    masks = {"text_mask": np.ones(clips, "float32")}
    loss = getattr(keras_vatt.losses, args.loss)(video_audio_weight=0.0)
    step = gradient_of(lambda e: loss(e, masks)["loss"], embeddings)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    step(), step()
    times = []
    for _ in range(args.steps):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(
        f"RESULT {args.loss} at {clips} x {args.candidates}: "
        f"{statistics.median(times):.2f} s, {grown:.0f} MB"
    )


if __name__ == "__main__":
    main()
