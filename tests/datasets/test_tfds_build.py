"""The builder as TFDS's own tools use it."""

import pytest
import simple_parsing
import tensorflow_datasets as tfds
from tensorflow_datasets.scripts.cli import build

from keras_vatt import data
from tests.datasets import layouts


@pytest.fixture
def videos(tmp_path):
    layouts.write_videos(tmp_path / "videos", ["a.mp4", "b.mp4", "c.mp4"])
    (tmp_path / "videos" / "c.mp4").write_bytes(b"")
    layouts.write_text(
        tmp_path / "videos" / "clips.csv",
        "video_path,caption,label\na.mp4,one,dog\nb.mp4,two,cat\nc.mp4,three,cow\n",
    )
    return tmp_path / "videos"


def check(folder):
    builder = tfds.builder_from_directory(folder / "vatt_clips" / "1.0.0")
    clips = {clip["id"]: clip for clip in tfds.as_numpy(builder.as_dataset("train"))}
    names = builder.info.features["labels"].feature.names
    assert names == ["cat", "cow", "dog"] == data.class_names(folder)
    labels = {clip_id: names[clip["labels"][0]] for clip_id, clip in clips.items()}
    assert labels == {b"a.mp4": "dog", b"b.mp4": "cat"}
    assert clips[b"a.mp4"]["frames"].shape == (5, 32, 32, 3)
    ((skipped, _, reason),) = builder.info.metadata["skipped"]
    assert skipped == "c.mp4" and "0 bytes" in reason


def test_a_builder_like_any_other(videos, tmp_path):
    from keras_vatt.datasets import clips_builder  # noqa: F401  registers it

    builder = tfds.builder("vatt_clips", data_dir=tmp_path / "tfds")
    config = tfds.download.DownloadConfig(manual_dir=videos)
    builder.download_and_prepare(download_config=config)
    assert len(list(builder.as_dataset(split="train"))) == 2
    check(tmp_path / "tfds")


def test_tfds_build(videos, tmp_path):
    """What `tfds build` runs; the command itself imports Beam and mlcroissant first."""
    arguments = [
        "vatt_clips",
        f"--manual_dir={videos}",
        f"--data_dir={tmp_path / 'tfds'}",
        "--imports=keras_vatt.datasets.clips_builder",
    ]
    parser = simple_parsing.ArgumentParser()
    parser.add_arguments(build.Args, dest="build")
    parser.parse_args(arguments).build.execute()
    check(tmp_path / "tfds")
