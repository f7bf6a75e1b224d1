"""Image datasets as TFDS stores them, with a few images each."""

import numpy as np
import tensorflow_datasets as tfds

CLASS_NAMES = ["n01440764", "n01443537"]
LABELS = {"train": [0, 1, 0, 1, 0, 1], "validation": [1, 0, 1, 1], "test": [-1, -1]}


def image(split, index):
    """Red tells which image it is, green grows from left to right."""
    picture = np.zeros((40, 60, 3), "uint8")
    picture[..., 0] = 40 * index
    picture[..., 1] = np.linspace(0, 255, 60).astype("uint8")
    picture[..., 2] = 10 * list(LABELS).index(split)
    return picture


class Imagenet2012(tfds.core.GeneratorBasedBuilder):
    """As the catalogue's; the labels of "test" are withheld."""

    VERSION = tfds.core.Version("5.1.0")

    def _info(self):
        return tfds.core.DatasetInfo(
            builder=self,
            features=tfds.features.FeaturesDict(
                {
                    "image": tfds.features.Image(encoding_format="jpeg"),
                    "label": tfds.features.ClassLabel(names=CLASS_NAMES),
                    "file_name": tfds.features.Text(),
                }
            ),
        )

    def _split_generators(self, dl_manager):
        return {split: self._generate_examples(split) for split in LABELS}

    def _generate_examples(self, split):
        for index, label in enumerate(LABELS[split]):
            yield (
                index,
                {
                    "image": image(split, index),
                    "label": label,
                    "file_name": f"{split}_{index}.JPEG",
                },
            )


class TinyDigits(tfds.core.GeneratorBasedBuilder):
    """Grey PNG images without a file name, as of mnist."""

    VERSION = tfds.core.Version("3.0.1")

    def _info(self):
        return tfds.core.DatasetInfo(
            builder=self,
            features=tfds.features.FeaturesDict(
                {
                    "image": tfds.features.Image(
                        shape=(28, 28, 1), encoding_format="png"
                    ),
                    "label": tfds.features.ClassLabel(num_classes=10),
                }
            ),
        )

    def _split_generators(self, dl_manager):
        return {"test": self._generate_examples()}

    def _generate_examples(self):
        for digit in (3, 7):
            picture = np.full((28, 28, 1), 30 * digit, "uint8")
            yield digit, {"image": picture, "label": digit}


class Unlabelled(tfds.core.GeneratorBasedBuilder):
    """Numbers, and no image."""

    VERSION = tfds.core.Version("1.0.0")

    def _info(self):
        return tfds.core.DatasetInfo(
            builder=self,
            features=tfds.features.FeaturesDict({"number": np.int64}),
        )

    def _split_generators(self, dl_manager):
        return {"train": self._generate_examples()}

    def _generate_examples(self):
        yield 0, {"number": 0}
