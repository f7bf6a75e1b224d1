import sys

import pytest
import tensorflow_datasets as tfds

from keras_vatt import datasets
from keras_vatt.data import records
from tests.datasets import layouts

BEAM_IS_MISSING = "apache-beam, the optional extra `beam`, is not installed"


def test_a_runner_without_beam_says_what_to_install(tmp_path, monkeypatch):
    for name in ("apache_beam", "apache_beam.options.pipeline_options"):
        monkeypatch.setitem(sys.modules, name, None)
    layouts.write_videos(tmp_path / "videos", ["a.mp4"])
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'keras-vatt\[beam\]'"):
        datasets.prepare(tmp_path / "videos", tmp_path / "out", runner="DirectRunner")


def test_options_are_passed_through():
    options = pytest.importorskip(
        "apache_beam.options.pipeline_options", reason=BEAM_IS_MISSING
    )
    from keras_vatt.datasets.beam_pipeline_options import beam_pipeline_options

    made = beam_pipeline_options(
        "DataflowRunner",
        ["project=mine", "--region=europe-west4", "temp_location=gs://b"],
    )
    cloud = made.view_as(options.GoogleCloudOptions)
    assert made.view_as(options.StandardOptions).runner == "DataflowRunner"
    assert (cloud.project, cloud.region) == ("mine", "europe-west4")
    direct = beam_pipeline_options("DirectRunner", ["direct_num_workers=5"], workers=3)
    direct = direct.view_as(options.DirectOptions)
    assert direct.direct_num_workers == 5
    assert direct.direct_running_mode == "multi_processing"
    with pytest.raises(ValueError, match="'=3'. Expected 'name=value'"):
        beam_pipeline_options("DirectRunner", ["=3"])


def stored(folder):
    """All that is stored, by split and clip, encoded frames included."""
    builder = tfds.builder_from_directory(records.folder(folder))
    return {
        (split, clip["id"]): clip
        for split in builder.info.splits
        for clip in tfds.as_numpy(
            builder.as_dataset(
                split=split, decoders={"frames": tfds.decode.SkipDecoding()}
            )
        )
    }


@pytest.mark.parametrize(
    "mode",
    ["in_memory", pytest.param("multi_processing", marks=pytest.mark.long)],
)
def test_beam_writes_what_threads_write(mode, tmp_path):
    pytest.importorskip("apache_beam", reason=BEAM_IS_MISSING)
    folders = tmp_path / "annotations", tmp_path / "media"
    layouts.hmdb51(*folders)
    broken = folders[1] / "brush_hair" / "b_brush_hair_u_nm_np1_ba_goo_0.avi"
    whole = broken.read_bytes()
    layouts.write_videos(
        folders[1], ["cartwheel/missing_cartwheel_f_cm_np1_ba_bad_8.avi"]
    )
    broken.write_bytes(whole[: len(whole) // 2])
    clips = datasets.hmdb51(*folders)
    threads = datasets.prepare(clips, tmp_path / "threads")
    beam = datasets.prepare(
        clips,
        tmp_path / "beam",
        runner="DirectRunner",
        beam_options=[f"direct_running_mode={mode}"],
    )
    assert beam.written == threads.written == {"train": 2, "test": 1}
    assert {s.clip_id: s.reason for s in beam.skipped} == {
        s.clip_id: s.reason for s in threads.skipped
    }
    assert any(
        "truncated" in s.reason or "not a video" in s.reason for s in beam.skipped
    )
    a, b = stored(tmp_path / "threads"), stored(tmp_path / "beam")
    assert set(a) == set(b) and len(a) == 3
    for key in a:
        assert a[key]["audio"] == b[key]["audio"]
        assert list(a[key]["frames"]) == list(b[key]["frames"])
    notes = (tmp_path / "beam").rglob("skipped.beam*")
    assert list(notes) == []
    again = datasets.prepare(clips, tmp_path / "beam")
    assert again.reused and again.skipped == beam.skipped
