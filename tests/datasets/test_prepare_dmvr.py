import numpy as np
import pytest
import tensorflow as tf
from typer.testing import CliRunner

from keras_vatt import data, datasets
from keras_vatt.cli import app
from keras_vatt.data import ClipRow, encode_clip
from keras_vatt.datasets.dmvr_example import dmvr_example
from keras_vatt.preprocessing import (
    VATTAudioConverter,
    VATTPreprocessor,
    VATTTokenizer,
    VATTVideoConverter,
)
from tests.data.media_files import write_video

CSV = """video_path,caption,label,split
a.mp4,A red dot.,dog,train
b.mp4,,,train
gone.mp4,,cat,train
t.mp4,a test,cat,test
"""


@pytest.fixture(scope="module")
def videos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("videos")
    for name in ("a", "b", "t"):
        write_video(folder / f"{name}.mp4", audio_seconds=None if name == "b" else 0.8)
    (folder / "clips.csv").write_text(CSV)
    return folder


def test_written_by_the_command_and_read_by_load(videos, tmp_path):
    command = ["prepare", str(videos), str(tmp_path), "--format", "dmvr"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    assert "3 clips written (1 test, 2 train)" in result.output
    assert "1 clips skipped" in result.output
    assert "gone.mp4" in (tmp_path / "skipped.csv").read_text()
    assert data.class_names(tmp_path) == ["cat", "dog"]
    preprocessor = VATTPreprocessor(
        VATTVideoConverter((16, 16), num_frames=4, frame_rate=25.0, frame_stride=2),
        VATTAudioConverter(num_samples=9600),
        VATTTokenizer(["<pad>", "<unk>", "a", "dot", "red"], sequence_length=4),
    )
    reading = {"preprocessor": preprocessor, "batch_size": 2}
    (batch,) = data.load(tmp_path, task="evaluate", **reading).as_numpy_iterator()
    ids = batch["id"].tolist()
    assert sorted(ids) == [b"a.mp4@0", b"b.mp4@0"]
    a, b = ids.index(b"a.mp4@0"), ids.index(b"b.mp4@0")
    assert batch["label"][[a, b]].tolist() == [1, -1]
    assert batch["text"][[a, b]].tolist() == [[[2, 4, 3, 0]], [[0, 0, 0, 0]]]
    assert batch["audio_mask"][[a, b]].tolist() == [1, 0]
    # As from TFDS: the middle window starts at frame 6, red counts in tens.
    reds = batch["video"][a, :, 10:, 10:, 0].mean((1, 2))
    np.testing.assert_allclose(reds, [60, 80, 100, 120], atol=4.9)
    assert np.argmax(np.abs(np.fft.rfft(batch["audio"][a, :, 0]))) == 88  # 440 Hz
    with pytest.warns(UserWarning, match="1 of 2 clips .* no label"):
        labelled = data.load(tmp_path, task="video", training=False, **reading)
    ((_, labels),) = list(labelled)
    assert labels.numpy().tolist() == [1]
    many = data.load(tmp_path, task="evaluate", num_classes=2, **reading)
    assert next(iter(many))["label"].numpy()[[a, b]].tolist() == [[0, 1], [0, 0]]
    with pytest.raises(ValueError, match="num_classes=3.*2 class names"):
        data.load(tmp_path, task="evaluate", num_classes=3, **reading)
    assert data.vocabulary(tmp_path)[2:] == ["a", "dot", "red"]
    again = CliRunner().invoke(app, command)
    assert again.exit_code == 1 and "holds 2 DMVR files already" in again.output
    assert CliRunner().invoke(app, [*command, "--overwrite"]).exit_code == 0


def test_the_record_as_dmvr_reads_it(videos):
    row = ClipRow("a", "a.mp4", start=0.2, end=0.6, labels=("dog",))
    example = encode_clip(row, root=videos)
    found = dmvr_example(example, ["cat", "dog"])
    sequences = found.feature_lists.feature_list
    frames = sequences["image/encoded"].feature
    assert [f.bytes_list.value[0] for f in frames] == example["frames"]
    assert len(frames) == 10
    (waveform,) = sequences["WAVEFORM/feature/floats"].feature
    wave = np.array(waveform.float_list.value)
    assert len(wave) == 19200  # 0.4 s
    assert 0.45 < np.abs(wave[4800:14400]).max() < 0.55  # the tone's amplitude is 0.5
    integers = np.frombuffer(example["audio"], "<i2")
    np.testing.assert_array_equal(wave, integers / 32768)
    context = found.context.feature
    assert context["clip/start/timestamp"].int64_list.value == [200_000]
    assert context["clip/end/timestamp"].int64_list.value == [600_000]
    assert context["clip/label/index"].int64_list.value == [1]
    assert context["clip/label/text"].bytes_list.value == [b"dog"]
    assert context["video/filename"].bytes_list.value == [b"a.mp4"]
    assert "caption/string" not in context
    again = tf.train.SequenceExample.FromString(found.SerializeToString())
    assert again == found
    with pytest.raises(ValueError, match=r"\['dog'\] are none of the 1 class names"):
        dmvr_example(example, ["cat"])


def test_nothing_to_write(tmp_path):
    (tmp_path / "clips.csv").write_text("video_path\ngone.mp4\n")
    with pytest.raises(ValueError, match="No clip could be encoded.*gone.mp4"):
        datasets.prepare_dmvr(tmp_path, tmp_path / "out")
