"""Images of the TFDS catalogue as batches of `data.load`."""

import numpy as np
import pytest

from keras_vatt import data
from keras_vatt.data import image_records
from keras_vatt.preprocessing import VATTPreprocessor, VATTVideoConverter
from tests.datasets.tiny_images import (
    CLASS_NAMES,
    LABELS,
    Imagenet2012,
    TinyDigits,
    Unlabelled,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("tfds")
    for builder in (Imagenet2012, TinyDigits, Unlabelled):
        builder(data_dir=path).download_and_prepare()
    return path


def batches(source, split, preprocessor, **options):
    options = {"task": "image", "batch_size": 2, **options}
    loaded = data.load(str(source), split, preprocessor=preprocessor, **options)
    return loaded.take(8).as_numpy_iterator()


def numbers(images):
    """Which images these are, by their red."""
    return [round(float(one[..., 0].mean()) / 40) for one in images]


@pytest.mark.parametrize("below", [".", "imagenet2012", "imagenet2012/5.1.0"])
def test_every_image_once_with_its_label(folder, below, preprocessor):
    source = str(folder / below)
    assert data.class_names(source) == CLASS_NAMES
    found = list(batches(source, "validation", preprocessor, batch_size=3))
    assert [images.shape for images, _ in found] == [(3, 16, 16, 3), (1, 16, 16, 3)]
    images, labels = map(np.concatenate, zip(*found))
    assert images.dtype == "uint8" and labels.dtype == "int32"
    shown = numbers(images)
    assert sorted(shown) == [0, 1, 2, 3]
    assert [LABELS["validation"][n] for n in shown] == labels.tolist()
    # The centre crop of 40 x 60 shows columns 10 to 49, every 2.5th from 10.75 on.
    shown = 255 / 59 * (10.75 + 2.5 * np.arange(16))
    np.testing.assert_allclose(images[..., 1].mean(axis=(0, 1)), shown, atol=4)


def test_crops_in_space_and_labels_a_column_a_class(folder, preprocessor):
    options = {"num_crops": 3, "num_classes": 2, "batch_size": 4}
    ((images, labels),) = batches(folder, "validation", preprocessor, **options)
    assert images.shape == (12, 16, 16, 3) and labels.shape == (4, 2)
    green = images[..., 1].mean(axis=(1, 2)).reshape(4, 3)  # left, centre, right
    assert (np.diff(green, axis=1) > 20).all()
    assert labels.argmax(1).tolist() == [
        LABELS["validation"][n] for n in numbers(images[::3])
    ]


def test_training_crops_and_mirrors(folder, preprocessor):
    plain = {"color_jitter": 0.0, "repeat": True, "seed": 3}
    found = [image for image, _ in batches(folder, "train", preprocessor, **plain)]
    green = np.concatenate(found)[..., 1].astype("float").mean(axis=1)  # (n, columns)
    rises = green[:, -1] > green[:, 0]
    assert 0 < rises.sum() < len(rises)
    spans = np.abs(green[:, -1] - green[:, 0])
    assert spans.max() - spans.min() > 50  # parts of very different widths
    plain["flip"] = False
    found = [image for image, _ in batches(folder, "train", preprocessor, **plain)]
    green = np.concatenate(found)[..., 1].astype("float").mean(axis=1)
    assert (green[:, -1] > green[:, 0]).all()


def test_seed_shards_and_a_start_in_the_middle(folder, preprocessor):
    options = {"repeat": True, "seed": 5}
    found = list(batches(folder, "train", preprocessor, **options))
    again = list(batches(folder, "train", preprocessor, start_batch=3, **options))
    for (here, label), (there, other) in zip(found[3:], again):
        np.testing.assert_array_equal(here, there)
        np.testing.assert_array_equal(label, other)
    other = list(batches(folder, "train", preprocessor, repeat=True, seed=6))
    assert any((a[0] != b[0]).any() for a, b in zip(found, other))
    parts = [
        list(
            batches(
                folder,
                "train",
                preprocessor,
                num_shards=2,
                shard_index=index,
                training=False,
            )
        )
        for index in (0, 1)
    ]
    shown = [numbers(np.concatenate([one[0] for one in part])) for part in parts]
    assert [len(part) for part in shown] == [3, 3]
    assert sorted(shown[0] + shown[1]) == [0, 1, 2, 3, 4, 5]


def test_grey_png_without_names(folder, preprocessor):
    source = folder / "tiny_digits"
    ((images, labels),) = batches(source, "test", preprocessor)
    assert sorted(labels) == [3, 7]
    for picture, label in zip(images, labels):
        np.testing.assert_array_equal(picture, np.full((16, 16, 3), 30 * label))
    assert data.class_names(source)[7] == "7"
    opened = image_records.source(source, "test")
    stored = opened.records(opened.files[0][0])
    assert len({opened.parse(record)["id"].numpy() for record in stored}) == 2


def test_an_image_is_a_video_that_stands_still(folder, preprocessor):
    ((videos, _), *_) = batches(folder, "validation", preprocessor, task="video")
    assert videos.shape == (2, 4, 16, 16, 3)
    assert (videos == videos[:, :1]).all()


def test_frames_of_clips_are_images(records, preprocessor):
    ((frames, label),) = batches(records, "test", preprocessor)
    single = VATTVideoConverter((16, 16), num_frames=1, frame_rate=25.0, frame_stride=2)
    single = VATTPreprocessor(single, modality="video")
    ((video, same),) = batches(records, "test", single, task="video")
    assert video.shape == (1, 1, 16, 16, 3) and label == same
    np.testing.assert_array_equal(frames, video[:, 0])


def test_what_is_no_dataset_of_labelled_images(folder, tmp_path, preprocessor):
    with pytest.raises(ValueError, match="No clip of .* has a label"):
        batches(folder, "test", preprocessor)
    with pytest.raises(ValueError, match=r"no split 'tests'.*'train'"):
        batches(folder, "tests", preprocessor)
    with pytest.raises(FileNotFoundError, match="tfds build imagenet2012"):
        image_records.builder(tmp_path)
    with pytest.raises(ValueError, match=r"features \['number'\]"):
        image_records.builder(folder / "unlabelled")
    with pytest.raises(ValueError, match="lacks"):
        batches(folder / "unlabelled" / "1.0.0", "train", preprocessor)
    assert not image_records.is_finished(folder / "unlabelled")
