r"""Clips a second of `embed_files`, against the model's forward pass alone.

    KERAS_BACKEND=jax python benchmarks/embed.py   # 300 of the demo's clips, vatt_tiny
    KERAS_BACKEND=tensorflow python benchmarks/embed.py demo/clips/clips demo/preset
    KERAS_BACKEND=torch python benchmarks/embed.py videos vatt_large_fac

Cost: as long as embedding the folder three times.

The floor is the same model on the same number of batches that are in memory already:
what is above it is decoding, waiting for it, and writing. Both are timed by turns, each
the batch that compiles included; every round's rates and their ratio are printed.

Last figures, the demo's towers (vatt_tiny), TensorFlow, two cores busy with other
work: 600 windows of 300 clips, 23.7 to 40.4 a second, 2.4 to 2.9 times the floor;
decoding is the larger part next to so small a model.
"""

import argparse
import os
import tempfile
import time

import keras
import numpy as np

import keras_vatt
from keras_vatt import evaluation
from keras_vatt.evaluation.embedder import Embedder


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", nargs="?", help="folder of videos")
    parser.add_argument("preset", nargs="?", help="vatt_tiny, untrained, without one")
    parser.add_argument("--clips", type=int, default=300, help="made without `source`")
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def main():
    args = parse()
    with tempfile.TemporaryDirectory() as folder:
        source = args.source or os.path.join(folder, "clips")
        if args.source is None:
            keras_vatt.demo.write_clips(source, {"test": args.clips})
        preset = args.preset or os.path.join(folder, "preset")
        if args.preset is None:
            words = ["<pad>", "<unk>", "circle"]
            untrained = keras_vatt.presets.load("vatt_tiny", vocabulary=words)
            untrained.save_to_preset(preset)
        measure(args, source, preset)


def measure(args, source, preset):
    """Embedding and the forward pass, by turns."""
    pretrainer = evaluation.load_for_search(preset)
    preprocessor = pretrainer.preprocessor
    shape = (args.batch_size, preprocessor.num_frames, *preprocessor.image_size, 3)
    batch = {"video": np.random.default_rng(0).integers(0, 255, shape).astype("uint8")}
    print(
        f"{keras.backend.backend()}, {preset}, batch {args.batch_size}, "
        f"{args.workers} workers, {os.cpu_count()} cores"
    )
    rates, ratios = [], []
    for _ in range(args.rounds):
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            report = evaluation.embed_files(
                pretrainer,
                source,
                os.path.join(folder, "index"),
                batch_size=args.batch_size,
                workers=args.workers,
            )
            ours = time.perf_counter() - start
        rows = report.modalities["video"]["rows"]
        batches = -(-rows // args.batch_size)
        embedder = Embedder(pretrainer)
        start = time.perf_counter()
        for _ in range(batches):  # the first compiles, as it did above
            embedder.predict_on_batch(batch)
        floor = time.perf_counter() - start
        rates.append(rows / ours)
        ratios.append(ours / floor)
        print(
            f"{rows} windows: embed {rows / ours:.1f} a second, forward pass alone "
            f"{rows / floor:.1f}, {ratios[-1]:.2f} times the floor"
        )
    print(
        f"RESULT {min(rates):.1f} to {max(rates):.1f} windows a second, "
        f"{min(ratios):.2f} to {max(ratios):.2f} times the forward pass alone"
    )


if __name__ == "__main__":
    main()
