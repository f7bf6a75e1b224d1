import os

import numpy as np
import pytest
import tensorflow as tf

from keras_vatt import data
from keras_vatt.data import records as records_of
from keras_vatt.datasets import prepare
from keras_vatt.preprocessing import (
    VATTAudioConverter,
    VATTPreprocessor,
    VATTVideoConverter,
)
from tests.data.media_files import write_video


def batches(dataset):
    return [
        {name: value.numpy() for name, value in (b[0] | b[1]).items()}
        if isinstance(b, tuple)
        else {name: value.numpy() for name, value in b.items()}
        for b in dataset
    ]


@pytest.fixture
def evaluated(records, preprocessor):
    dataset = data.load(
        records,
        "train",
        task="evaluate",
        batch_size=2,
        preprocessor=preprocessor,
        num_candidates=2,
    )
    whole = batches(dataset)
    assert [len(batch["id"]) for batch in whole] == [2, 2, 1]  # none dropped
    again = batches(dataset)
    merged = {k: np.concatenate([b[k] for b in whole]) for k in whole[0]}
    for name, value in merged.items():
        np.testing.assert_array_equal(value, np.concatenate([b[name] for b in again]))
    return {
        clip.decode(): {name: value[index] for name, value in merged.items()}
        for index, clip in enumerate(merged["id"])
    }


def test_evaluate(evaluated):
    assert sorted(evaluated) == ["a.mp4", "b.mp4", "c.mp4", "d.mp4", "e.mp4"]
    clip = evaluated["a.mp4"]
    # The middle window starts at (20 - 4 * 2) // 2 = 6; red counts in tens.
    assert clip["video"].shape == (4, 16, 16, 3) and clip["video"].dtype == "uint8"
    reds = clip["video"][:, 10:, 10:, 0].mean((1, 2))
    np.testing.assert_allclose(reds, [60, 80, 100, 120], atol=4.9)
    assert clip["audio"].shape == (9600, 1) and clip["audio"].dtype == "float32"
    spectrum = np.abs(np.fft.rfft(clip["audio"][:, 0]))
    assert np.argmax(spectrum) == 88  # 440 Hz in 0.2 s
    np.testing.assert_array_equal(clip["text"], [[2, 4, 3, 0], [0, 0, 0, 0]])
    assert clip["caption"] == b"A red dot." and clip["label"] == 0
    two = evaluated["b.mp4"]
    np.testing.assert_array_equal(two["text"], [[2, 5, 3, 0], [5, 6, 7, 0]])
    assert two["caption"] == b"a blue dot" and two["label"] == 1


def test_what_is_missing_is_masked(evaluated):
    masks = {
        name: (float(clip["audio_mask"]), float(clip["text_mask"]))
        for name, clip in evaluated.items()
    }
    # No sound in b; no caption in c, none with a word in d.
    assert masks == {
        "a.mp4": (1, 1),
        "b.mp4": (0, 1),
        "c.mp4": (1, 0),
        "d.mp4": (1, 0),
        "e.mp4": (1, 1),
    }
    assert not evaluated["b.mp4"]["audio"].any()
    assert not evaluated["c.mp4"]["text"].any()
    assert evaluated["c.mp4"]["label"] == -1 and evaluated["c.mp4"]["caption"] == b""


def test_a_clip_shorter_than_the_window_loops(records, preprocessor):
    dataset = data.load(records, "test", batch_size=1, preprocessor=preprocessor)
    (batch,) = batches(dataset)
    # 5 frames, 4 kept with stride 2 from 0: 0, 2, 4, and 6 modulo 5.
    reds = batch["video"][0, :, 10:, 10:, 0].mean((1, 2))
    np.testing.assert_allclose(reds, [0, 20, 40, 10], atol=4.9)


def test_training_batches(records, preprocessor):
    def loaded(seed):
        return data.load(
            records, "train", batch_size=2, preprocessor=preprocessor, seed=seed
        )

    dataset = loaded(0)
    inputs, masks = dataset.element_spec
    assert {name: (x.shape, x.dtype.name) for name, x in inputs.items()} == {
        "video": ((2, 4, 16, 16, 3), "uint8"),
        "audio": ((2, 9600, 1), "float32"),
        "text": ((2, 1, 4), "int32"),
    }
    assert {name: (x.shape, x.dtype.name) for name, x in masks.items()} == {
        "audio_mask": ((2,), "float32"),
        "text_mask": ((2,), "float32"),
    }
    assert len(dataset) == 2  # the fifth clip is dropped
    epochs = [batches(dataset), batches(dataset)]
    assert not np.array_equal(epochs[0][0]["video"], epochs[1][0]["video"])
    again = loaded(0)
    for expected, epoch in zip(epochs, [batches(again), batches(again)], strict=True):
        for one, other in zip(expected, epoch, strict=True):
            for name in one:
                np.testing.assert_array_equal(one[name], other[name])
    other = batches(loaded(1))
    assert not np.array_equal(epochs[0][0]["video"], other[0]["video"])


def test_repeat_and_cache(records, preprocessor):
    dataset = data.load(
        records,
        "train",
        batch_size=4,
        preprocessor=preprocessor,
        repeat=True,
        cache=True,
    )
    assert len(batches(dataset.take(4))) == 4


def test_classification(records):
    preprocessor = VATTPreprocessor(VATTVideoConverter((16, 16), 4), modality="video")
    with pytest.warns(UserWarning, match="1 of 5 clips .* no label"):
        dataset = data.load(
            records,
            "train",
            task="video",
            batch_size=3,
            preprocessor=preprocessor,
            training=False,
        )
    labels = np.concatenate([label.numpy() for _, label in dataset])
    assert sorted(labels) == [0, 0, 1, 1] and labels.dtype == "int32"
    audio = VATTPreprocessor(audio_converter=VATTAudioConverter(480), modality="audio")
    dataset = data.load(records, "test", "audio", 1, preprocessor=audio)
    ((wave, label),) = list(dataset)
    assert wave.shape == (1, 480, 1) and label.numpy().tolist() == [1]


@pytest.mark.parametrize(
    "kwargs, message",
    [
        ({"split": "valid"}, r"no split 'valid'.*\['test', 'train'\]"),
        ({"task": "retrieval"}, "'pretrain'.*Received: task='retrieval'"),
        ({"batch_size": 6}, "5 clips, fewer than batch_size=6.*Lower"),
        ({"batch_size": 0}, "batch_size=0"),
        ({"num_candidates": 0}, "num_candidates=0"),
        ({"task": "evaluate", "training": True}, "every clip once.*training=True"),
        ({"start_batch": 3}, "start_batch=3, repeat=False"),
        ({"weights": [1.0]}, "one weight each.*1 sources"),
        ({"crop": "centre"}, "'jitter', 'area'.*crop='centre'"),
        ({"num_crops": 2}, "num_crops=2"),
        ({"num_windows": 4}, "one view a clip.*num_windows=4.*training=False"),
        ({"frame_stride": 0}, "frame_stride=0"),
        ({"num_shards": 2, "shard_index": 2}, "shard_index=2, num_shards=2"),
    ],
)
def test_bad_arguments(records, preprocessor, kwargs, message):
    with pytest.raises(ValueError, match=message):
        data.load(records, **{"preprocessor": preprocessor, "batch_size": 2, **kwargs})


def test_bad_preprocessors(records, preprocessor):
    with pytest.raises(ValueError, match="preprocessor.*must not be None"):
        data.load(records)
    bare = VATTPreprocessor(preprocessor.video_converter, preprocessor.audio_converter)
    with pytest.raises(ValueError, match="tokenizer, which is None.*vocabulary"):
        data.load(records, preprocessor=bare)
    slow = VATTPreprocessor(
        preprocessor.video_converter,
        VATTAudioConverter(100, sample_rate=16000),
        preprocessor.tokenizer,
    )
    with pytest.raises(ValueError, match="16000 samples/s.*48000"):
        data.load(records, preprocessor=slow)


def test_fewer_frames_stored_than_expected(tmp_path, preprocessor):
    write_video(tmp_path / "a.mp4", num_frames=10, audio_seconds=None)
    (tmp_path / "clips.csv").write_text("video_path\na.mp4\n")
    output = str(tmp_path / "records")
    prepare(tmp_path, output, frame_rate=12.5)
    with pytest.warns(UserWarning, match="stored at 12.5 frames/s.*expects 25"):
        dataset = data.load(
            output, batch_size=1, preprocessor=preprocessor, training=False
        )
    (batch,) = batches(dataset)
    # Frames 0, 2, 4, 6, 8 stored, on show twice each at 25/s: ticks 1, 3, 5, 7.
    reds = batch["video"][0, :, 10:, 10:, 0].mean((1, 2))
    np.testing.assert_allclose(reds, [0, 20, 40, 60], atol=4.9)


def test_no_dataset(tmp_path, preprocessor):
    with pytest.raises(FileNotFoundError, match="no such folder.*keras-vatt prepare"):
        data.load(str(tmp_path / "none"), preprocessor=preprocessor)
    os.makedirs(tmp_path / "vatt_clips" / "incomplete.ABCDEF_1.0.0")
    with pytest.raises(FileNotFoundError, match="not finished.*Run it"):
        data.load(str(tmp_path), preprocessor=preprocessor)


def same(one, other):
    return all(
        np.array_equal(a[name], b[name])
        for a, b in zip(one, other, strict=True)
        for name in a
    )


def test_a_dataset_elsewhere_is_found():
    # A file system of TensorFlow's own, as `gs://` is.
    elsewhere = "ram://bucket/records"
    with pytest.raises(FileNotFoundError, match="no such folder"):
        records_of.folder(elsewhere)
    folder = f"{elsewhere}/{records_of.NAME}/{records_of.VERSION}"
    tf.io.gfile.makedirs(folder)
    with pytest.raises(FileNotFoundError, match="not finished"):
        records_of.folder(elsewhere)
    with tf.io.gfile.GFile(f"{folder}/dataset_info.json", "w") as file:
        file.write("{}")
    assert records_of.folder(elsewhere) == records_of.folder(folder) == folder


def test_a_stream_continues_exactly(records, preprocessor):
    def loaded(**kwargs):
        return data.load(
            records, batch_size=2, preprocessor=preprocessor, repeat=True, **kwargs
        )

    whole = batches(loaded().take(8))  # three epochs and a bit of five clips
    for start in (1, 3, 6):
        rest = batches(loaded(start_batch=start).take(8 - start))
        assert same(rest, whole[start:])
    assert not same(batches(loaded(seed=1).take(8)), whole)


def test_sources_are_mixed_by_weight(records, preprocessor):
    def loaded(start, count):
        dataset = data.load(
            [records, records],
            batch_size=4,
            preprocessor=preprocessor,
            repeat=True,
            weights=[3, 1],
            start_batch=start,
        )
        return batches(dataset.take(count))

    whole = loaded(0, 4)
    assert same(loaded(2, 2), whole[2:])


def test_test_windows_and_crops(records, preprocessor):
    views = data.load(
        records,
        "train",
        task="evaluate",
        batch_size=5,
        preprocessor=preprocessor,
        num_windows=3,
        num_crops=3,
        min_resize=20,
    )
    (batch,) = batches(views)
    assert batch["video"].shape == (45, 4, 16, 16, 3)
    assert batch["audio"].shape == (15, 9600, 1) and batch["label"].shape == (5,)
    row = batch["id"].tolist().index(b"a.mp4")
    # Windows start at 0, 6, 12 of 20 frames; crop-major: all windows of a crop first.
    reds = batch["video"][row * 9 : row * 9 + 9, :, 12:, 12:, 0].mean((2, 3))
    expected = np.array([[0, 20, 40, 60], [60, 80, 100, 120], [120, 140, 160, 180]])
    np.testing.assert_allclose(reds, np.tile(expected, (3, 1)), atol=4.9)


def test_another_time_base_is_warned_of(records, preprocessor):
    with pytest.warns(UserWarning, match="frame_rate=12.5 overrides .* 25, which"):
        dataset = data.load(
            records,
            task="evaluate",
            batch_size=5,
            preprocessor=preprocessor,
            frame_rate=12.5,
        )
    (batch,) = batches(dataset)
    row = batch["id"].tolist().index(b"a.mp4")
    # 10 ticks at 12.5/s; the window of 8 starts at 1: stored frames 2, 6, 10, 14.
    reds = batch["video"][row, :, 10:, 10:, 0].mean((1, 2))
    np.testing.assert_allclose(reds, [20, 60, 100, 140], atol=4.9)


def test_hosts_have_clips_of_their_own(records, preprocessor):
    ids = []
    for index in range(2):
        dataset = data.load(
            records,
            task="evaluate",
            preprocessor=preprocessor,
            num_shards=2,
            shard_index=index,
            num_threads=1,
        )
        ids.append(sum((b["id"].tolist() for b in batches(dataset)), []))
    assert sorted(map(len, ids)) == [2, 3] and len(set(sum(ids, []))) == 5
