r"""A search among a million windows, against numpy's own product and argpartition.

    python benchmarks/search.py
    python benchmarks/search.py --engine faiss

Cost: 1 GB of memory and 1 GB of disk, which is removed again; a minute.

The floor is the least that an exact search can do: one matrix-vector product of the
same vectors, in memory and of unit length already, and argpartition for the ten best.
Both are timed by turns; each round's medians and their ratio are printed. The index is
mapped, so the first question also reads it from disk: it is printed by itself.

Last figures, two cores at rest: ratio 0.92 to 1.03.
"""

import argparse
import pathlib
import statistics
import tempfile
import time

import numpy as np

from keras_vatt import evaluation
from keras_vatt.evaluation.index_format import write_index
from keras_vatt.evaluation.query import Query

PART = 100_000


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--dim", type=int, default=256)
    parser.add_argument("--engine", default="exact")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=10)
    return parser.parse_args()


def main():
    args = parse()
    with tempfile.TemporaryDirectory() as folder:
        index = build(pathlib.Path(folder), args.rows, args.dim)
        vectors = index.vectors("video", "video_to_text")
        unit = np.array(vectors)
        unit /= np.linalg.norm(unit, axis=1)[:, None]
        rng = np.random.default_rng(1)
        start = time.perf_counter()
        ask(index, rng.normal(size=args.dim), args.engine)
        first = time.perf_counter() - start
        print(f"{len(index):,} windows, {args.dim} numbers each, {args.engine}")
        print(f"first question {1e3 * first:.0f} ms")
        ratios = []
        for _ in range(args.rounds):
            ours, floor = [], []
            for _ in range(args.steps):
                vector = rng.normal(size=args.dim).astype("float32")
                vector /= np.linalg.norm(vector)
                start = time.perf_counter()
                hits = ask(index, vector, args.engine)
                middle = time.perf_counter()
                scores = unit @ vector
                best = np.argpartition(scores, len(scores) - 10)[-10:]
                floor.append(time.perf_counter() - middle)
                ours.append(middle - start)
                found = abs(hits[0].score - scores[best].max()) < 1e-5
                assert found or args.engine != "exact"
            ours, floor = statistics.median(ours), statistics.median(floor)
            ratios.append(ours / floor)
            print(
                f"search {1e3 * ours:.1f} ms, numpy {1e3 * floor:.1f} ms, "
                f"ratio {ratios[-1]:.2f}"
            )
        print(
            f"RESULT {args.engine}, {len(index):,} windows: {min(ratios):.2f} to "
            f"{max(ratios):.2f} times numpy's product and argpartition"
        )


def ask(index, vector, engine):
    vector = np.asarray(vector, "float32")
    query = Query("text", {"text_to_video": vector}, "random", "random")
    return index.search(query, top=10, engine=engine)


def build(folder, rows, dim):
    """An index of random vectors, of which only one space is full."""
    rng, parts = np.random.default_rng(0), []
    for begin in range(0, rows, PART):
        number = np.arange(begin, min(begin + PART, rows))
        nothing = np.zeros((len(number), 1), "float32")
        parts.append(folder / f"{begin:09}.npz")
        np.savez(
            parts[-1],
            modality=np.array("video"),
            path=np.array([f"videos/{n // 100:06}.mp4" for n in number]),
            start=number % 100 * 1.6,
            end=number % 100 * 1.6 + 3.2,
            text=np.array([""] * len(number)),
            skipped=np.zeros((0, 4), "U1"),
            video_to_text=rng.normal(size=(len(number), dim)).astype("float32"),
            video_to_audio=nothing,
            pooled=nothing,
        )
    facts = {"preset": "random", "checksum": "random", "root": str(folder)}
    write_index(folder / "index", facts, parts)
    for part in parts:
        part.unlink()
    return evaluation.Index(folder / "index")


if __name__ == "__main__":
    main()
