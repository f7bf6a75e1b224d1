r"""Clips to batches: against decoding alone, stage by stage; seeking; preparing.

    python benchmarks/input_pipeline.py
    python benchmarks/input_pipeline.py --part pipeline --rounds 5

Cost: a minute or two on two cores; 1.2 GB in --folder (made once) and as much memory.

`pipeline`: 256 clips of 10 s (340x256, JPEG quality 90, 25 frames/s; 48 kHz PCM) to
batches of 32 frames at 224, 153,600 samples and five captions through
`keras_vatt.data.load`. The floor is `tf.io.decode_jpeg` of exactly the frames that are
kept, from memory, and nothing else. Both have two threads and take turns, three times.
Beside clips a second (the ratio that counts on a quiet machine) stands the ratio of
processor time, which says nearly the same and bears neighbours. Stages are timed one by
one, in processor time: what runs beside each other adds up.

`seeking`: a window late in a 5-minute mp4, read as `keras_vatt.data.load` reads files,
against decoding it from the start. `prepare`: seconds of such video that `keras-vatt
prepare` encodes in a second.

Last figures (`--part pipeline`), two cores with AVX2 at rest, medians and ranges of
three rounds: floor 12.0 to 13.4 ms of processor time a clip. Ratio of processor time
0.43 (0.40 to 0.43) without colour jitter, 0.37 (0.32 to 0.39) with everything, 0.38
with crops of an area; with the index put away, in the next run, 0.39, 0.32 and 0.32.
The bars of 0.6 and 0.4 are not reached. Another machine of two cores (floor 7.2 ms),
before the index and while busy: 0.48, 0.38 and 0.42.

Run again that way, medians: 0.40, 0.35 and 0.43; and in the next run, with
GLIBC_TUNABLES=glibc.malloc.hugetlb=1, which lets glibc ask for pages of 2 MB, 0.47,
0.38 and 0.40: new batches of tens of megabytes are page faults otherwise (batch 4.1 ms
a clip, 2.4 with it).

A clip's milliseconds on the first: reading and parsing places 2.3, the frames' bytes
1.4, sound 2.6, decoding whole 15.5, decoding, cropping and resizing 22.2, with flip
25.3, with colours 33.2, words 1.3, batch 4.9. On the second, seeking was 11.6 times as
fast as decoding from the start, and 45.9 s of video were prepared in a second.

What is left of the gap: one by one, of frames that are decoded already, slicing and
casting to floats take 5 ms a clip, resizing 6, casting back 3, stacking 1.
"""

import argparse
import os
import statistics
import tempfile
import time

import clip_records
import mp4_files
import numpy as np
import tensorflow as tf

from keras_vatt import data, datasets
from keras_vatt.data import sampling
from keras_vatt.data.color_jitter import draw_colors
from keras_vatt.data.cut_frames import cut_frames
from keras_vatt.data.decode_moments import decode_moments
from keras_vatt.data.limits import DEFAULT_LIMITS
from keras_vatt.data.media import open_media
from keras_vatt.data.open_source import open_source
from keras_vatt.data.to_image import to_image
from keras_vatt.preprocessing import (
    VATTAudioConverter,
    VATTPreprocessor,
    VATTTokenizer,
    VATTVideoConverter,
)
from keras_vatt.preprocessing.windows import window_indices

RATE, STRIDE, SAMPLES, CANDIDATES = 25.0, 2, 153_600, 5
_AHEAD = 4  # batches that lie ready in a pipeline at rest, about
KINDS = {  # bars of the ratio to the floor: 0.6 and 0.4
    "without colour jitter": {},
    "with everything": {"color_jitter": 0.8},
    "areas, with everything": {"crop": "area", "color_jitter": 0.8},
}


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", choices=["pipeline", "seeking", "prepare"])
    parser.add_argument(
        "--folder", default=os.path.join(tempfile.gettempdir(), "clips")
    )
    parser.add_argument("--clips", type=int, default=256)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--size", type=int, nargs=2, default=(256, 340))
    parser.add_argument("--frames", type=int, default=32)
    parser.add_argument("--crop", type=int, default=224)
    parser.add_argument("--batch-size", type=int, default=8)
    parser.add_argument("--buffer", type=int, default=32, help="clips shuffled at once")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--video-seconds", type=float, default=300.0)
    return parser.parse_args()


def main():
    args = parse()
    for part in (pipeline, stages, seeking, prepare):
        named = "pipeline" if part is stages else part.__name__
        if args.part in (None, named):
            part(args)


def preprocessor_of(args):
    words = ["<pad>", "<unk>", *sorted(set(clip_records.WORDS))]
    return VATTPreprocessor(
        VATTVideoConverter((args.crop, args.crop), args.frames, RATE, STRIDE),
        VATTAudioConverter(SAMPLES),
        VATTTokenizer(words),
    )


def records_of(args):
    return clip_records.clip_records(args.folder, args.clips, args.seconds, args.size)


def pipeline(args):
    """The floor and the whole, by turns."""
    folder = records_of(args)
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
        print(f"{name}: ratio {wall:.2f}, of processor time {cpu:.2f} (medians)")


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
            num_candidates=CANDIDATES,
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


def stages(args):
    """What each stage costs a clip."""
    folder = records_of(args)
    source = open_source(folder, "train")
    path, skip, count = source.files[0]
    records = source.records(path)
    record = next(iter(records))
    clip = source.parse(record)
    length = len(clip["frames"])
    kept = window_indices(length, length // 4, args.frames, STRIDE)[None]
    num_samples = round(args.seconds * clip_records.SAMPLE_RATE)
    heard = window_indices(num_samples, [[1000]], SAMPLES, 1)
    jpegs = source.media.read(clip, kept, None, None)["frames"]
    size = (args.crop, args.crop)
    box = (min(args.size), min(args.size))
    video = cut_frames(jpegs, (0, 0), box, size)
    texts = [clip["captions"]["text"][:1].numpy()[0].decode()] * CANDIDATES
    tokenizer = preprocessor_of(args).tokenizer
    first = tf.zeros((1, *video.shape), "uint8")
    costs = {
        "read": (lambda: records.reduce(0, lambda n, _: n + 1), [], count),
        "parse": (lambda r: tf.nest.flatten(source.parse(r)), [record], 1),
        "frames' bytes": (
            lambda k: source.media.read(clip, k, None, None)["frames"],
            [kept],
            1,
        ),
        "sound": (
            lambda s: source.media.read(clip, None, s, None)["audio"],
            [heard],
            1,
        ),
        "decode whole (the floor)": (sampling.decode_frames, [jpegs], 1),
        "decode, crop and resize": (
            lambda f: cut_frames(f, (0, 0), box, size),
            [jpegs],
            1,
        ),
        "the same and flip": (
            lambda f: cut_frames(f, (0, 0), box, size, mirrored=tf.size(f) > 0),
            [jpegs],
            1,
        ),
        "the same and colours": (
            lambda f: cut_frames(f, (0, 0), box, size, colors=draw_colors((1, 2), 1.0)),
            [jpegs],
            1,
        ),
        "captions": (
            lambda c: sampling.choose_captions(c, 1.0, 3.0, CANDIDATES, (1, 2)),
            [clip["captions"]],
            1,
        ),
        "tokens": (lambda t: tokenizer(t), [tf.constant(texts)], 1),
        "batch": (
            lambda v: (
                tf.data.Dataset.from_tensors(v)
                .repeat(args.batch_size)
                .batch(args.batch_size)
                .reduce(0, lambda n, _: n + 1)
            ),
            [first],
            args.batch_size,
        ),
    }
    print("stages, processor time a clip:")
    for name, (function, inputs, number) in costs.items():
        print(f"    {name}: {processor_time(function, inputs) / number * 1e3:.2f} ms")


def seeking(args):
    """A window late in a long file: by seeking, and decoding from the start."""
    begin = 0.75 * args.video_seconds
    times = begin + np.arange(args.frames) * STRIDE / RATE
    span = (begin, begin + SAMPLES / clip_records.SAMPLE_RATE)
    short_side = min(args.size)
    with tempfile.TemporaryDirectory() as folder:
        mp4_files.write_mp4(f"{folder}/long.mp4", args.video_seconds, args.size)

        def by_seeking():
            with open_media("long.mp4", folder) as container:
                images, _ = decode_moments(
                    container, times, [span], short_side, DEFAULT_LIMITS
                )
            return images

        def from_the_start():
            images = []
            with open_media("long.mp4", folder) as container:
                container.streams.video[0].codec_context.thread_count = 1
                for frame in container.decode(video=0):
                    if len(images) == len(times):
                        return images
                    if frame.time > times[len(images)] - 0.5 / RATE:
                        images.append(
                            to_image(frame, short_side, DEFAULT_LIMITS, "long.mp4")
                        )
            return images

        for one, other in zip(by_seeking(), from_the_start(), strict=True):
            np.testing.assert_array_equal(one, other)
        took = [(timed(by_seeking), timed(from_the_start)) for _ in range(args.rounds)]
    seek, start = (statistics.median(column) for column in zip(*took))
    print(
        f"a window at {begin:g} s of {args.video_seconds:g}: {seek * 1e3:.0f} ms by "
        f"seeking, sound included, {start * 1e3:.0f} ms from the start, without: "
        f"{start / seek:.1f} times as fast"
    )


def prepare(args):
    """Seconds of video encoded in a second."""
    with tempfile.TemporaryDirectory() as folder:
        videos = os.path.join(folder, "videos")
        os.mkdir(videos)
        count, seconds = 4, min(args.video_seconds / 10, 30.0)
        for number in range(count):
            path = os.path.join(videos, f"{number}.mp4")
            mp4_files.write_mp4(path, seconds, args.size)
        took = timed(lambda: datasets.prepare(videos, os.path.join(folder, "records")))
    print(f"prepare: {count * seconds / took:.1f} s of video in a second")


def threads(args):
    options = tf.data.Options()
    options.threading.private_threadpool_size = args.threads
    return options


def speed(function, count):
    """Items a second, and seconds of processor time an item."""
    begin, used = time.perf_counter(), time.process_time()
    function()
    took = time.perf_counter() - begin
    return count / took, (time.process_time() - used) / count


def processor_time(function, inputs, rounds=15):
    """Least of its processor time in seconds: neighbours only ever add to it."""
    if inputs:
        function = tf.function(function, autograph=False)
    function(*inputs)
    used = []
    for _ in range(rounds if inputs else 3):
        begin = time.process_time()
        function(*inputs)
        used.append(time.process_time() - begin)
    return min(used)


def timed(function):
    begin = time.perf_counter()
    function()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
