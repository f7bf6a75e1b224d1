"""What `pretrain` reads besides its own records, and what it says of sound alone."""

import numpy as np
import pytest

from keras_vatt.datasets import prepare, prepare_dmvr
from keras_vatt.experiments import prepare_folder, pretrain_folder
from tests.data.media_files import write_video


@pytest.fixture
def videos(tmp_path):
    folder = tmp_path / "videos"
    folder.mkdir()
    lines = ["video_path,caption"]
    for name in ("a.mp4", "b.mp4"):
        write_video(folder / name)
        lines.append(f"{name},a {name[0]} dot")
    (folder / "clips.csv").write_text("\n".join(lines))
    return folder


def test_records_of_either_form_are_taken_as_they_are(videos, tmp_path):
    for write, name in ((prepare, "records"), (prepare_dmvr, "dmvr")):
        write(videos, tmp_path / name)
        found = prepare_folder(str(tmp_path / name), str(tmp_path / "run"))
        assert found == str(tmp_path / name)
    assert not (tmp_path / "run").exists()


@pytest.mark.long
def test_pretraining_on_dmvr_records(videos, tmp_path):
    prepare_dmvr(videos, tmp_path / "dmvr")
    _, history = pretrain_folder(
        tmp_path / "dmvr", tmp_path / "run", steps=2, batch_size=2, verbose=0
    )
    assert np.isfinite(history["loss"]).all()
    assert (tmp_path / "run" / "vocabulary.txt").read_text().split()[2:] == [
        *["a", "dot", "b"]
    ]


@pytest.mark.long
def test_pretraining_on_sound_alone(tmp_path):
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    for name in ("a.m4a", "b.m4a"):
        write_sound(sounds / name)
    with pytest.raises(ValueError, match="are sound alone. Expected frames"):
        pretrain_folder(sounds, tmp_path / "run", steps=1, batch_size=2, verbose=0)


def write_sound(path):
    import av

    with av.open(str(path), "w", format="mp4") as container:
        audio = container.add_stream("aac", rate=48000, layout="mono")
        for begin in range(0, 48000, 1024):
            piece = np.zeros((1, 1024), "float32")
            frame = av.AudioFrame.from_ndarray(piece, "fltp", "mono")
            frame.sample_rate, frame.pts = 48000, begin
            container.mux(audio.encode(frame))
        container.mux(audio.encode())
