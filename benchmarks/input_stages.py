"""What each stage of the input run costs a clip; `input_pipeline.py` prints it.

Stages are timed one by one, in processor time: what runs beside each other adds up.
"""

import time

import clip_records
import tensorflow as tf

from keras_vatt.data import sampling
from keras_vatt.data.color_jitter import draw_colors
from keras_vatt.data.cut_frames import cut_frames
from keras_vatt.data.open_source import open_source
from keras_vatt.preprocessing.windows import Windows, window_indices


def stages(args, folder, preprocessor):
    """Returns seconds of processor time a clip, by stage, in their order."""
    source = open_source(folder, "train")
    path, skip, count = source.files[0]
    records = source.records(path)
    record = next(iter(records))
    clip = source.parse(record)
    length = len(clip["frames"])
    stride = preprocessor.frame_stride
    kept = window_indices(length, length // 4, args.frames, stride)[None]
    num_samples = round(args.seconds * clip_records.SAMPLE_RATE)
    heard = Windows(num_samples, tf.constant([1000]), preprocessor.num_samples, 1)
    jpegs = source.media.read(clip, kept, None, None)["frames"]
    size = (args.crop, args.crop)
    box = (min(args.size), min(args.size))
    video = cut_frames(jpegs, (0, 0), box, size)
    texts = [clip["captions"]["text"][:1].numpy()[0].decode()] * args.candidates
    tokenizer = preprocessor.tokenizer
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
            lambda o: source.media.read(clip, None, heard._replace(offsets=o), None)[
                "audio"
            ],
            [heard.offsets],
            1,
        ),
        "decode whole (the floor)": (sampling.decode_frames, [jpegs], 1),
        "decode, crop and resize": (
            lambda f: cut_frames(f, (0, 0), box, size),
            [jpegs],
            1,
        ),
        "the same, mirrored": (
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
            lambda c: sampling.choose_captions(c, 1.0, 3.0, args.candidates, (1, 2)),
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
    return {
        name: processor_time(function, inputs) / number
        for name, (function, inputs, number) in costs.items()
    }


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
