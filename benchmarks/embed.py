r"""Clips a second of `embed_files`, against the model's forward pass alone.

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

from keras_vatt import evaluation
from keras_vatt.evaluation.embedder import Embedder


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", help="folder of videos")
    parser.add_argument("preset")
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def main():
    args = parse()
    pretrainer = evaluation.load_for_search(args.preset)
    preprocessor = pretrainer.preprocessor
    shape = (args.batch_size, preprocessor.num_frames, *preprocessor.image_size, 3)
    batch = {"video": np.random.default_rng(0).integers(0, 255, shape).astype("uint8")}
    print(
        f"{keras.backend.backend()}, {args.preset}, batch {args.batch_size}, "
        f"{args.workers} workers, {os.cpu_count()} cores"
    )
    for _ in range(args.rounds):
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            report = evaluation.embed_files(
                pretrainer,
                args.source,
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
        print(
            f"{rows} windows: embed {rows / ours:.1f} a second, forward pass alone "
            f"{rows / floor:.1f}, {ours / floor:.2f} times the floor"
        )


if __name__ == "__main__":
    main()
