"""Seeking to a moment gives what decoding from the start gives there."""

import fractions

import av
import numpy as np
import pytest

from keras_vatt.data.decode import decode_clip
from keras_vatt.data.decode_moments import decode_moments
from keras_vatt.data.limits import DEFAULT_LIMITS
from keras_vatt.data.media import MediaError, open_media

SECONDS, RATE = 8, 25


def sound(sample_rate):
    """Low-passed noise: codecs keep it well, and no shift of it is like another."""
    noise = np.random.default_rng(5).normal(0, 0.1, SECONDS * 2000 + 1)
    times = np.arange(SECONDS * sample_rate) / sample_rate
    return np.interp(times * 2000, np.arange(len(noise)), noise).astype("float32")


def write(path, codec="mpeg4", times=None, sound_start=0.0, **options):
    """Frames that count their number in red; sound that starts where it is told."""
    sample_rate = options.pop("sample_rate", 48000)
    gap = options.pop("gap", None)
    times = np.arange(SECONDS * RATE) * 40 if times is None else times  # ms
    with av.open(str(path), "w") as container:
        video = container.add_stream(codec, rate=RATE, options=options)
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        video.codec_context.time_base = fractions.Fraction(1, 1000)
        audio = container.add_stream("aac", rate=sample_rate, layout="mono")
        # Its decoder draws what is coded as mere noise anew, wherever it starts.
        audio.options = {"aac_pns": "0"}
        for index, time in enumerate(times):
            image = np.zeros((64, 64, 3), "uint8")
            image[..., 0] = index % 25 * 10
            image[: 8 + index // 25, :, 1] = 200  # which second it is
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = int(time), fractions.Fraction(1, 1000)
            container.mux(video.encode(frame))
        container.mux(video.encode())
        wave = sound(sample_rate)
        start = round(sound_start * sample_rate)
        for begin in range(0, len(wave) - start, 1024):
            piece = wave[start + begin : start + begin + 1024][None]
            frame = av.AudioFrame.from_ndarray(piece, "fltp", "mono")
            frame.sample_rate, frame.pts = sample_rate, start + begin
            if gap is not None and begin / sample_rate > gap[0]:
                frame.pts += round(gap[1] * sample_rate)
            container.mux(audio.encode(frame))
        container.mux(audio.encode())
    return path


def moments(path, times, spans):
    with open_media(path.name, path.parent) as container:
        return decode_moments(container, times, spans, 256, DEFAULT_LIMITS)


def from_the_start(path):
    """Returns a function as `moments`, of all of the file decoded without any seek."""
    with open_media(path.name, path.parent) as container:
        images, shown, wave, _ = decode_clip(container)

    def taken(times, spans):
        at = np.searchsorted(shown, np.asarray(times) + 1e-3, side="right") - 1
        pieces = [wave[round(b * 48000) : round(e * 48000)] for b, e in spans]
        return [images[max(place, 0)] for place in at], pieces

    return taken


VARIABLE = np.cumsum([40 + 35 * (i % 3) - 10 * (i % 7 == 0) for i in range(160)])
FILES = {
    "plain": {},
    "b_frames": {"codec": "libx264", "bf": "3", "g": "50"},
    "b_frames_open": {
        "codec": "libx264",
        "bf": "3",
        "x264-params": "open-gop=1:keyint=50",
    },
    "mpeg4_b_frames": {"bf": "2", "g": "30"},
    "one_key_frame": {"codec": "libx264", "g": "1000"},
    "variable": {"times": VARIABLE - VARIABLE[0], "g": "30"},
    "late_sound": {"sound_start": 4.1003, "g": "30"},
    "late_video": {"times": 3000 + np.arange(125) * 40, "g": "30"},
    "cd": {"sample_rate": 44100, "g": "30"},
    "transport": {"suffix": "ts", "codec": "libx264", "g": "50"},
    "gap": {"gap": (3.0, 0.7), "g": "30"},
}


@pytest.mark.parametrize("kind", FILES)
def test_seeking_gives_what_decoding_from_the_start_gives(tmp_path, kind):
    options = {"suffix": "mp4", **FILES[kind]}
    path = write(tmp_path / f"a.{options.pop('suffix')}", **options)
    whole = from_the_start(path)
    for begin in (0.0, 0.25, 3.02, 4.08, 6.413):
        times = begin + np.arange(0, 24, 3) / 25
        spans = [(begin, begin + 0.96)]
        images, waves = moments(path, times, spans)
        expected, pieces = whole(times, spans)
        for image, other in zip(images, expected, strict=True):
            np.testing.assert_array_equal(image, other)
        np.testing.assert_array_equal(waves[0], pieces[0])


def test_several_windows_of_one_file(tmp_path):
    path = write(tmp_path / "a.mp4", g="30")
    times = [0.0, 0.04, 3.0, 3.2, 7.0]
    spans = [(0.0, 0.5), (3.0, 3.5), (7.0, 7.5)]
    images, waves = moments(path, times, spans)
    expected, pieces = from_the_start(path)(times, spans)
    np.testing.assert_array_equal(images, expected)
    np.testing.assert_array_equal(waves, pieces)


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv"])
@pytest.mark.parametrize("sample_rate", [48000, 44100])
def test_sound_stands_at_its_true_time(tmp_path, suffix, sample_rate):
    """Against the sound that was written; Matroska's clock counts milliseconds."""
    path = write(tmp_path / f"a.{suffix}", sample_rate=sample_rate, g="30")
    truth = sound(48000)
    for begin in (0.0, 0.01, 5.77):
        _, (wave,) = moments(path, [], [(begin, begin + 0.5)])
        scores = {}
        for shift in range(max(-60, -round(begin * 48000)), 61):
            place = round(begin * 48000) + shift
            piece = truth[place : place + len(wave)]
            scores[shift] = np.corrcoef(piece, wave)[0, 1]
        best = max(scores, key=scores.get)
        assert scores[best] > 0.98 and abs(best) <= (48 if suffix == "mkv" else 1)


def test_sound_behind_a_gap_stands_at_its_true_time(tmp_path):
    path = write(tmp_path / "a.mp4", gap=(3.0, 0.7), g="30")
    truth = sound(48000)
    for begin in (2.0, 5.0):  # before and behind
        _, (wave,) = moments(path, [], [(begin, begin + 0.5)])
        place = round((begin - 0.7 * (begin > 3)) * 48000)
        piece = truth[place : place + 24000]
        assert np.corrcoef(piece, wave)[0, 1] > 0.98
    _, (wave,) = moments(path, [], [(3.2, 3.5)])
    assert np.abs(wave).max() < 400  # silence


def test_a_damaged_place_is_found_only_where_it_lies(tmp_path):
    path = write(tmp_path / "a.mkv", codec="libx264", g="25")
    data = bytearray(path.read_bytes())
    path.write_bytes(bytes(data[: len(data) // 2]))
    images, _ = moments(path, [1.0], [])
    assert images[0].shape == (64, 64, 3)
    with pytest.raises(MediaError, match="a frame at 7.000 s was promised|truncated"):
        moments(path, [7.0], [])
