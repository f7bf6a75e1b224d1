import pytest
import tensorflow as tf
from typer.testing import CliRunner

from keras_vatt import cli, data, datasets
from keras_vatt.datasets.read_dataset import READERS
from keras_vatt.preprocessing import (
    VATTAudioConverter,
    VATTPreprocessor,
    VATTTokenizer,
    VATTVideoConverter,
)
from tests.datasets import layouts

# What each layout holds: clips by split with their labels or own captions, the
# labels in the order of their ids, and a word of each reason to skip one.
EXPECTED = {
    "ucf101": (
        {
            "v_ApplyEyeMakeup_g08_c01": ("train", ["ApplyEyeMakeup"]),
            "v_Archery_g08_c01": ("train", ["Archery"]),
            "v_Archery_g01_c01": ("test", ["Archery"]),
        },
        ["ApplyEyeMakeup", "Archery"],
        {
            "v_Archery_g08_c02": "No media file 'Archery/v_Archery_g08_c02'",
            "line 4": "trainlist01.txt', line 4, column 'path'",
        },
    ),
    "hmdb51": (
        {
            "brush_hair/a_brush_hair_u_nm_np1_ba_goo_0": ("train", ["brush_hair"]),
            "brush_hair/b_brush_hair_u_nm_np1_ba_goo_0": ("test", ["brush_hair"]),
            "cartwheel/(Rad)Schlag_die_Bank!_cartwheel_f_cm_np1_le_med_0": (
                "train",
                ["cartwheel"],
            ),
        },
        ["brush_hair", "cartwheel"],
        {
            "cartwheel/missing_cartwheel_f_cm_np1_ba_bad_8": "No media file",
            "line 3": "use is '7'. Expected one of '0', '1', '2'",
        },
    ),
    "kinetics": (
        {
            "--aaaaaaaaa_000007_000017": ("train", ["tying tie"]),
            "bbbbbbbbbbb_000020_000030": ("train", ["abseiling, fast"]),
            "ddddddddddd_000120_000130": ("validation", ["tying tie"]),
            "fffffffffff_000000_000010": ("test", []),
        },
        # Labels count although their clips are missing or unreadable.
        ["abseiling", "abseiling, fast", "tying tie", "zumba"],
        {
            "line 4": "time_start is 'x'. Expected seconds",
            "eeeeeeeeeee_000001_000011": "No media file",
        },
    ),
    "moments_in_time": (
        {
            "training/applauding/flickr-0-1.mp4": ("train", ["applauding"]),
            "training/zebra/getty-2.mp4": ("train", ["zebra"]),
            "validation/applauding/flickr-0-1.mp4": ("validation", ["applauding"]),
        },
        ["zebra", "applauding"],
        {"line 3": "class is 'lion'. Expected one of 'applauding', 'zebra'"},
    ),
    "esc50": (
        {
            "1-100032-A-0": ("test", ["dog"]),
            "2-100038-A-14": ("train", ["chirping_birds"]),
        },
        ["dog", "rooster", "chirping_birds"],
        {"3-1-A-1": "No media file", "line 5": "fold is 'four'"},
    ),
    "audioset": (
        {
            "--PJHxphWEs_0.08_0.16": ("train", ["Speech", "Gush"]),
            "aaaaaaaaaaa_30_40": ("train", ["Speech"]),
            "ddddddddddd_30_40": ("test", ["Male speech, man speaking"]),
        },
        ["Speech", "Male speech, man speaking", "Gush"],
        {
            "line 6": "positive_labels is '/m/unknown'. Expected mids of",
            "ccccccccccc_30_40": "No media file 'ccccccccccc'",
        },
    ),
    "howto100m": (
        {
            "vid_0000001#0.0-0.08": ("train", ["take a pan"]),
            "vid_0000001#0.04-0.12": ("train", ["stir well"]),
            "vid_0000001#0.12-0.2": ("train", ["pour it"]),
        },
        [],
        {
            "video 'vid_0000001' [3]": "end is 0.1. Expected more than start",
            "vid_0000002": "No media file",
            "video 'vid_0000003' (lists of one length)": "caption.json",
        },
    ),
    "youcook2": (
        {
            "GLd3aX16zBg_0": ("train", ["spread margarine"]),
            "GLd3aX16zBg_1": ("train", ["place cheese"]),
            "xHr8X2Wpmno_0": ("validation", ["pick the ends"]),
        },
        [],
        {
            "database['GLd3aX16zBg'], annotations[2]": "segment is [0.2]. Expected a",
            "missing0000": "No media file",
        },
    ),
    "msrvtt": (
        {
            "video0": ("train", ["caption 0 0", "caption 0 1"]),
            "video1": ("validation", ["caption 1 0", "caption 1 1"]),
            "video7010": ("test", ["caption 7010 0", "caption 7010 1"]),
            "video7011": ("test", ["caption 7011 0", "caption 7011 1"]),
        },
        [],
        {"video2": "No media file", "sentences[6]": "caption is 5. Expected text"},
    ),
    "msrvtt_1k_a": (
        {
            "video0": ("train", ["caption 0 0", "caption 0 1"]),
            "video1": ("train", ["caption 1 0", "caption 1 1"]),
            "video7010": ("train", ["caption 7010 0", "caption 7010 1"]),
            "video7011": ("test", ["a woman cooks"]),
        },
        [],
        {"video2": "No media file", "sentences[6]": "caption is 5. Expected text"},
    ),
}


@pytest.fixture
def preprocessor():
    return VATTPreprocessor(
        VATTVideoConverter((16, 16), num_frames=2, frame_rate=25.0, frame_stride=1),
        VATTAudioConverter(num_samples=2400),
        VATTTokenizer(["<pad>", "<unk>", "a"], sequence_length=4),
    )


@pytest.fixture
def folders(tmp_path):
    return tmp_path / "annotations", tmp_path / "media"


def own(row):
    return [caption.text for caption in row.captions if caption.own]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_layout_is_read_and_built(name, folders, tmp_path, preprocessor):
    clips, class_names, reasons = EXPECTED[name]
    getattr(layouts, name.removesuffix("_1k_a"))(*folders)
    listing = getattr(datasets, name)(*map(str, folders))
    found = {
        row.clip_id: (row.split, list(row.labels) + own(row)) for row in listing.rows
    }
    assert found == clips
    assert listing.class_names == class_names
    skipped = {item.clip_id: item.reason for item in listing.skipped}
    assert set(skipped) == set(reasons)
    for clip, words in reasons.items():
        assert words in skipped[clip]

    report = datasets.prepare(listing, tmp_path / "records")
    assert {item.clip_id: item.reason for item in report.skipped} == skipped
    for split in {split for split, _ in clips.values()}:
        expected = {clip for clip, (where, _) in clips.items() if where == split}
        assert report.written[split] == len(expected)
        check_batches(name, tmp_path / "records", split, expected, clips, preprocessor)
    assert data.class_names(tmp_path / "records") == class_names


def check_batches(name, source, split, expected, clips, preprocessor):
    """Reads a split back, and compares the labels that task or captions give."""
    reading = {"preprocessor": preprocessor, "batch_size": 1, "training": False}
    has_labels = {clip for clip in expected if records_labels(name, clips[clip])}
    task = "audio" if name in ("esc50", "audioset") else "video"
    if has_labels:
        batches = list(data.load(source, split, task=task, **reading))
        names = data.class_names(source)
        got = sorted(names[int(label[0])] for _, label in batches)
        assert got == sorted(clips[clip][1][0] for clip in has_labels)
        for media, _ in batches:
            assert float(tf.math.reduce_std(tf.cast(media, tf.float32))) > 0
    if task == "video":
        batches = list(
            data.load(
                source, split, task="evaluate", preprocessor=preprocessor, batch_size=1
            )
        )
        assert {b["id"][0].numpy().decode() for b in batches} == expected
        if not data.class_names(source):
            got = {
                b["id"][0].numpy().decode(): b["caption"][0].numpy().decode()
                for b in batches
            }
            assert got == {clip: clips[clip][1][0] for clip in expected}


def records_labels(name, clip):
    return name not in ("howto100m", "youcook2", "msrvtt", "msrvtt_1k_a") and clip[1]


def test_captions_near_a_clip_keep_their_times(folders):
    layouts.howto100m(*folders)
    rows = {row.clip_id: row for row in datasets.howto100m(*folders).rows}
    assert rows["vid_0000001#0.04-0.12"].captions == (
        data.Caption("stir well"),
        data.Caption("take a pan", 0.0, 0.08, own=False),
        data.Caption("pour it", 0.12, 0.2, own=False),
    )
    layouts.youcook2(*folders)
    rows = {row.clip_id: row for row in datasets.youcook2(*folders).rows}
    near = data.Caption("place cheese", 0.1, 0.2, own=False)
    assert rows["GLd3aX16zBg_0"].captions[1:] == (near,)


def test_howto100m_with_a_table_a_video(folders):
    layouts.howto100m(*folders)
    (folders[0] / "caption.json").unlink()
    layouts.write_text(
        folders[0] / "vid_0000001.csv", "start,end,text\n0.0,0.1,one\n0.1,0.2,two\n"
    )
    listing = datasets.howto100m(*folders)
    assert [own(row) for row in listing.rows] == [["one"], ["two"]]
    assert [item.clip_id for item in listing.skipped] == ["vid_0000003"]
    assert "no vid_0000003.json nor vid_0000003.csv" in listing.skipped[0].reason


def test_folds(folders):
    layouts.ucf101(*folders)
    splits = {row.clip_id: row.split for row in datasets.ucf101(*folders, 2).rows}
    assert splits == {"v_Archery_g01_c01": "train", "v_Archery_g08_c01": "test"}
    with pytest.raises(ValueError, match="fold=4"):
        datasets.ucf101(*folders, fold=4)
    layouts.esc50(*folders)
    splits = {row.clip_id: row.split for row in datasets.esc50(*folders, 2).rows}
    assert splits == {"1-100032-A-0": "train", "2-100038-A-14": "test"}


def test_where_a_segment_of_audioset_is_cut(folders):
    layouts.audioset(*folders)
    rows = {row.clip_id: row for row in datasets.audioset(*folders).rows}
    assert (rows["--PJHxphWEs_0.08_0.16"].start, rows["--PJHxphWEs_0.08_0.16"].end) == (
        0.08,
        0.16,
    )
    assert rows["aaaaaaaaaaa_30_40"].path == "Yaaaaaaaaaaa.wav"
    assert rows["aaaaaaaaaaa_30_40"].start is None
    assert rows["ddddddddddd_30_40"].end is None


@pytest.mark.parametrize(
    ("name", "file", "text", "message"),
    [
        ("ucf101", "classInd.txt", None, "no file .*classInd.txt"),
        ("ucf101", "classInd.txt", "x Archery\n", "index is 'x'.*line 1, column 'in"),
        ("kinetics", "train.csv", "label,id\na,b\n", r"columns \['youtube_id', 'time"),
        ("esc50", "esc50.csv", None, "no esc50.csv nor .*own annotation files"),
        ("howto100m", "caption.json", "{", "no JSON.*line 1, column 2"),
        ("msrvtt", "test_videodatainfo.json", "[]", "holds list. Expected an object"),
        ("audioset", "class_labels_indices.csv", "index,mid\n", "lacks the columns"),
    ],
)
def test_broken_annotations_are_named(name, file, text, message, folders):
    getattr(layouts, name)(*folders)
    if text is None:
        (folders[0] / file).unlink()
    else:
        (folders[0] / file).write_text(text)
    with pytest.raises((ValueError, FileNotFoundError), match=f"(?s){message}"):
        getattr(datasets, name)(*folders)


def test_names(folders):
    layouts.kinetics(*folders)
    for name in ("kinetics400", "kinetics600", "kinetics700"):
        assert len(datasets.read_dataset(name, *folders).rows) == 4
    with pytest.raises(ValueError, match="'imagnet'. Expected one of audioset, esc50"):
        datasets.read_dataset("imagnet", *folders)
    with pytest.raises(ValueError, match="'kinetics400' has one split.*fold=2"):
        datasets.read_dataset("kinetics400", *folders, fold=2)
    with pytest.raises(FileNotFoundError, match="no folder .*nowhere"):
        datasets.read_dataset("kinetics400", folders[0], "nowhere")
    assert set(READERS) >= {"howto100m", "audioset", "msrvtt_1k_a", "youcook2"}


def test_a_file_listed_twice_stays_in_one_split(folders):
    layouts.ucf101(*folders)
    (folders[0] / "testlist01.txt").write_text("Archery/v_Archery_g08_c01.avi\n")
    listing = datasets.ucf101(*folders)
    assert [row.split for row in listing.rows] == ["train", "train"]
    assert "listed twice, again in" in listing.skipped[-1].reason


def test_command(folders, tmp_path):
    layouts.ucf101(*folders)
    output = str(tmp_path / "records")
    arguments = ["--dataset", "ucf101", "--root", str(folders[1]), "--fold", "2"]
    result = CliRunner().invoke(
        cli.app, ["prepare", str(folders[0]), output, *arguments]
    )
    assert result.exit_code == 0, result.output
    assert "2 clips written (1 test, 1 train)" in result.output
    for wrong, message in (
        (["--dataset", "ucf", "--root", "."], "no dataset 'ucf'"),
        (["--dataset", "ucf101"], "--root"),
        (["--fold", "2"], "--dataset"),
    ):
        result = CliRunner().invoke(
            cli.app, ["prepare", str(folders[0]), output, *wrong]
        )
        assert result.exit_code == 1 and message in result.output
