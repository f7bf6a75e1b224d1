r"""Media files: seeking against decoding from the start; preparing.

    python benchmarks/read_files.py

Cost: a minute or two on two cores.

Seeking: a window late in a 5-minute mp4, read as `keras_vatt.data.load` reads files,
against decoding it from the start. Preparing: seconds of such video that `keras-vatt
prepare` encodes in a second.

Last figures, two cores at rest: seeking was 13.7 times as fast as decoding from the
start, and 50.3 s of video were prepared in a second.
"""

import argparse
import os
import statistics
import tempfile
import time

import clip_records
import mp4_files
import numpy as np

from keras_vatt import datasets
from keras_vatt.data.decode_moments import decode_moments
from keras_vatt.data.limits import DEFAULT_LIMITS
from keras_vatt.data.media import open_media
from keras_vatt.data.to_image import ToImage

RATE, STRIDE, SAMPLES = 25.0, 2, 153_600


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--video-seconds", type=float, default=300.0)
    parser.add_argument("--size", type=int, nargs=2, default=(256, 340))
    parser.add_argument("--frames", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def main():
    args = parse()
    seeking(args)
    prepare(args)


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
            to_image = ToImage(short_side, DEFAULT_LIMITS, "long.mp4")
            with open_media("long.mp4", folder) as container:
                container.streams.video[0].codec_context.thread_count = 1
                for frame in container.decode(video=0):
                    if len(images) == len(times):
                        return images
                    if frame.time > times[len(images)] - 0.5 / RATE:
                        images.append(to_image(frame))
            return images

        for one, other in zip(by_seeking(), from_the_start(), strict=True):
            np.testing.assert_array_equal(one, other)
        took = [(timed(by_seeking), timed(from_the_start)) for _ in range(args.rounds)]
    seek, start = (statistics.median(column) for column in zip(*took))
    print(
        f"RESULT a window at {begin:g} s of {args.video_seconds:g}: {seek * 1e3:.0f} "
        f"ms by seeking, sound included, {start * 1e3:.0f} ms from the start, without: "
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
    print(f"RESULT prepare: {count * seconds / took:.1f} s of video in a second")


def timed(function):
    begin = time.perf_counter()
    function()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
