"""200 damaged and unusual files: nothing crashes or hangs, each says its reason."""

import ast
import csv
import math
import os
import subprocess
import sys

import numpy as np
import pytest
import tensorflow_datasets as tfds

from keras_vatt.data import Caption, ClipRow, encode_clip, records
from keras_vatt.data.media import MEDIA_SUFFIXES
from keras_vatt.datasets import Listing, prepare
from tests.data import damaged_files
from tests.data.decode_in_child import decode_in_child

# Files of each kind, 202 in all.
KINDS = {
    "truncated": 45,
    "bit_flipped": 60,
    "empty": 5,
    "wrong_suffix": 12,
    "absurd_headers": 36,
    "variable_frame_rate": 6,
    "rotated": 5,
    "one_frame": 4,
    "unusual_sound": 6,
    "no_audio": 5,
    "no_video": 5,
    "odd_names": 13,
}
NO_TEXT = os.fsdecode(b"no-utf8-\xff\xfe.mp4")
NEEDS_WHOLES = (
    "truncated",
    "bit_flipped",
    "wrong_suffix",
    "absurd_headers",
    "odd_names",
)


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "videos"
    path.mkdir()
    return path


def write_all(folder):
    """Writes the files of every kind; returns what is to become of each."""
    becomes = dict(damaged_files.good(folder))
    wholes = {name: (folder / name).read_bytes() for name in becomes}
    for kind, count in KINDS.items():
        write = getattr(damaged_files, kind)
        if kind in NEEDS_WHOLES:
            made = dict(write(folder, wholes, count))
        else:
            made = dict(write(folder, count))
        assert not set(made) & set(becomes)
        becomes |= made
    return becomes


def check(folder, becomes, output):
    outcomes = {name: decode_in_child(name, folder) for name in becomes}
    assert [o["crash"] for o in outcomes.values() if "crash" in o] == []
    assert {
        n: o["megabytes"] for n, o in outcomes.items() if o["megabytes"] > 300
    } == {}
    skipped = {name for name, o in outcomes.items() if o["reason"] is not None}
    wrong = {
        name: outcomes[name]["reason"]
        for name, end in becomes.items()
        if end != "either" and (name in skipped) != (end == "skipped")
    }
    # Its frames are good, only its name is not: `prepare` says so, below.
    wrong.pop(NO_TEXT, None)
    assert wrong == {}
    for name in skipped:
        reason = outcomes[name]["reason"]
        assert repr(name) in reason and "Expected" in reason and reason.endswith(".")
    for name in set(outcomes) - skipped:
        times = outcomes[name]["times"]
        assert all(map(math.isfinite, times)) and times == sorted(times)
    check_prepared(folder, becomes, skipped | ({NO_TEXT} & set(becomes)), output)


def check_prepared(folder, becomes, skipped, output):
    """All of them in one data set: what decoded is in it, the others are named."""
    rows = [ClipRow(name, name) for name in becomes]
    report = prepare(Listing(rows, [], [], str(folder)), output)
    escaped = {name.encode("utf-8", "backslashreplace").decode() for name in skipped}
    assert {item.path for item in report.skipped} == escaped
    assert all("Expected" in item.reason for item in report.skipped)
    assert report.num_written == len(becomes) - len(skipped)
    stored = records.builder(output).as_dataset(split="train")
    ids = {clip_id.decode() for clip_id in tfds.as_numpy(stored.map(lambda c: c["id"]))}
    assert ids == set(becomes) - skipped
    with open(output / "skipped.csv", newline="", encoding="utf-8") as file:
        assert {row["video_path"] for row in csv.DictReader(file)} == escaped


@pytest.mark.ci
@pytest.mark.long
@pytest.mark.timeout(900)  # seconds of work, but 200 processes on a busy machine
def test_two_hundred_files(folder, tmp_path):
    becomes = write_all(folder)
    # The first child waits for the imports that the others are forked with.
    decode_in_child("late.mp4", folder, seconds=280)
    assert len(becomes) >= 205  # five of them are whole
    check(folder, becomes, tmp_path / "records")


def test_a_turn_is_applied(folder):
    for name, _ in damaged_files.rotated(folder, 5):
        outcome = decode_in_child(name, folder)
        # A quarter, a half, three quarters; no angle at all and an eighth: none.
        upright = name in ("rotated-1.mp4", "rotated-3.mp4", "rotated-4.mp4")
        assert outcome["frames"] == [(32, 64, 3) if upright else (64, 32, 3)] * 3


def test_times_of_a_variable_frame_rate(folder):
    dict(damaged_files.variable_frame_rate(folder, 2))
    # 40 ms, and 30 more after every second frame.
    steps = [40 + 30 * (step % 2) for step in range(9)]
    expected = [sum(steps[:count]) / 1000 for count in range(10)]
    found = decode_in_child("variable-0.mp4", folder)["times"]
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_sound_of_other_rates_and_channels(folder):
    for name, _ in damaged_files.unusual_sound(folder, 6):
        row = ClipRow(name, name)
        wave = np.frombuffer(encode_clip(row, root=folder)["audio"], "<i2") / 32768
        assert len(wave) == 0.4 * 48000
        spectrum = np.abs(np.fft.rfft(wave[4800:14400]))
        assert np.argmax(spectrum) * 5 == 440  # 0.2 s: steps of 5 Hz


def test_one_frame_at_another_rate(folder):
    for name, _ in damaged_files.one_frame(folder, 4):
        example = encode_clip(ClipRow(name, name), root=folder, frame_rate=10.0)
        assert len(example["frames"]) == 1


def test_half_an_emoji_in_a_caption(folder):
    dict(damaged_files.no_audio(folder, 1))
    row = ClipRow("a", "silent.mp4", captions=(Caption("good \ud83d"),))
    assert encode_clip(row, root=folder)["captions"][0]["text"] == "good ?"


_READ_ALL = """
import sys, warnings
from keras_vatt import data
from keras_vatt.preprocessing import VATTAudioConverter, VATTPreprocessor
from keras_vatt.preprocessing import VATTTokenizer, VATTVideoConverter
preprocessor = VATTPreprocessor(
    VATTVideoConverter((16, 16), num_frames=4, frame_rate=25.0, frame_stride=2),
    VATTAudioConverter(num_samples=9600),
    VATTTokenizer(["<pad>", "<unk>"]),
)
warnings.simplefilter("always")
clips = data.load(sys.argv[1], task="evaluate", batch_size=8, preprocessor=preprocessor)
with warnings.catch_warnings(record=True) as caught:
    for batch in clips:
        for name in batch["id"].numpy():
            print("whole", repr(name))
for one in caught:
    if str(one.message).startswith("Skipped "):
        print("skipped", repr(str(one.message).encode("utf-8", "backslashreplace")))
"""


@pytest.mark.long
@pytest.mark.timeout(900)
def test_two_hundred_files_read_without_preparation(folder):
    """In one process with a time limit: none ends it, each is a clip or is named."""
    becomes = write_all(folder)
    becomes = {n: end for n, end in becomes.items() if _is_listed(n)}
    result = subprocess.run(
        [sys.executable, "-c", _READ_ALL, str(folder)],
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    lines = [line.split(" ", 1) for line in result.stdout.splitlines()]
    ends = {"whole": [], "skipped": []}
    for kind, text in lines:
        ends[kind].append(ast.literal_eval(text).decode())
    whole = set(ends["whole"])
    assert len(whole) + len(ends["skipped"]) == len(becomes) > 150
    escaped = {n: n.encode("utf-8", "backslashreplace").decode() for n in becomes}
    good = {escaped[name] for name, end in becomes.items() if end == "clip"}
    assert good <= whole
    for name in set(escaped.values()) - whole:
        (reason,) = [r for r in ends["skipped"] if r.startswith(f"Skipped {name!r} (")]
        assert "Expected" in reason and reason.endswith(".")
    # A window is read, not the file: damage elsewhere may go unseen, most is seen.
    bad = {escaped[name] for name, end in becomes.items() if end == "skipped"}
    assert len(bad & whole) < len(bad) / 4


def _is_listed(name):
    return os.path.splitext(name)[1].lower() in MEDIA_SUFFIXES
