import pytest

from keras_vatt.data import Caption, ClipRow
from keras_vatt.data.csv_rows import read_source
from keras_vatt.datasets import read_csv


def listing(tmp_path, text):
    path = tmp_path / "clips.csv"
    path.write_text(text, encoding="utf-8")
    return read_csv(str(path))


def test_only_the_path_is_needed(tmp_path):
    found = listing(tmp_path, '\ufeffvideo_path\na.mp4\n"b, and\nc.mp4"\n')
    assert found.rows == [
        ClipRow("a.mp4", "a.mp4"),
        ClipRow("b, and\nc.mp4", "b, and\nc.mp4"),
    ]
    assert found.skipped == [] and found.class_names == []


def test_rows_of_one_clip_are_its_captions(tmp_path):
    found = listing(
        tmp_path,
        "label,video_path,start,end,caption,split\n"
        "dog,a.mp4,0,2.5,one,test\n"
        ",a.mp4,0.0,2.5,two,test\n"
        "cat,a.mp4,0,2.50, one ,test\n"  # the same caption again
        ",b.mp4,,,,\n",
    )
    first, second = found.rows
    assert first == ClipRow(
        "a.mp4#0.0-2.5",
        "a.mp4",
        0.0,
        2.5,
        (Caption("one"), Caption("two")),
        ("dog", "cat"),
        "test",
    )
    assert second == ClipRow("b.mp4", "b.mp4")  # an empty caption is none
    assert found.class_names == ["cat", "dog"]


def test_captions_of_neighbours(tmp_path):
    found = listing(
        tmp_path,
        "video_path,start,end,caption,split\n"
        "a.mp4,4,6,middle,train\n"
        "a.mp4,0,2,early,train\n"
        "a.mp4,8,9,late,train\n"
        "a.mp4,6,8,held out,test\n"
        "b.mp4,4,6,elsewhere,train\n",
    )
    middle = found.rows[0]
    assert middle.captions == (
        Caption("middle"),
        Caption("early", 0.0, 2.0, own=False),
        Caption("late", 8.0, 9.0, own=False),
    )
    assert found.rows[3].captions == (Caption("held out"),)
    assert found.rows[4].captions == (Caption("elsewhere"),)


def test_rows_that_are_no_clips_are_skipped_by_line(tmp_path):
    found = listing(
        tmp_path,
        "video_path,start,end,caption,label,split\n"
        "a.mp4,3,1,x,,\n"
        "a.mp4,2,2,x,,\n"
        "a.mp4,nan,3,x,,\n"
        "a.mp4,-1,3,x,,\n"
        "a.mp4,one,3,x,,\n"
        ",0,3,x,,\n"
        "a.mp4,0,3,x,,../../etc\n"
        "a.mp4,0,3,good,,\n",
    )
    assert [row.clip_id for row in found.rows] == ["a.mp4#0.0-3.0"]
    reasons = {item.clip_id: item.reason for item in found.skipped}
    assert "ends at 1 s and starts at 3 s. Expected end > start" in reasons["line 2"]
    assert "ends at 2 s and starts at 2 s" in reasons["line 3"]
    assert "start is 'nan'. Expected seconds" in reasons["line 4"]
    assert "start is '-1'" in reasons["line 5"]
    assert "start is 'one'" in reasons["line 6"]
    assert "no video_path" in reasons["line 7"]
    assert "split is '../../etc'" in reasons["line 8"]


@pytest.mark.parametrize(
    "text, message",
    [
        ("path,caption\na.mp4,x\n", r"no column 'video_path'. Found: \['path', 'cap"),
        ("", r"no column 'video_path'. Found: \[\]"),
        ("video_path\n", "a header and no rows"),
        (
            "video_path,split\na.mp4,train\na.mp4,test\n",
            r"'a.mp4' is in the splits 'train' and 'test' \(line 3",
        ),
    ],
)
def test_bad_tables_are_refused(tmp_path, text, message):
    with pytest.raises(ValueError, match=message):
        listing(tmp_path, text)


def test_bytes_are_no_table(tmp_path):
    path = tmp_path / "clips.csv"
    path.write_bytes(b"video_path\n\xff\xfe\x00\n")
    with pytest.raises(ValueError, match="no CSV in UTF-8"):
        read_csv(str(path))


def test_folders(tmp_path):
    with pytest.raises(FileNotFoundError, match="neither a CSV nor a media file"):
        read_source(tmp_path)
    (tmp_path / "sub").mkdir()
    for name in ("b.mp4", "sub/a.MKV", "notes.txt"):
        (tmp_path / name).touch()
    found = read_source(tmp_path)
    assert [row.path for row in found.rows] == ["b.mp4", "sub/a.MKV"]
    assert found.root == str(tmp_path)
    (tmp_path / "one.csv").write_text("video_path\nb.mp4\n")
    assert [row.path for row in read_source(tmp_path).rows] == ["b.mp4"]
    (tmp_path / "two.csv").write_text("video_path\nb.mp4\n")
    with pytest.raises(ValueError, match="holds 2 CSV files.*one.csv.*two.csv"):
        read_source(tmp_path)
    with pytest.raises(FileNotFoundError, match="no file or folder"):
        read_source(tmp_path / "none")
