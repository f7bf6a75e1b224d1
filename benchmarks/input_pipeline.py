r"""Clips to batches, against decoding alone, and stage by stage.

    python benchmarks/input_pipeline.py
    python benchmarks/input_pipeline.py --rounds 5

Cost: a minute or two on two cores; 1.2 GB in --folder (made once) and as much memory.

256 clips of 10 s (340x256, JPEG quality 90, 25 frames/s; 48 kHz PCM) to batches of 32
frames at 224, 153,600 samples and five captions through `keras_vatt.data.load`. The
floor is `tf.io.decode_jpeg` of exactly the frames that are kept, from memory, and
nothing else. Both have two threads and take turns, three times. Beside clips a second
(the ratio that counts on a quiet machine) stands the ratio of processor time, which
says nearly the same and bears neighbours. What a stage costs is `input_stages.py`'s.

Last figures, two cores with AVX-512, `--rounds 5`, medians: 0.66 of the floor's clips a
second without colour jitter (the bar is 0.6), 0.54 with everything (the bar is 0.4),
0.73 with crops of an area; by processor time the same. Before frames were resized
across a pixel at a time (`blend_pixel`): 0.63 and, in a slower hour, 0.56; 0.54 and
0.51; 0.67 and 0.63. By TensorFlow's own operations for slicing, resizing, mirroring and
colours in place of `resize_part`: 0.55, 0.43, 0.51.
"""

import argparse
import os
import statistics
import tempfile
import time

import clip_records
import tensorflow as tf
from input_stages import stages

from keras_vatt import data
from keras_vatt.data.open_source import open_source
from keras_vatt.preprocessing import (
    VATTAudioConverter,
    VATTPreprocessor,
    VATTTokenizer,
    VATTVideoConverter,
)

RATE, STRIDE, SAMPLES = 25.0, 2, 153_600
_AHEAD = 4  # batches that lie ready in a pipeline at rest, about
KINDS = {  # bars of the ratio to the floor: 0.6 and 0.4
    "without colour jitter": {},
    "with everything": {"color_jitter": 0.8},
    "areas, with everything": {"crop": "area", "color_jitter": 0.8},
}


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--folder", default=os.path.join(tempfile.gettempdir(), "clips")
    )
    parser.add_argument("--clips", type=int, default=256)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--size", type=int, nargs=2, default=(256, 340))
    parser.add_argument("--frames", type=int, default=32)
    parser.add_argument("--crop", type=int, default=224)
    parser.add_argument("--batch-size", type=int, default=8)
    parser.add_argument("--candidates", type=int, default=5)
    parser.add_argument("--buffer", type=int, default=32, help="clips shuffled at once")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def main():
    args = parse()
    folder = clip_records.clip_records(args.folder, args.clips, args.seconds, args.size)
    against_the_floor(args, folder)
    print("stages, processor time a clip:")
    for name, used in stages(args, folder, preprocessor_of(args)).items():
        print(f"    {name}: {used * 1e3:.2f} ms")


def preprocessor_of(args):
    words = ["<pad>", "<unk>", *sorted(set(clip_records.WORDS))]
    return VATTPreprocessor(
        VATTVideoConverter((args.crop, args.crop), args.frames, RATE, STRIDE),
        VATTAudioConverter(SAMPLES),
        VATTTokenizer(words),
    )


def against_the_floor(args, folder):
    """The floor and the whole, by turns."""
    decode = floor(args, folder)
    runs = {name: Batches(args, folder, options) for name, options in KINDS.items()}
    decode()
    found = {name: [] for name in runs}
    for index in range(args.rounds):
        time.sleep(3.0)  # the pipelines fill their buffers again, which is no floor
        rate, cost = speed(decode, args.clips)
        print(
            f"round {index + 1}: floor {rate:.1f} clips/s, {cost * 1e3:.1f} ms a clip"
        )
        for name, run in runs.items():
            run.settle()
            own_rate, own_cost = speed(run, run.num_clips)
            found[name].append((own_rate / rate, cost / own_cost))
            print(
                f"    {name}: {own_rate:.1f} clips/s, {own_cost * 1e3:.1f} ms a clip; "
                f"ratio {own_rate / rate:.2f}, of processor time {cost / own_cost:.2f}",
                flush=True,
            )
    for name, ratios in found.items():
        wall, cpu = (statistics.median(column) for column in zip(*ratios))
        print(
            f"RESULT {name}: {wall:.2f} of the floor's clips a second, "
            f"{cpu:.2f} by processor time (medians)"
        )


def floor(args, folder):
    """Returns a function that decodes the kept frames of all clips."""
    source = open_source(folder, "train")
    begin = round(args.seconds * RATE) // 2 - args.frames * STRIDE // 2
    kept = tf.range(args.frames) * STRIDE + max(begin, 0)
    kept %= round(args.seconds * RATE)
    jpegs = [
        source.media.read(source.parse(record), kept[None], None, None)["frames"]
        for path, _, _ in source.files
        for record in source.records(path)
    ]

    def decode(frames):
        sizes = [tf.size(tf.io.decode_jpeg(jpeg, channels=3)) for jpeg in frames]
        return tf.add_n(sizes)

    clips = tf.data.Dataset.from_tensor_slices(tf.stack(jpegs))
    clips = clips.map(
        lambda frames: decode(tf.unstack(frames, args.frames)),
        num_parallel_calls=args.threads,
    )
    clips = clips.with_options(threads(args))
    return lambda: clips.reduce(0, tf.add).numpy()


class Batches:
    """A pipeline that has begun: calling it takes as many clips as there are."""

    def __init__(self, args, folder, options):
        self._count = max(args.clips // args.batch_size, 1)
        self.num_clips = self._count * args.batch_size
        dataset = data.load(
            folder,
            batch_size=args.batch_size,
            preprocessor=preprocessor_of(args),
            num_candidates=args.candidates,
            repeat=True,
            shuffle_buffer=args.buffer,
            num_threads=args.threads,
            num_parallel_calls=args.threads,
            prefetch=1,
            **options,
        )
        self._batches = iter(dataset)
        next(self._batches)

    def settle(self):
        """Lets all buffers fill, and takes what was made ahead."""
        time.sleep(1.0)
        for _ in range(_AHEAD):
            next(self._batches)

    def __call__(self):
        for _ in range(self._count):
            next(self._batches)


def threads(args):
    options = tf.data.Options()
    options.threading.private_threadpool_size = args.threads
    # With it the floor falls to the speed of one thread, in some rounds and not others.
    options.autotune.enabled = False
    return options


def speed(function, count):
    """Items a second, and seconds of processor time an item."""
    begin, used = time.perf_counter(), time.process_time()
    function()
    took = time.perf_counter() - begin
    return count / took, (time.process_time() - used) / count


if __name__ == "__main__":
    main()
