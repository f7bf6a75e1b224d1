import numpy as np
import pytest
import tensorflow as tf
import tensorflow_datasets as tfds

from keras_vatt import datasets
from keras_vatt.data import records


class TinyImages(tfds.core.GeneratorBasedBuilder):
    """As imagenet2012 of the catalogue, with three images."""

    VERSION = tfds.core.Version("5.1.0")

    def _info(self):
        return tfds.core.DatasetInfo(
            builder=self,
            features=tfds.features.FeaturesDict(
                {
                    "image": tfds.features.Image(encoding_format="jpeg"),
                    "label": tfds.features.ClassLabel(names=["n01440764", "n01443537"]),
                    "file_name": tfds.features.Text(),
                }
            ),
        )

    def _split_generators(self, dl_manager):
        return {"validation": self._generate_examples()}

    def _generate_examples(self):
        for index, label in enumerate([1, 0, -1]):
            image = np.full((8, 12, 3), 80 * index, "uint8")
            name = f"{index}.JPEG"
            yield index, {"image": image, "label": label, "file_name": name}


def test_imagenet(tmp_path):
    with pytest.raises(FileNotFoundError, match="tfds build imagenet2012 --manual_dir"):
        datasets.imagenet(data_dir=tmp_path)
    TinyImages(data_dir=tmp_path).download_and_prepare()
    clips, class_names = datasets.imagenet("validation", tmp_path, "tiny_images")
    assert class_names == ["n01440764", "n01443537"]
    stored = tfds.as_numpy(clips)
    by_path = {clip["path"].decode(): clip for clip in stored}
    assert {path: list(clip["labels"]) for path, clip in by_path.items()} == {
        "0.JPEG": [1],
        "1.JPEG": [0],
        "2.JPEG": [],
    }
    (jpeg,) = by_path["1.JPEG"]["frames"]
    image = tf.io.decode_jpeg(jpeg).numpy()
    assert image.shape == (8, 12, 3) and abs(float(image.mean()) - 80) < 2
    assert set(clips.element_spec) == set(records.features())
    with pytest.raises(ValueError, match="no split 'train'"):
        datasets.imagenet("train", tmp_path, "tiny_images")
