import numpy as np
import pytest
import tensorflow as tf
import tensorflow_datasets as tfds

from keras_vatt import datasets
from keras_vatt.data import records
from tests.datasets.tiny_images import CLASS_NAMES, Imagenet2012, Unlabelled, image


def test_imagenet(tmp_path):
    with pytest.raises(FileNotFoundError, match="tfds build imagenet2012 --manual_dir"):
        datasets.imagenet(data_dir=tmp_path)
    Imagenet2012(data_dir=tmp_path).download_and_prepare()
    clips, class_names = datasets.imagenet("validation", tmp_path)
    assert class_names == CLASS_NAMES
    by_path = {clip["path"].decode(): clip for clip in tfds.as_numpy(clips)}
    assert {path: list(clip["labels"]) for path, clip in by_path.items()} == {
        "validation_0.JPEG": [1],
        "validation_1.JPEG": [0],
        "validation_2.JPEG": [1],
        "validation_3.JPEG": [1],
    }
    (jpeg,) = by_path["validation_1.JPEG"]["frames"]
    decoded = tf.io.decode_jpeg(jpeg).numpy().astype("int")
    assert np.abs(decoded - image("validation", 1)).mean() < 2
    assert set(clips.element_spec) == set(records.features())
    withheld, _ = datasets.imagenet("test", tmp_path)
    assert [list(clip["labels"]) for clip in tfds.as_numpy(withheld)] == [[], []]
    with pytest.raises(ValueError, match="no split 'tests'"):
        datasets.imagenet("tests", tmp_path)
    Unlabelled(data_dir=tmp_path).download_and_prepare()
    with pytest.raises(ValueError, match=r"features \['number'\]"):
        datasets.imagenet("train", tmp_path, "unlabelled")
