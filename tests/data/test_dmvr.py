import hashlib
import json
import pathlib

import numpy as np
import pytest
import tensorflow as tf

from keras_vatt import data
from keras_vatt.data import dmvr
from keras_vatt.preprocessing import (
    VATTAudioConverter,
    VATTPreprocessor,
    VATTTokenizer,
    VATTVideoConverter,
)

GOLDEN = pathlib.Path(__file__).parents[1] / "golden" / "dmvr"


@pytest.fixture(scope="module")
def settings():
    return json.loads((GOLDEN / "eval_views.json").read_text())


@pytest.fixture(scope="module")
def released(settings):
    crop = settings["crop_size"]
    return VATTPreprocessor(
        VATTVideoConverter(
            (crop, crop), settings["num_frames"], 10.0, settings["stride"]
        ),
        VATTAudioConverter(settings["num_samples"]),
        VATTTokenizer(["<pad>", "<unk>", "a", "bunny", "grass"], sequence_length=8),
    )


@pytest.mark.parametrize("num_crops", [1, 3])
def test_the_released_test_views(settings, released, num_crops):
    clips = data.load(
        str(GOLDEN),
        "clips",
        task="evaluate",
        batch_size=2,
        preprocessor=released,
        num_windows=settings["num_test_clips"],
        num_crops=num_crops,
        min_resize=settings["min_resize"],
    )
    (batch,) = list(clips.as_numpy_iterator())
    assert batch["id"].tolist() == [b"bigbuckbunny.mp4@0", b"bigbuckbunny.mp4@2600000"]
    assert batch["label"].tolist() == [0, 1]
    assert batch["text"].tolist()[0] == [[2, 1, 3, 1, 1, 1, 1, 1]]
    assert batch["audio_mask"].tolist() == [1, 1] and batch["audio"].shape[0] == 4
    folder = f"multi_crop{num_crops // 3}"
    video = batch["video"].reshape(2, num_crops * 2, *batch["video"].shape[1:])
    with np.load(GOLDEN / "eval_views.npz") as views:
        for clip in range(2):
            expected = views[f"{folder}/clip{clip}/vision"]
            assert video[clip].shape == expected.shape
            difference = np.abs(video[clip].astype(int) - expected)
            # Another JPEG decoder is a level or two away, another crop is dozens.
            assert difference.max() <= 3 and difference.mean() < 0.1
    if num_crops == 1:
        for clip, sound in enumerate(batch["audio"].reshape(2, -1)):
            found = hashlib.sha256(sound.tobytes()).hexdigest()
            assert found == settings["audio_sha256"][f"{folder}/clip{clip}/audio"]


def test_training_and_labels(released):
    pattern = str(GOLDEN / "clips-*")
    clips = data.load(
        pattern, "train", task="video", batch_size=2, preprocessor=released
    )
    ((video, labels),) = list(clips.as_numpy_iterator())
    assert video.shape == (2, 8, 64, 64, 3) and sorted(labels) == [0, 1]


def test_what_is_no_dmvr_file(tmp_path, released):
    with tf.io.TFRecordWriter(str(tmp_path / "train-00000-of-00001")) as file:
        file.write(tf.train.Example().SerializeToString())
    with pytest.raises(ValueError, match="does not hold DMVR clips.*image/encoded"):
        data.load(str(tmp_path), preprocessor=released)
    whole = (GOLDEN / "clips-00000-of-00001").read_bytes()
    path = tmp_path / "test-00000-of-00001"
    path.write_bytes(whole[:-1000])
    with pytest.raises(ValueError, match="no whole TFRecord.*record 1 ends behind"):
        data.load(str(tmp_path), "test", preprocessor=released)
    path.write_bytes(b"")
    with pytest.raises(ValueError, match="hold no record"):
        data.load(str(tmp_path), "test", preprocessor=released)
    with pytest.raises(ValueError, match=r"no split 'validation'.*'test', 'train'"):
        data.load(str(tmp_path), "validation", preprocessor=released)


def test_records_are_counted_by_their_lengths():
    assert dmvr.count_records(str(GOLDEN / "clips-00000-of-00001")) == 2
