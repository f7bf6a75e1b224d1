"""DMVR's TFRecords: clips as `SequenceExample`, read as they are.

A record holds JPEG frames (`image/encoded`), the waveform (`WAVEFORM/feature/floats`,
48 kHz mono in [-1, 1]), captions, labels and the clip's place in its file. It has no
frame rate: as DMVR does, a frame is taken for a tick of the model's rate.
"""

import json
import os
import re
import struct

import tensorflow as tf
from google.protobuf import message

from keras_vatt.data.source import Source

FRAMES = "image/encoded"
WAVEFORM = "WAVEFORM/feature/floats"
CAPTIONS = "caption/string"
LABELS = "clip/label/index"
LABEL_NAMES = "clip/label/text"
FILENAME = "video/filename"
START = "clip/start/timestamp"  # microseconds, as the next
END = "clip/end/timestamp"
# Written by `keras-vatt prepare --format dmvr` beside the records.
METADATA = "dmvr.json"


def files(path, split):
    """Returns the paths of a split's DMVR files, sorted; none if there are none.

    Args:
        path: string. A folder with files `<split>-00000-of-00010` (or
            `<split>.tfrecord...`), a file, or a pattern such as `hmdb/train-*`.
        split: string. Only used with a folder.
    """
    if not tf.io.gfile.isdir(path):
        found = tf.io.gfile.glob(path)
        return sorted(name for name in found if not tf.io.gfile.isdir(name))
    named = re.compile(re.escape(split) + r"(-\d+-of-\d+|\.tfrecord.*)")
    names = sorted(filter(named.fullmatch, _names(path)))
    return [os.path.join(path, name) for name in names]


def splits(folder):
    """Returns the splits that a folder's DMVR files are named for, sorted."""
    named = re.compile(r"(.+?)(-\d+-of-\d+|\.tfrecord.*)")
    found = map(named.fullmatch, _names(folder))
    return sorted({match[1] for match in found if match})


def _names(folder):
    if os.path.isdir(folder):  # TensorFlow's own fails at names that are no UTF-8
        return os.listdir(folder)
    return tf.io.gfile.listdir(folder)


def source(path, paths):
    """Returns the `Source` of DMVR files.

    Args:
        path: string. What the user named.
        paths: list of strings. The files.

    Raises:
        ValueError: if a file is no TFRecord file, or holds no DMVR clips.
    """
    counted = tuple((name, 0, count_records(name)) for name in paths)
    counted = tuple(item for item in counted if item[2])
    if not counted:
        raise ValueError(
            f"The DMVR files of {path!r} hold no record. Expected at least one clip. "
            "Write them again."
        )
    first = next(iter(tf.data.TFRecordDataset(counted[0][0]))).numpy()
    _check_is_clip(first, counted[0][0])
    known = metadata(os.path.join(os.path.dirname(paths[0]), METADATA))
    split = os.path.basename(paths[0]).split("-")[0]
    return Source(
        name=repr(path),
        files=counted,
        parse=parse,
        class_names=tuple(known["class_names"]),
        num_unlabelled=known["unlabelled"].get(split, 0),
    )


def metadata(path):
    """Returns what our writer leaves beside its records; nothing of others'."""
    if not tf.io.gfile.exists(path):
        return {"class_names": [], "unlabelled": {}}
    with tf.io.gfile.GFile(path) as file:
        return json.load(file)


def parse(record):
    """Returns the clip of a serialized DMVR record, see `Source`.

    Args:
        record: string tensor, a `SequenceExample`.

    Source: DMVR's `generate_from_file.py`, whose names of features these are.
    """
    context, sequences = tf.io.parse_single_sequence_example(
        record,
        context_features={
            CAPTIONS: tf.io.RaggedFeature(tf.string),
            LABELS: tf.io.RaggedFeature(tf.int64),
            FILENAME: tf.io.FixedLenFeature((), tf.string, ""),
            START: tf.io.FixedLenFeature((), tf.int64, 0),
            END: tf.io.FixedLenFeature((), tf.int64, 0),
        },
        sequence_features={
            FRAMES: tf.io.FixedLenSequenceFeature((), tf.string, allow_missing=True),
            WAVEFORM: tf.io.VarLenFeature(tf.float32),
        },
    )
    texts = context[CAPTIONS]
    seconds = tf.cast(context[END] - context[START], tf.float32) / 1e6
    frames = sequences[FRAMES]
    place = tf.strings.as_string(context[START])
    return {
        "id": tf.strings.join([context[FILENAME], "@", place]),
        "frames": frames,
        "timestamps": tf.zeros(tf.shape(frames)),
        "frame_rate": tf.zeros(()),
        "audio": sequences[WAVEFORM].values,
        # No caption has a time of its own: each holds for the whole clip.
        "captions": {
            "text": texts,
            "start": tf.zeros(tf.shape(texts)),
            "end": tf.fill(tf.shape(texts), seconds),
            "own": tf.ones(tf.shape(texts), tf.int64),
        },
        "labels": context[LABELS],
    }


def count_records(path):
    """Returns how many records a TFRecord file has, from their lengths alone.

    Raises:
        ValueError: if it is no whole TFRecord file.
    """
    count, place = 0, 0
    with tf.io.gfile.GFile(path, "rb") as file:
        size = file.size()
        while place < size:
            file.seek(place)
            header = file.read(12)  # length, and a checksum of it
            length = struct.unpack("<Q", header[:8])[0] if len(header) == 12 else size
            place += 12 + length + 4
            if place > size:
                raise ValueError(
                    f"{path!r} is no whole TFRecord file: record {count} ends behind "
                    f"its {size} bytes. Expected uncompressed TFRecords. Fetch or "
                    "write the file again."
                )
            count += 1
    return count


def _check_is_clip(record, path):
    example = tf.train.SequenceExample()
    try:
        example.ParseFromString(record)
    except message.DecodeError:
        example.Clear()
    names = sorted(example.feature_lists.feature_list)
    if FRAMES not in names and WAVEFORM not in names:
        raise ValueError(
            f"{path!r} does not hold DMVR clips: its first record has the sequences "
            f"{names}. Expected {FRAMES!r} or {WAVEFORM!r}. Name another file, or "
            "prepare the media with `keras-vatt prepare`."
        )
