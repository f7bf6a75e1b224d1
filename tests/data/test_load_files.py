"""The same batches from media files as from what `prepare` made of them."""

import shutil
import warnings

import av
import numpy as np
import pytest
import tensorflow as tf

from keras_vatt import data
from tests.data.media_files import write_video


def batches(dataset):
    return [
        {name: value.numpy() for name, value in (b[0] | b[1]).items()}
        if isinstance(b, tuple)
        else {name: value.numpy() for name, value in b.items()}
        for b in dataset
    ]


def assert_alike(one, other):
    """Equal but for JPEG's and the sound decoder's rounding."""
    assert one.keys() == other.keys()
    for name, value in one.items():
        found = other[name]
        assert value.dtype == found.dtype and value.shape == found.shape
        if name == "video":
            difference = np.abs(value.astype(int) - found.astype(int))
            assert difference.mean() < 3 and np.quantile(difference, 0.98) < 20
        elif name == "audio":
            np.testing.assert_allclose(value, found, atol=2e-3)
        else:
            np.testing.assert_array_equal(value, found)


def by_id(batch, views):
    """Sorts clips by name; `views` says how many rows of a value are one clip."""
    order = np.argsort(batch["id"])
    return {
        name: value.reshape(len(order), views.get(name, 1), *value.shape[1:])[order]
        for name, value in batch.items()
    }


def test_test_views_are_those_of_the_records(videos, records, preprocessor):
    options = {
        "task": "evaluate",
        "batch_size": 5,
        "preprocessor": preprocessor,
        "num_candidates": 2,
        "num_windows": 2,
        "num_crops": 3,
        "min_resize": 20,
    }
    (stored,) = batches(data.load(records, "train", **options))
    (read,) = batches(data.load(str(videos), "train", **options))
    assert read["id"].tolist() == [b"a.mp4", b"b.mp4", b"c.mp4", b"d.mp4", b"e.mp4"]
    views = {"video": 6, "audio": 2}
    assert stored["video"].shape[0] == 30 and stored["audio"].shape[0] == 10
    assert_alike(by_id(stored, views), by_id(read, views))


def test_training_draws_are_those_of_the_records(videos, records, preprocessor):
    # One clip: its place in the stream is the same, and so are window and crop.
    options = {"batch_size": 1, "preprocessor": preprocessor, "training": True}
    options |= {"repeat": True, "seed": 3}
    stored = batches(data.load(records, "test", **options).take(4))
    read = batches(data.load(str(videos), "test", **options).take(4))
    for one, other in zip(stored, read, strict=True):
        assert_alike(one, other)


@pytest.mark.long
def test_a_stream_of_files_continues_exactly(videos, preprocessor):
    def loaded(start, count, **kwargs):
        dataset = data.load(
            str(videos / "clips.csv"),
            batch_size=2,
            preprocessor=preprocessor,
            repeat=True,
            start_batch=start,
            shuffle_buffer=1,  # files are shuffled all the same
            **kwargs,
        )
        return batches(dataset.take(count))

    whole = loaded(0, 6)
    for name in whole[0]:
        for one, other in zip(loaded(2, 4), whole[2:], strict=True):
            np.testing.assert_array_equal(one[name], other[name])
    assert not np.array_equal(whole[0]["video"], loaded(0, 1, seed=1)[0]["video"])


def test_labels_and_sound_alone(videos, preprocessor):
    with pytest.warns(UserWarning, match="1 of 5 clips .* no label"):
        dataset = data.load(
            str(videos),
            "train",
            task="audio",
            batch_size=4,
            preprocessor=preprocessor,
            training=False,
        )
    ((wave, label),) = list(dataset)
    assert wave.shape == (4, 9600, 1) and label.numpy().tolist() == [0, 1, 1, 0]
    assert not wave[1].numpy().any()  # b is silent
    assert np.argmax(np.abs(np.fft.rfft(wave[0, :, 0]))) == 88  # 440 Hz in 0.2 s


def test_broken_files_are_warned_of_once_and_skipped(videos, tmp_path, preprocessor):
    shutil.copy(videos / "a.mp4", tmp_path / "a.mp4")
    (tmp_path / "b.mp4").write_bytes(b"no video at all")
    (tmp_path / "c.mp4").write_bytes((videos / "a.mp4").read_bytes()[:2000])
    (tmp_path / "d.mp4").write_bytes(b"")
    dataset = data.load(
        str(tmp_path), task="evaluate", batch_size=2, preprocessor=preprocessor
    )
    with pytest.warns(UserWarning) as caught:
        (batch,) = batches(dataset)
        (again,) = batches(dataset)
    assert batch["id"].tolist() == again["id"].tolist() == [b"a.mp4"]
    texts = sorted(str(one.message) for one in caught)
    assert [text[:15] for text in texts] == [f"Skipped '{x}.mp4'" for x in "bcd"]
    assert "is not a video that can be read" in texts[0] and "is empty" in texts[2]
    counts = sorted(text[16:].split(":")[0] for text in texts)
    assert counts == [f"(so far {n} of 4 clips)" for n in (1, 2, 3)]


def test_nothing_but_broken_files(tmp_path, preprocessor):
    for name in ("a.mp4", "b.mp4"):
        (tmp_path / name).write_bytes(b"no video at all")
    dataset = data.load(
        str(tmp_path), batch_size=1, preprocessor=preprocessor, repeat=True
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(tf.errors.InvalidArgumentError, match="None of 2 clips"):
            batches(dataset.take(1))


def test_files_outside_the_folder_of_the_csv(videos, tmp_path, preprocessor):
    (tmp_path / "clips.csv").write_text(f"video_path\n{videos / 'a.mp4'}\n")
    options = {"task": "evaluate", "batch_size": 1, "preprocessor": preprocessor}
    dataset = data.load(str(tmp_path), "train", allow_outside=True, **options)
    assert len(batches(dataset)) == 1
    with pytest.warns(UserWarning, match="outside the data root"):
        with pytest.raises(tf.errors.InvalidArgumentError, match="None of 1 clips"):
            batches(data.load(str(tmp_path), "train", **options))


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "avi", "ts"])
def test_a_window_far_inside_a_file(tmp_path, preprocessor, suffix):
    """Red counts frames: 10 a frame, modulo 250, so 25 frames a turn."""
    name = f"long.{suffix}"
    options = {"g": "12"}
    write_video(tmp_path / name, 200, audio_seconds=8.0, options=options)
    (tmp_path / "clips.csv").write_text(f"video_path,start,end\n{name},6.4,7.2\n")
    # 0.8 s at 25/s from frame 160; the middle window starts at (20 - 8) // 2 = 6.
    (batch,) = batches(
        data.load(str(tmp_path), "train", "evaluate", 1, preprocessor=preprocessor)
    )
    reds = batch["video"][0, :, 10:, 10:, 0].mean((1, 2))
    if suffix in ("mp4", "mkv"):  # the others' clocks do not start with the video
        np.testing.assert_allclose(reds, [160, 180, 200, 220], atol=6)
    stored = data.encode_clip(data.ClipRow(name, name, 6.4, 7.2), root=tmp_path)
    frames = [tf.io.decode_jpeg(jpeg)[40:, 40:, 0] for jpeg in stored["frames"][6:14:2]]
    np.testing.assert_allclose(reds, np.mean(frames, (1, 2)), atol=6)
    assert np.argmax(np.abs(np.fft.rfft(batch["audio"][0, :, 0]))) == 88


def test_no_split_and_no_media(videos, tmp_path, preprocessor):
    with pytest.raises(ValueError, match=r"no split 'dev'.*\['test', 'train'\]"):
        data.load(str(videos), "dev", preprocessor=preprocessor)
    with pytest.raises(FileNotFoundError, match="without a prepared dataset"):
        data.load(str(tmp_path), preprocessor=preprocessor)


def test_a_folder_of_sounds(tmp_path, preprocessor):
    rate, count = 16000, 16000
    for name, pitch in (("a.wav", 300), ("b.flac", 500)):
        with av.open(str(tmp_path / name), "w") as container:
            codec = "pcm_s16le" if name == "a.wav" else "flac"
            audio = container.add_stream(codec, rate=rate, layout="mono")
            tone = 9000 * np.sin(2 * np.pi * pitch * np.arange(count) / rate)
            frame = av.AudioFrame.from_ndarray(
                tone.astype("int16")[None], "s16", "mono"
            )
            frame.sample_rate = rate
            container.mux(audio.encode(frame))
            container.mux(audio.encode())
    (tmp_path / "clips.csv").write_text("video_path,label\na.wav,x\nb.flac,y\n")
    options = {"task": "audio", "batch_size": 2, "preprocessor": preprocessor}
    ((wave, label),) = list(data.load(str(tmp_path), training=False, **options))
    peaks = np.argmax(np.abs(np.fft.rfft(wave[..., 0])), axis=1)
    assert peaks.tolist() == [60, 100] and label.numpy().tolist() == [0, 1]
    (tmp_path / "clips.csv").unlink()
    with pytest.warns(UserWarning, match="has no video stream"):
        with pytest.raises(tf.errors.InvalidArgumentError, match="None of 2 clips"):
            list(data.load(str(tmp_path), **options | {"task": "evaluate"}))


def test_no_split_of_dmvr_files(tmp_path, preprocessor):
    (tmp_path / "test-00000-of-00001").write_bytes(b"")
    with pytest.raises(ValueError, match=r"no split 'train'.*\['test'\]"):
        data.load(str(tmp_path), preprocessor=preprocessor)
