"""Files to classes: views, names, bad files."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from typer.testing import CliRunner

from keras_vatt import data, models
from keras_vatt.cli import app
from keras_vatt.data.file_views import file_views
from keras_vatt.data.media import MediaError
from keras_vatt.models.preprocessor_of import preprocessor_of
from keras_vatt.preprocessing import (
    VATTAudioConverter,
    VATTPreprocessor,
    VATTVideoConverter,
)
from tests.data.media_files import write_video
from tests.models import tiny

TIME = {"frame_rate": 25.0, "frame_stride": 2, "sample_rate": 48000, "audio_stride": 1}
NAMES = ["cat", "dog", "owl"]


def classifier(cls, **kwargs):
    if cls is models.VATTAudioClassifier:
        tower = models.VATTAudioBackbone(
            tiny.AUDIO, tiny.PATCHES["audio"], **tiny.SIZE, **tiny.STILL
        )
    else:
        tower = models.VATTVideoBackbone(
            tiny.VIDEO, tiny.PATCHES["video"], **tiny.SIZE, **tiny.STILL
        )
    preprocessor = preprocessor_of(tower, TIME)
    return cls(tower, num_classes=3, preprocessor=preprocessor, **kwargs)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("media")
    write_video(folder / "clip.mp4", num_frames=20, size=(32, 48))
    write_video(folder / "mute.mp4", num_frames=6, audio_seconds=None)
    write_video(folder / "long.mp4", num_frames=620, rate=10, size=(32, 32))
    (folder / "broken.mp4").write_bytes(b"no video at all")
    wave = np.sin(np.arange(4800) / 20)[:, None].astype("float32")
    (folder / "sound.wav").write_bytes(tf.audio.encode_wav(wave, 48000).numpy())
    image = np.arange(20 * 30 * 3).reshape(20, 30, 3) % 251
    photo = tf.io.encode_png(image.astype("uint8")).numpy()
    (folder / "photo.png").write_bytes(photo)
    (folder / "torn.png").write_bytes(photo[: len(photo) // 2])
    (folder / "fake.jpg").write_bytes(b"GIF89a and so on")
    return folder


if keras.backend.backend() == "tensorflow":  # what reads files is the same on all

    def test_views_are_those_of_the_stored_clip(folder, tmp_path):
        """The same windows and crops as `data.load` takes; JPEG costs a few levels."""
        from keras_vatt.datasets import prepare

        (tmp_path / "clips.csv").write_text(
            f"video_path,label,split\n{folder / 'clip.mp4'},cat,test\n"
        )
        prepare(tmp_path / "clips.csv", tmp_path / "records", allow_outside=True)
        preprocessor = VATTPreprocessor(
            VATTVideoConverter((16, 16), num_frames=4, frame_rate=25.0, frame_stride=2)
        )
        views = {"num_windows": 3, "preprocessor": preprocessor}
        views |= {"num_crops": 3, "min_resize": 20}
        stored = data.load(tmp_path / "records", "test", "video", 1, **views)
        expected = next(iter(stored))[0].numpy().astype("float32")
        got = file_views(folder / "clip.mp4", "video", **views)
        assert got.shape == expected.shape == (9, 4, 16, 16, 3)
        error = np.abs(got - expected)
        # A frame beside would be 10 levels of red away; JPEG smears the edges.
        assert np.median(error[..., 0]) < 4 and error.mean() < 4
        assert expected.std() > 10

    def test_windows_of_sound(folder):
        preprocessor = VATTPreprocessor(
            audio_converter=VATTAudioConverter(num_samples=480, audio_stride=2)
        )
        got = file_views(folder / "sound.wav", "audio", preprocessor, num_windows=3)
        wave = np.sin(np.arange(4800) / 20)
        expected = [wave[offset : offset + 960 : 2] for offset in (0, 1920, 3840)]
        np.testing.assert_allclose(got[..., 0], expected, atol=1e-4)

    def test_windows_of_a_long_file_are_entered_where_they_lie(folder):
        preprocessor = VATTPreprocessor(
            VATTVideoConverter((8, 8), num_frames=2, frame_rate=10.0, frame_stride=5)
        )
        path = folder / "long.mp4"
        views = file_views(path, "video", preprocessor, num_windows=3)
        # 62 s: windows of a second from 0, 30.5 and 61 s; red is ten times the frame.
        red = views[:, :, 6, 6, 0].astype(int)
        expected = np.array([[0, 5], [305, 310], [610, 615]]) * 10 % 250
        assert np.abs(red - expected).max() < 12, red


@pytest.mark.parametrize(
    ("cls", "good", "bad"),
    [
        (
            models.VATTVideoClassifier,
            ["clip.mp4", "mute.mp4", "photo.png"],
            {"sound.wav": "no video", "broken.mp4": "not a video", "no.mp4": "no.mp4"},
        ),
        (
            models.VATTAudioClassifier,
            ["clip.mp4", "sound.wav"],
            {"mute.mp4": "no sound", "photo.png": "no sound"},
        ),
    ],
)
def test_every_file_is_answered(folder, cls, good, bad):
    model = classifier(cls, class_names=NAMES)
    paths = [str(folder / name) for name in (*good[:1], *bad, *good[1:])]
    found = {one["path"]: one for one in model.predict_files(paths, top=2)}
    assert list(found) == paths
    for name, words in bad.items():
        one = found[str(folder / name)]
        assert words in one["error"] and name in one["error"], one
    for name in good:
        one = found[str(folder / name)]
        views = file_views(folder / name, model.modality, model.preprocessor, 4, 3)
        logits = keras.ops.convert_to_numpy(model(views)).mean(axis=0)
        chances = 1 / (1 + np.exp(-logits))
        if cls is models.VATTVideoClassifier:
            chances = np.exp(logits) / np.exp(logits).sum()
        order = np.argsort(-chances)[:2]
        assert one["labels"] == [NAMES[i] for i in order]
        np.testing.assert_allclose(one["probabilities"], chances[order], atol=1e-4)


def test_images_of_any_size_by_a_preset(folder, tmp_path):
    video = classifier(models.VATTVideoClassifier)
    video.save_to_preset(str(tmp_path / "video"))
    model = models.VATTImageClassifier.from_preset(
        str(tmp_path / "video"), num_classes=3, class_names=NAMES
    )
    model.save_to_preset(str(tmp_path / "image"))
    model = models.VATTImageClassifier.from_preset(str(tmp_path / "image"))
    assert model.class_names == NAMES
    raw = data.read_image(folder / "photo.png")  # (20, 30, 3)
    cut = model.preprocessor(raw)
    assert cut.shape == (16, 16, 3) and cut.dtype == np.uint8
    assert model.preprocessor([raw, raw[:18]]).shape == (2, 16, 16, 3)
    expected = keras.ops.convert_to_numpy(model(cut[None]))
    np.testing.assert_allclose(model.predict(raw[None], verbose=0), expected, atol=1e-5)
    answers = model.predict_files(
        [folder / name for name in ("photo.png", "clip.mp4", "torn.png", "fake.jpg")]
    )
    assert answers[0]["labels"][0] == NAMES[int(expected.argmax())]
    assert answers[1]["labels"]
    assert "truncated or damaged" in answers[2]["error"]
    assert "neither JPEG nor PNG" in answers[3]["error"]
    fresh = models.VATTImageClassifier.from_preset(
        str(tmp_path / "image"), num_classes=4, video_shape=(2, 8, 8, 3)
    )
    assert fresh.class_names is None
    assert fresh.preprocessor(raw).shape == (8, 8, 3)


def test_a_photo_that_would_be_huge_is_not_decoded(tmp_path):
    header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (60_000).to_bytes(4, "big") * 2
    (tmp_path / "bomb.png").write_bytes(header + b"\x08\x02\0\0\0" + b"\0" * 40)
    with pytest.raises(MediaError, match="60000x60000"):
        data.read_image(tmp_path / "bomb.png")


def test_arguments_are_checked(folder):
    model = classifier(models.VATTVideoClassifier, num_views=5)
    clip = [folder / "clip.mp4"]
    with pytest.raises(ValueError, match="num_views=5.*12 views"):
        model.predict_files(clip)
    assert model.predict_files(clip, num_windows=5, num_crops=1)[0]["labels"]
    with pytest.raises(ValueError, match="num_crops=2"):
        model.predict_files(clip, num_crops=2)
    with pytest.raises(ValueError, match="Put it in a list"):
        model.predict_files("clip.mp4")
    model.preprocessor = None
    with pytest.raises(ValueError, match="no preprocessor"):
        model.predict_files(clip, num_windows=5, num_crops=1)
    with pytest.raises(ValueError, match="2 names, num_classes=3"):
        classifier(models.VATTVideoClassifier, class_names=["a", "b"])


def test_command_line(folder, tmp_path):
    def run(*args):
        return CliRunner().invoke(app, ["classify", *map(str, args)])

    preset = tmp_path / "preset"
    classifier(models.VATTAudioClassifier).save_to_preset(str(preset))
    good, bad = folder / "sound.wav", folder / "broken.mp4"
    result = run(good, "--preset", preset)
    assert result.exit_code == 0 and "--labels" in result.stderr
    table = tmp_path / "class_labels_indices.csv"
    table.write_text(
        'index,mid,display_name\n1,/m/1,"Bark, loud"\n0,/m/0,Speech\n2,/m/2,Rain\n'
    )
    result = run(good, bad, "--preset", preset, "--labels", table, "--json")
    assert result.exit_code == 1 and result.stderr == ""
    found = json.loads(result.stdout)
    assert set(found[0]["labels"]) == {"Speech", "Bark, loud", "Rain"}
    assert "broken.mp4" in found[1]["error"]
    result = run(good, bad, "--preset", preset, "--labels", table)
    assert result.exit_code == 1 and "Speech" in result.stdout
    assert "broken.mp4" in result.stderr
    (tmp_path / "two.txt").write_text("one\ntwo\n")
    result = run(good, "--preset", preset, "--labels", tmp_path / "two.txt")
    assert result.exit_code == 1 and "names 2 classes" in result.stderr
    result = run(good, "--preset", "vatt_tiny")
    assert result.exit_code == 1 and "no classes" in result.stderr
