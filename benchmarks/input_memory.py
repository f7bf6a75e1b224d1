r"""Memory of the input run over thousands of batches: records, and media files.

    python benchmarks/input_memory.py
    python benchmarks/input_memory.py --source files --long-seconds 7200

Cost: 2,000 batches of 4 clips a source; at the default sizes (16 frames at 64 of clips
of 128x160) some minutes on two cores. `--frames 32 --crop 224 --size 256 340
--samples 153600` is the real size, and takes several times as long.

The resident memory is read after every batch. The mean over the last quarter of batches
must lie within 3% of that over the second one: the first fills buffers and the memory
allocator's pools. The files have one 2-hour video among them.

Last figures, two cores busy with other work, 2,000 batches each: records (`--source
records`) 1,180 MB in the second quarter and 1,180 in the last, +0.0%;
files with the 2-hour video (`--source files`) 1,350 and 1,351 MB, +0.0%.
While records were read by sixteen threads, once, they grew by 12.3%: what was in use
stayed the same, but the allocator kept room for each thread.
"""

import argparse
import os
import tempfile

import clip_records
import mp4_files
import numpy as np

from keras_vatt import data
from keras_vatt.preprocessing import (
    VATTAudioConverter,
    VATTPreprocessor,
    VATTTokenizer,
    VATTVideoConverter,
)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", choices=["records", "files"])
    parser.add_argument("--batches", type=int, default=2000)
    parser.add_argument("--batch-size", type=int, default=4)
    parser.add_argument("--clips", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--long-seconds", type=float, default=7200.0)
    parser.add_argument("--size", type=int, nargs=2, default=(128, 160))
    parser.add_argument("--frames", type=int, default=16)
    parser.add_argument("--crop", type=int, default=64)
    parser.add_argument("--samples", type=int, default=76_800)
    return parser.parse_args()


def main():
    args = parse()
    for source in ("records", "files"):
        if args.source in (None, source):
            with tempfile.TemporaryDirectory() as folder:
                make = records if source == "records" else files
                measure(args, source, make(args, folder))


def records(args, folder):
    return clip_records.clip_records(folder, args.clips, args.seconds, args.size)


def files(args, folder):
    """A folder of mp4 files, one of which is long."""
    count = max(args.clips // 4, 1)
    for number in range(count):
        path = os.path.join(folder, f"{number}.mp4")
        mp4_files.write_mp4(path, args.seconds, args.size)
    path = os.path.join(folder, "long.mp4")
    mp4_files.write_mp4(path, args.long_seconds, (64, 64), rate=2)
    return folder


def measure(args, name, folder):
    words = ["<pad>", "<unk>", *sorted(set(clip_records.WORDS))]
    preprocessor = VATTPreprocessor(
        VATTVideoConverter((args.crop, args.crop), args.frames, 25.0, 2),
        VATTAudioConverter(args.samples),
        VATTTokenizer(words),
    )
    dataset = data.load(
        folder,
        batch_size=args.batch_size,
        preprocessor=preprocessor,
        num_candidates=5,
        repeat=True,
        color_jitter=0.8,
        num_threads=2,
    )
    used = []
    for number, _ in enumerate(dataset.take(args.batches), start=1):
        used.append(resident())
        if number % max(args.batches // 8, 1) == 0:
            print(f"    {number} batches: {used[-1]:.0f} MB", flush=True)
    second, last = (np.array_split(used, 4)[part].mean() for part in (1, 3))
    print(
        f"RESULT {name}: {second:.0f} MB in the second quarter of {args.batches} "
        f"batches, {last:.0f} MB in the last: {last / second - 1:+.1%}"
    )


def resident():
    """Resident memory of this process in MB."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    main()
