"""Images of the TFDS catalogue as clips of one frame."""

import functools
import os
import re

import tensorflow as tf

from keras_vatt.data.sound_track import SAMPLE_RATE
from keras_vatt.data.source import Source

NAME = "imagenet2012"


def folder(source):
    """Returns the folder of a finished TFDS dataset under `source`, or None.

    Args:
        source: string. A dataset's own folder (`.../imagenet2012/5.1.0`), one with
            its versions, of which the newest is taken, or one where TFDS stores
            datasets, `imagenet2012` among them.
    """
    source = os.fspath(source)
    for parent in (source, os.path.join(source, NAME)):
        for path in (parent, *_versions(parent)):
            if tf.io.gfile.exists(os.path.join(path, "dataset_info.json")):
                return path
    return None


def is_finished(source):
    """Whether there is a TFDS dataset of labelled images under `source`."""
    path = folder(source)
    return path is not None and not _missing(_read(path))


def builder(source):
    """Returns the read-only TFDS builder of a dataset of labelled images.

    Args:
        source: string, as of `folder`.

    Raises:
        FileNotFoundError: if there is no finished dataset.
        ValueError: if it has no image and label, or is stored in no TFRecords.

    Example:
    ```python
    builder("tensorflow_datasets").info.splits["validation"].num_examples  # 50,000
    ```
    """
    path = folder(source)
    if path is None:
        raise not_built(NAME, source)
    found = _read(path)
    check_features(found)
    if found.info.file_format.value != "tfrecord":
        raise ValueError(
            f"The dataset in {path!r} is stored as {found.info.file_format.value}. "
            "Expected tfrecord. Build it again with `tfds build "
            "--file_format=tfrecord`."
        )
    return found


def class_names(found):
    """Returns the names of a builder's labels, in their order."""
    return list(found.info.features["label"].names)


def source(path, split):
    """Returns the images of a split.

    Labels are withheld from whole splits (`imagenet2012`'s "test"), as its first
    image tells: so no pass over the dataset is needed to count them.

    Args:
        path: string, as of `folder`.
        split: string.

    Returns:
        `Source`.

    Raises:
        FileNotFoundError: if there is no finished dataset.
        ValueError: if there is no such split, or no image in it.

    Example:
    ```python
    source("tensorflow_datasets", "validation").class_names[0]  # "n01440764"
    ```
    """
    found = builder(path)
    check_split(found, split, path)
    instructions = found.info.splits[split].file_instructions
    files = tuple((os.fspath(i.filename), i.skip, i.take) for i in instructions)
    parse = functools.partial(_parse, features=found.info.features)
    (first,) = tf.data.TFRecordDataset(files[0][0]).skip(files[0][1]).take(1)
    count = sum(take for _, _, take in files)
    return Source(
        name=f"split {split!r} of {os.fspath(path)!r}",
        files=files,
        parse=parse,
        class_names=tuple(class_names(found)),
        num_unlabelled=0 if tf.size(parse(first)["labels"]) else count,
    )


def clip(example):
    """Returns the clip of an image.

    Args:
        example: dict of a TFDS dataset, "image" string, encoded, or uint8
            `(h, w, 3)`; "label" int; perhaps "file_name".

    Returns:
        A dict as `records.features` describes, without sound or captions. Where images
        have no file name, "id" is a hash of the image.
    """
    label = tf.cast(example["label"], tf.int64)
    name = example.get("file_name")
    if name is None:
        content = example["image"]
        if content.dtype != tf.string:
            content = tf.io.serialize_tensor(content)
        name = tf.strings.as_string(tf.strings.to_hash_bucket_fast(content, 2**62))
    return {
        "id": name,
        "path": name,
        "start": 0.0,
        "end": 1.0,
        "frames": example["image"][None],
        "timestamps": tf.zeros(1),
        "frame_rate": 1.0,
        "audio": "",
        "sample_rate": tf.constant(SAMPLE_RATE, tf.int64),
        "captions": {
            "text": tf.zeros(0, tf.string),
            "start": tf.zeros(0),
            "end": tf.zeros(0),
            "own": tf.zeros(0, tf.int64),
        },
        "labels": label[None][: tf.cast(label >= 0, tf.int32)],
    }


def check_features(found):
    """Raises a ValueError if a builder's examples have no image and label."""
    if _missing(found):
        raise ValueError(
            f"{found.name} has the features {sorted(found.info.features)}. Expected "
            "an image, and a label that is a class. Name another dataset."
        )


def check_split(found, split, source):
    """Raises a ValueError if a builder has no such split, or nothing in it."""
    if split not in found.info.splits or not found.info.splits[split].num_examples:
        raise ValueError(
            f"There is no split {split!r} in {os.fspath(source)!r}, or no image in "
            f"it. Expected one of {sorted(found.info.splits)}."
        )


def not_built(name, place):
    """The error of a dataset that TFDS has not built."""
    return FileNotFoundError(
        f"{name} is not in {os.fspath(place)!r}. Expected it built by "
        f"`tfds build {name} --manual_dir FOLDER` from your own copies. Build it, or "
        "name the folder where TFDS stores its datasets."
    )


def _parse(record, features):
    """Returns the clip of a TFDS record: JPEG as it is, other images decoded."""
    import tensorflow_datasets as tfds

    decoders = {"image": tfds.decode.SkipDecoding()}
    example = features.deserialize_example(record, decoders=decoders)
    # In the catalogue a dataset of JPEG says so; without a word it may be anything.
    if features["image"].encoding_format != "jpeg":
        example["image"] = tf.io.decode_image(
            example["image"], channels=3, expand_animations=False
        )
    found = clip(example)
    found["audio"] = tf.zeros(0, tf.int16)
    return found


def _read(path):
    import tensorflow_datasets as tfds

    return tfds.builder_from_directory(path)


def _missing(found):
    """Which of image and label a builder lacks."""
    import tensorflow_datasets as tfds

    kinds = {"image": tfds.features.Image, "label": tfds.features.ClassLabel}
    features = found.info.features
    return [
        name
        for name, kind in kinds.items()
        if name not in features or not isinstance(features[name], kind)
    ]


def _versions(parent):
    """The folders of a dataset's versions, the newest first."""
    names = os.listdir(parent) if os.path.isdir(parent) else []
    names = [name for name in names if re.fullmatch(r"\d+\.\d+\.\d+", name)]
    names.sort(key=lambda name: tuple(map(int, name.split("."))), reverse=True)
    return [os.path.join(parent, name) for name in names]
