"""What is stored of a clip, and where it is found again (design 6)."""

import os

import tensorflow as tf

from keras_vatt.data import dmvr, image_records

NAME = "vatt_clips"
VERSION = "1.0.0"


def features(class_names=()):
    """Returns the TFDS features of a stored clip.

    Args:
        class_names: list of strings. The labels, in the order of their ids; None
            where they are set later.
    """
    import numpy as np
    import tensorflow_datasets as tfds

    label = tfds.features.ClassLabel(names=class_names) if class_names else np.int64
    if class_names is None:
        label = tfds.features.ClassLabel()
    return tfds.features.FeaturesDict(
        {
            "id": tfds.features.Text(),
            "path": tfds.features.Text(),
            "start": np.float32,
            "end": np.float32,
            "frames": tfds.features.Sequence(
                tfds.features.Image(shape=(None, None, 3), encoding_format="jpeg")
            ),
            "timestamps": tfds.features.Sequence(np.float32),
            "frame_rate": np.float32,
            # 16-bit little-endian PCM as bytes: as integers TFDS would store up to
            # ten bytes a sample.
            "audio": tfds.features.Text(),
            "sample_rate": np.int64,
            "captions": tfds.features.Sequence(
                {
                    "text": tfds.features.Text(),
                    "start": np.float32,
                    "end": np.float32,
                    "own": np.int64,
                }
            ),
            "labels": tfds.features.Sequence(label),
        }
    )


def folder(source):
    """Returns the folder of the finished dataset under `source`.

    Args:
        source: string. What `prepare` wrote to, or the dataset's own folder, here or
            where else TensorFlow reads files (`gs://...`).

    Raises:
        FileNotFoundError: if there is none, or only what an interrupted run left.
    """
    source = os.fspath(source)
    for path in (os.path.join(source, NAME, VERSION), source):
        if tf.io.gfile.exists(os.path.join(path, "dataset_info.json")):
            return path
    found = "no such folder"
    if tf.io.gfile.isdir(os.path.join(source, NAME)):
        found = "a dataset that was not finished"
    elif tf.io.gfile.isdir(source):
        found = "a folder without a prepared dataset"
    raise FileNotFoundError(
        f"{source!r} is {found}. Expected what `keras-vatt prepare CSV {source}` "
        "writes. Run it (again)."
    )


def is_finished(source):
    """Whether there is a finished dataset under `source`, see `folder`."""
    try:
        folder(source)
    except FileNotFoundError:
        return False
    return True


def builder(source):
    """Returns the read-only TFDS builder of a prepared dataset.

    Args:
        source: string. What `prepare` wrote to, or the dataset's own folder.

    Raises:
        FileNotFoundError: if there is no finished dataset.
        ValueError: if the dataset is not one of `prepare`'s.
    """
    import tensorflow_datasets as tfds

    path = folder(source)
    found = tfds.builder_from_directory(path)
    missing = set(features()) - set(found.info.features)
    if missing:
        raise ValueError(
            f"The dataset in {path!r} lacks {sorted(missing)}. Expected clips written "
            "by `keras-vatt prepare`. Prepare it again from the media files."
        )
    return found


def num_clips(info, split, source):
    """Returns how many clips a split has.

    Raises:
        ValueError: if there is no such split.
    """
    if split not in info.splits:
        raise ValueError(
            f"There is no split {split!r} in {os.fspath(source)!r}. Expected one of "
            f"{sorted(info.splits)}. The CSV's column `split` makes them."
        )
    return info.splits[split].num_examples


def class_names(source):
    """Returns the labels of a prepared dataset, in the order of their ids.

    Args:
        source: string. What `prepare` wrote to, or images of the TFDS catalogue.

    Returns:
        list of strings, empty if no clip has a label.

    Example:
    ```python
    keras_vatt.data.class_names("records")  # ["cat", "dog"]
    ```
    """
    beside = os.path.join(os.fspath(source), dmvr.METADATA)
    if tf.io.gfile.exists(beside):
        return list(dmvr.metadata(beside)["class_names"])
    if image_records.is_finished(source):
        return image_records.class_names(image_records.builder(source))
    metadata = builder(source).info.metadata or {}
    return list(metadata.get("class_names", []))


def splits(source):
    """Returns the names of a prepared dataset's splits, sorted.

    Args:
        source: string. What `prepare` wrote to, DMVR records, or images of the TFDS
            catalogue.

    Raises:
        FileNotFoundError: if there is no finished dataset.
        ValueError: if the dataset is none of clips.
    """
    if image_records.is_finished(source):
        return sorted(image_records.builder(source).info.splits)
    if is_finished(source):
        return sorted(builder(source).info.splits)
    named = dmvr.splits(source) if tf.io.gfile.isdir(source) else []
    return named or sorted(builder(source).info.splits)


def is_prepared(source):
    """Whether `source` is a folder that `splits` can tell the splits of."""
    if not tf.io.gfile.isdir(source):
        return False
    return (
        is_finished(source)
        or image_records.is_finished(source)
        or bool(dmvr.splits(source))
    )
