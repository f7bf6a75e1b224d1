"""The picture holds what `data.load` gives, pixel by pixel."""

import numpy as np
import pytest

from keras_vatt import data
from keras_vatt.evaluation import draw_samples, inspect_clips
from keras_vatt.preprocessing import (
    VATTAudioConverter,
    VATTPreprocessor,
    VATTTokenizer,
    VATTVideoConverter,
)
from tests.data.media_files import write_video


@pytest.fixture(scope="module")
def videos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("videos")
    write_video(folder / "a.mp4")
    write_video(folder / "$b_1.mp4", num_frames=6, audio_seconds=None)
    rows = ["video_path,caption", 'a.mp4,"A red dot, growing."', "$b_1.mp4,$5 or _x^2"]
    (folder / "clips.csv").write_text("\n".join(rows))
    return str(folder)


@pytest.fixture
def preprocessor():
    return VATTPreprocessor(
        VATTVideoConverter((16, 16), num_frames=4, frame_rate=25.0, frame_stride=2),
        VATTAudioConverter(num_samples=9600),
        VATTTokenizer(["<pad>", "<unk>", "a", "dot", "red"], sequence_length=4),
    )


def texts_of(figure):
    return [text.get_text() for text in figure.texts]


def test_training_samples_are_those_of_training(videos, preprocessor, tmp_path):
    options = {"preprocessor": preprocessor, "repeat": True, "seed": 7}
    (trained, masks), *_ = data.load(videos, batch_size=3, **options).take(1)
    (batch,) = (
        data.load(videos, task="inspect", batch_size=3, **options)
        .take(1)
        .as_numpy_iterator()
    )
    np.testing.assert_array_equal(batch["audio_mask"], masks["audio_mask"])
    figure = draw_samples(batch, preprocessor)
    axes = {one.get_label(): one for one in figure.axes}
    assert len(axes) == 6
    for clip in range(3):
        (image,) = axes[f"frames {clip} 0 0"].get_images()
        frames = np.split(np.asarray(image.get_array()), 4, axis=1)
        np.testing.assert_array_equal(frames, trained["video"][clip])
        times = [t.get_text() for t in axes[f"frames {clip} 0 0"].get_xticklabels()]
        begin = batch["window"][clip, 0, 0]
        assert times[0] == f"{begin:.2f} s"
        sound = axes[f"sound {clip} 0"]
        if masks["audio_mask"][clip]:
            box = sound.collections[0].get_datalim(sound.transData)
            wave = trained["audio"][clip].numpy()
            np.testing.assert_allclose([box.y0, box.y1], [wave.min(), wave.max()])
        else:
            assert "no sound" in sound.texts[0].get_text()
    texts = texts_of(figure)
    assert "\u201cA red dot, growing.\u201d \u2192 a red dot <unk>" in texts
    assert any(
        text.startswith("$b_1.mp4 \u00b7") and "0.24 s" in text for text in texts
    )
    figure.savefig(tmp_path / "a.png")  # no formula is read into names
    assert (tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"


def test_views_stand_crop_by_crop_and_window_by_window(videos, preprocessor):
    options = {"num_windows": 2, "num_crops": 3, "min_resize": 24}
    (batch,) = data.load(
        videos,
        task="inspect",
        batch_size=2,
        training=False,
        preprocessor=preprocessor,
        **options,
    ).as_numpy_iterator()
    # 20 frames at 25 per second; windows of 4 frames, 2 apart, at both ends.
    np.testing.assert_allclose(batch["window"][0], [[0, 0.32], [0.48, 0.8]], atol=1e-6)
    figure = draw_samples(batch, preprocessor, 2, 3)
    axes = {one.get_label(): one for one in figure.axes}
    for number, place in enumerate((c, w) for c in range(3) for w in range(2)):
        (image,) = axes[f"frames 0 {place[1]} {place[0]}"].get_images()
        frames = np.split(np.asarray(image.get_array()), 4, axis=1)
        np.testing.assert_array_equal(frames, batch["video"][number])


def test_inspect_refuses(videos, tmp_path):
    with pytest.raises(ValueError, match="clips=0"):
        inspect_clips(videos, tmp_path / "a.png", clips=0)
    with pytest.raises(ValueError, match=r"end in \.png.*a\.jpg"):
        inspect_clips(videos, tmp_path / "a.jpg")


def test_inspect_of_what_cannot_be_read(tmp_path):
    (tmp_path / "a.mp4").write_bytes(b"no video")
    with pytest.warns(UserWarning, match="Skipped 'a.mp4'"):
        with pytest.raises(ValueError, match="^None of 1 clips could be read"):
            inspect_clips(tmp_path, tmp_path / "a.png")
    assert not (tmp_path / "a.png").exists()
