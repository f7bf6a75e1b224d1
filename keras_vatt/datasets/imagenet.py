"""ImageNet, as the TFDS catalogue stores it."""


def imagenet(split="train", data_dir=None, name="imagenet2012"):
    """Returns ImageNet as clips of one frame, without sound or captions.

    The images are stored JPEG-encoded already, so nothing is prepared again: an
    element is what `prepare` would store of it. Nothing is downloaded either; build
    it once from your own copies of the two archives
    (`tfds build imagenet2012 --manual_dir FOLDER`).

    Args:
        split: string. "train" or "validation", or a part ("train[:1%]").
        data_dir: string or None. Where TFDS stores its datasets; None: its default.
        name: string. Another dataset of the catalogue with an image and a label.

    Returns:
        `tf.data.Dataset` of dicts as `records.features` describes, "frames" string
        `(1,)` of JPEG bytes, "labels" int64 `(1,)`, or `(0,)` where the label is
        withheld; and the list of class names, in the order of the labels.

    Raises:
        FileNotFoundError: if the dataset has not been built.
        ValueError: if it has no image and label, or no such split.

    Example:
    ```python
    clips, class_names = keras_vatt.datasets.imagenet("validation")
    image = tf.io.decode_jpeg(next(iter(clips))["frames"][0])
    ```

    Source: TFDS catalogue, imagenet2012 (5.1.0: image, label, file_name).
    """
    import tensorflow_datasets as tfds

    builder = tfds.builder(name, data_dir=data_dir)
    if not builder.is_prepared():
        raise FileNotFoundError(
            f"{name} is not in {str(builder.data_path)!r}. Expected it built by "
            f"`tfds build {name} --manual_dir FOLDER` from your own copies. Build it, "
            "or name where it is by data_dir."
        )
    features = builder.info.features
    if not {"image", "label"} <= set(features):
        raise ValueError(
            f"{name} has the features {sorted(features)}. Expected image and label."
        )
    if split.split("[")[0] not in builder.info.splits:
        raise ValueError(
            f"{name} has no split {split!r}. Expected one of "
            f"{sorted(builder.info.splits)}."
        )
    dataset = builder.as_dataset(
        split=split,
        decoders={"image": tfds.decode.SkipDecoding()},
        read_config=tfds.ReadConfig(add_tfds_id=True, try_autocache=False),
    )
    return dataset.map(_clip), list(features["label"].names)


def _clip(example):
    import tensorflow as tf

    from keras_vatt.data.sound_track import SAMPLE_RATE

    label = tf.cast(example["label"], tf.int64)
    return {
        "id": example["tfds_id"],
        "path": example.get("file_name", example["tfds_id"]),
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
