import io
import struct

import av
import numpy as np
import pytest
import tensorflow as tf

from keras_vatt.data import Caption, ClipRow, Skipped, encode_clip
from keras_vatt.data.limits import Limits
from tests.data.media_files import write_video


def encode(folder, name="clip.mp4", limits=None, **kwargs):
    settings = {k: kwargs.pop(k) for k in ("frame_rate", "short_side") if k in kwargs}
    if limits is not None:
        settings["limits"] = limits
    return encode_clip(ClipRow(name, name, **kwargs), root=folder, **settings)


def reason(outcome):
    assert isinstance(outcome, Skipped)
    return outcome.reason


def reds(example):
    """Which frame each stored one was: the red channel counts in tens."""
    images = [tf.io.decode_jpeg(jpeg).numpy() for jpeg in example["frames"]]
    return [round(float(i[40:, 40:, 0].mean()) / 10) for i in images]


def sound(example):
    return np.frombuffer(example["audio"], "<i2") / 32768


def test_whole_clip(tmp_path):
    write_video(tmp_path / "clip.mp4")
    example = encode(tmp_path, labels=("dog",), captions=(Caption("a"), Caption(" ")))
    assert reds(example) == list(range(20))
    np.testing.assert_allclose(example["timestamps"], np.arange(20) / 25, atol=1e-6)
    assert example["frame_rate"] == pytest.approx(25.0)
    assert (example["start"], example["end"]) == (0.0, pytest.approx(0.8))
    # Half a second from the middle: 440 Hz at amplitude 0.5.
    wave = sound(example)
    assert len(wave) == 38400
    spectrum = np.abs(np.fft.rfft(wave[7200:31200]))
    assert np.argmax(spectrum) == 220
    assert spectrum.max() / 12000 == pytest.approx(0.5, abs=0.02)
    assert [c["text"] for c in example["captions"]] == ["a"]
    assert example["captions"][0]["end"] == pytest.approx(0.8)
    assert example["labels"] == ["dog"]


def test_the_same_bytes_again(tmp_path):
    write_video(tmp_path / "clip.mp4")
    first, second = encode(tmp_path), encode(tmp_path)
    assert first["frames"] == second["frames"] and first["audio"] == second["audio"]


def test_part_of_a_clip(tmp_path):
    # A key frame every 12 frames: the start lies between two.
    write_video(tmp_path / "clip.mp4", num_frames=25, audio_seconds=1.0)
    caption = Caption("next", 0.9, 1.0, own=False)
    example = encode(tmp_path, start=0.6, end=0.8, captions=(caption,))
    assert reds(example) == [15, 16, 17, 18, 19]
    np.testing.assert_allclose(example["timestamps"], np.arange(5) / 25, atol=1e-6)
    whole = encode(tmp_path)
    np.testing.assert_allclose(
        sound(example)[100:], sound(whole)[28900:38400], atol=2e-3
    )
    times = example["captions"][0]
    assert (times["start"], times["end"]) == (pytest.approx(0.3), pytest.approx(0.4))


@pytest.mark.parametrize(
    "rate, kept",
    [
        (10.0, [0, 2, 5, 7, 10, 12, 15, 17]),  # on show at 0, 0.1, 0.2, ...
        (5.0, [0, 5, 10, 15]),
        (50.0, list(range(20))),  # never more than the source has
    ],
)
def test_frame_rates(tmp_path, rate, kept):
    write_video(tmp_path / "clip.mp4")
    example = encode(tmp_path, frame_rate=rate)
    assert reds(example) == kept
    step = max(1 / rate, 1 / 25)
    expected = np.arange(len(kept)) * step
    np.testing.assert_allclose(example["timestamps"], expected, atol=1e-6)


def test_sizes(tmp_path):
    write_video(tmp_path / "clip.mp4", num_frames=2, size=(48, 90))
    shape = tf.io.decode_jpeg(encode(tmp_path)["frames"][0]).shape
    assert shape == (48, 90, 3)  # never enlarged
    example = encode(tmp_path, short_side=32)
    assert tf.io.decode_jpeg(example["frames"][0]).shape == (32, 60, 3)


def test_rotation_is_honoured(tmp_path):
    path = tmp_path / "clip.mp4"
    write_video(path, num_frames=2, size=(48, 64))
    data = bytearray(path.read_bytes())
    # The track header's matrix, turned to show the frames 90 degrees clockwise.
    at = data.index(b"tkhd") + 44
    one = 1 << 16
    data[at : at + 36] = struct.pack(">9i", 0, one, 0, -one, 0, 0, 0, 0, 1 << 30)
    path.write_bytes(data)
    image = tf.io.decode_jpeg(encode(tmp_path)["frames"][0]).numpy()
    assert image.shape == (64, 48, 3)
    # The mark was top left (green 200): turned, it is top right.
    assert image[8:24, 30:44, 1].mean() > 150 > 50 > image[8:24, 4:18, 1].mean()


def test_other_containers_and_rates(tmp_path):
    for name, codec in (("clip.mkv", "libx264"), ("clip.ts", "libx264")):
        write_video(tmp_path / name, codec=codec, sample_rate=16000)
        example = encode(tmp_path, name)
        assert reds(example) == list(range(20)), name
        assert np.argmax(np.abs(np.fft.rfft(sound(example)[7200:31200]))) == 220


def test_no_sound_is_no_reason_to_skip(tmp_path):
    write_video(tmp_path / "clip.mp4", audio_seconds=None)
    example = encode(tmp_path)
    assert example["audio"] == b"" and len(example["frames"]) == 20


def test_one_frame(tmp_path):
    write_video(tmp_path / "clip.mp4", num_frames=1, audio_seconds=None)
    assert len(encode(tmp_path)["frames"]) == 1


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv", "clip.avi", "fast.mp4"])
@pytest.mark.parametrize("share", [0.3, 0.6])
def test_truncated_files_are_skipped(tmp_path, name, share):
    options = {"movflags": "faststart"} if name == "fast.mp4" else {}
    write_video(tmp_path / name, num_frames=40, container_options=options)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: int(share * len(whole))])
    message = reason(encode(tmp_path, name))
    assert repr(name) in message and "Fetch it again" in message
    assert "truncated or damaged" in message or "not a video" in message


def test_zero_frames(tmp_path):
    write_video(tmp_path / "clip.mkv", num_frames=0)
    message = reason(encode(tmp_path, "clip.mkv"))
    assert "No frame of 'clip.mkv'" in message and "Expected at least one" in message


def test_no_video_stream(tmp_path):
    with av.open(str(tmp_path / "sound.wav"), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=48000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 4800), "int16"), "s16", "mono")
        frame.sample_rate = 48000
        container.mux(stream.encode(frame))
    assert "'sound.wav' has no video stream" in reason(encode(tmp_path, "sound.wav"))


def test_sound_that_is_not_finite(tmp_path):
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="matroska") as container:
        video = container.add_stream("mpeg4", rate=25)
        video.width = video.height = 16
        video.pix_fmt = "yuv420p"
        audio = container.add_stream("pcm_f32le", rate=48000, layout="mono")
        for index in range(5):
            frame = av.VideoFrame(16, 16, "yuv420p")
            frame.pts = index
            container.mux(video.encode(frame))
        container.mux(video.encode())
        wave = np.zeros((1, 9600), "float32")
        wave[0, 500] = np.nan
        frame = av.AudioFrame.from_ndarray(wave, "flt", "mono")
        frame.sample_rate = 48000
        container.mux(audio.encode(frame))
    (tmp_path / "nan.mkv").write_bytes(buffer.getvalue())
    message = reason(encode(tmp_path, "nan.mkv"))
    assert "'nan.mkv' holds NaN or infinity" in message


@pytest.mark.parametrize(
    "row, message",
    [
        ({"start": 5.0, "end": 6.0}, r"lies in [5, 6) s, which ends at 0.800 s"),
        ({"start": 0.6, "end": 0.2}, "ends at 0.2 s, before it starts at 0.6 s"),
    ],
)
def test_times_that_hold_nothing(tmp_path, row, message):
    write_video(tmp_path / "clip.mp4")
    assert message in reason(encode(tmp_path, **row))


def test_an_end_behind_the_file_is_the_files(tmp_path):
    write_video(tmp_path / "clip.mp4")
    example = encode(tmp_path, start=0.4, end=10.0)
    assert reds(example) == list(range(10, 20))
    assert example["end"] == pytest.approx(0.8)


@pytest.mark.parametrize(
    "limits, message",
    [
        (Limits(max_pixels=64 * 64 - 1), "frames of 64x64. Expected at most 4095"),
        (Limits(max_frames=19), "more than 19 frames"),
        (Limits(max_seconds=0.5), "lasts 0.8 s. Expected at most 0.5 s"),
    ],
)
def test_limits(tmp_path, limits, message):
    write_video(tmp_path / "clip.mp4")
    assert message in reason(encode(tmp_path, limits=limits))
