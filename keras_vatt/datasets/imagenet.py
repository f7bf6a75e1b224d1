"""ImageNet, as the TFDS catalogue stores it."""

from keras_vatt.data import image_records


def imagenet(split="train", data_dir=None, name="imagenet2012"):
    """Returns ImageNet as clips of one frame, without sound or captions.

    The images are stored JPEG-encoded already, so nothing is prepared again: an
    element is what `prepare` would store of it. Nothing is downloaded either; build
    it once from your own copies of the two archives
    (`tfds build imagenet2012 --manual_dir FOLDER`). For batches, `data.load` takes
    the same folder.

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
        raise image_records.not_built(name, builder.data_path)
    image_records.check_features(builder)
    image_records.check_split(builder, split.split("[")[0], builder.data_path)
    dataset = builder.as_dataset(
        split=split,
        decoders={"image": tfds.decode.SkipDecoding()},
        read_config=tfds.ReadConfig(try_autocache=False),
    )
    return dataset.map(image_records.clip), image_records.class_names(builder)
