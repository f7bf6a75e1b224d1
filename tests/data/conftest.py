"""One small prepared dataset for the tests of this folder."""

import keras
import pytest

from keras_vatt.datasets import prepare
from keras_vatt.preprocessing import (
    VATTAudioConverter,
    VATTPreprocessor,
    VATTTokenizer,
    VATTVideoConverter,
)
from tests.data.media_files import write_video

CAPTIONS = {
    "a.mp4": ["A red dot."],
    "b.mp4": ["a blue dot", "blue, and moving"],
    "c.mp4": [""],
    "d.mp4": ["..."],
    "e.mp4": ["a dot"],
}


@pytest.fixture(autouse=True)
def same_seed():
    """No model is made here, so there is no session to clear after each test."""
    keras.utils.set_random_seed(0)


@pytest.fixture(scope="session")
def videos(tmp_path_factory):
    """20 frames at 25/s and 0.8 s of sound a clip; b is silent, c lacks a caption."""
    folder = tmp_path_factory.mktemp("videos")
    lines = ["video_path,caption,label,split"]
    for index, (name, captions) in enumerate(CAPTIONS.items()):
        seconds = None if name == "b.mp4" else 0.8
        write_video(folder / name, audio_seconds=seconds)
        label = "" if name == "c.mp4" else ["cat", "dog"][index % 2]
        for caption in captions:
            lines.append(f'{name},"{caption}",{label},')
    write_video(folder / "t.mp4", num_frames=5, audio_seconds=0.2)
    lines.append("t.mp4,a test,dog,test")
    (folder / "clips.csv").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture(scope="session")
def records(videos, tmp_path_factory):
    """What `prepare` made of them."""
    output = tmp_path_factory.mktemp("records")
    report = prepare(videos, output)
    assert report.written == {"train": 5, "test": 1} and not report.skipped
    return str(output)


@pytest.fixture
def preprocessor():
    words = ["<pad>", "<unk>", "a", "dot", "red", "blue", "and", "moving", "test"]
    return VATTPreprocessor(
        VATTVideoConverter((16, 16), num_frames=4, frame_rate=25.0, frame_stride=2),
        VATTAudioConverter(num_samples=9600),
        VATTTokenizer(words, sequence_length=4),
    )
