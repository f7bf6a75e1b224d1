r"""GradCache: memory and time of a large batch that is encoded in chunks.

    KERAS_BACKEND=torch python benchmarks/grad_cache.py

Memory is `ru_maxrss` of a fresh process that takes a step, less that of batch 1, less
what the inputs take: a batch of 256 in chunks of 16 beside a plain batch of 16. Time is
that of steps at batch 64, plain and in chunks of 16, in turn in one process.

Cost: some ten minutes a backend on two cores; JAX's step adds 12.7 GB.

Last figures, two cores with AVX-512, other work beside it. Memory (`--only memory`; the
bar is 1.25): TensorFlow 7.22 GB for 16, 8.77 for 256 in chunks, 1.22 times; JAX 12.21
and 12.66, 1.04 times; PyTorch 2.43 and 2.76, 1.14 times. Processes run with
MALLOC_MMAP_THRESHOLD_=65536, which gives freed arrays back to the system: without it
PyTorch's lie in glibc's heap in pieces (3.47 times on half the sound). TensorFlow was
at 1.50 on half the sound while a step was traced twice and chunks added up a dense
gradient of the word table. Time (`--only time --samples 38400`; the bar is 1.45):
PyTorch 1.14 of a plain step, TensorFlow 1.26; JAX, of earlier code, 0.92.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time

import keras
import numpy as np

import keras_vatt


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", default="vatt_tiny")
    parser.add_argument("--num-layers", type=int, default=16)
    parser.add_argument("--samples", type=int, default=153_600)
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--chunk", type=int, default=16)
    parser.add_argument("--timed-batch-size", type=int, default=64)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--only", choices=("memory", "time"))
    parser.add_argument("--child", type=int, nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    args = parse()
    if args.child:
        batch, chunk = args.child
        print(json.dumps(measured(args, batch, chunk or None)))
        return
    print(f"{keras.backend.backend()}, {args.preset}, {args.num_layers} layers")
    if args.only != "time":
        print(f"RESULT {memory(args)}")
    if args.only != "memory":
        print(f"RESULT {seconds(args)}")


def memory(args):
    """What a large batch in chunks adds to a batch of 1, beside a chunk alone."""
    one, plain, cached = (
        child(args, *sizes)
        for sizes in ((1, 0), (args.chunk, 0), (args.batch_size, args.chunk))
    )
    added = [
        found["peak"] - one["peak"] - (found["inputs"] - one["inputs"])
        for found in (plain, cached)
    ]
    return (
        f"batch {args.chunk} adds {added[0] / 1e9:.2f} GB to batch 1, "
        f"{args.batch_size} in chunks of {args.chunk} {added[1] / 1e9:.2f} GB: "
        f"{added[1] / added[0]:.2f} times (inputs of {cached['inputs'] / 1e9:.2f} GB "
        "subtracted)"
    )


def seconds(args):
    """What a step takes, plain and in chunks."""
    clips = args.timed_batch_size
    steps = [Step(args, clips, chunk) for chunk in (None, args.chunk)]
    times = [[], []]
    for index in range(args.steps + 1):
        for step, seen in zip(steps, times):
            start = time.perf_counter()
            step.run()
            if index:
                seen.append(time.perf_counter() - start)
    plain, cached = map(statistics.median, times)
    return (
        f"batch {clips}: plain {plain:.2f} s a step, in chunks of {args.chunk} "
        f"{cached:.2f} s: {cached / plain:.2f} times"
    )


class Step:
    """A pretrainer and a batch."""

    def __init__(self, args, batch_size, chunk):
        self.model = keras_vatt.presets.load(
            args.preset,
            load_weights=False,
            num_layers=args.num_layers,
            audio_shape=(args.samples, 1),
            # All of the sound's tokens: much memory for little work.
            drop_token_rate=0.0,
        )
        self.model.preprocessor = None
        self.model.encode_batch_size = chunk
        rng = np.random.default_rng(0)
        shapes = {m: x.shape[1:] for m, x in self.model.backbone.input.items()}
        size = (batch_size, *shapes["video"])
        self.inputs = {
            "video": rng.integers(0, 256, size, dtype="uint8"),
            "audio": rng.random((batch_size, *shapes["audio"]), dtype="float32"),
            "text": rng.integers(1, 9, (batch_size, 1, *shapes["text"]), dtype="int32"),
        }
        ones = np.ones(batch_size, "float32")
        self.masks = {"audio_mask": ones, "text_mask": ones}

    def run(self):
        return self.model.train_on_batch(self.inputs, self.masks)


def measured(args, batch_size, chunk):
    """Peak memory and inputs of this process, in bytes."""
    step = Step(args, batch_size, chunk)
    step.run()
    return {
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "inputs": sum(x.nbytes for x in step.inputs.values()),
    }


def child(args, batch_size, chunk):
    command = [sys.executable, __file__, "--preset", args.preset]
    command += ["--num-layers", str(args.num_layers)]
    command += ["--samples", str(args.samples)]
    command += ["--child", str(batch_size), str(chunk)]
    # Freed arrays go back to the system: without it PyTorch's lie in glibc's heap, in
    # pieces, and count.
    env = {"MALLOC_MMAP_THRESHOLD_": "65536", **os.environ}
    result = subprocess.run(
        command, env=env, stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(result.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
