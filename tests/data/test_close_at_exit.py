"""A script that ends with an iterator open ends."""

import subprocess
import sys

import pytest

SCRIPT = """
import sys, time
from keras_vatt import data
from keras_vatt.data.indexed_media import IndexedMedia
from keras_vatt.preprocessing import VATTPreprocessor, VATTVideoConverter

read, done = IndexedMedia._read, []

def slow(self, *reach):
    done.append(reach)
    if "fail" in sys.argv and len(done) == 5:
        raise OSError("the records were changed")
    time.sleep(0.5)  # one is always being read
    return read(self, *reach)

IndexedMedia._read = slow
clips = data.load(
    sys.argv[1],
    task="video",
    training=True,
    repeat=True,
    batch_size=1,
    preprocessor=VATTPreprocessor(VATTVideoConverter((32, 32), 4, 10.0, 1)),
)
batches = iter(clips)
print(next(batches)[0].shape, flush=True)
if "fail" in sys.argv:
    try:
        list(batches)
    except Exception as error:
        raise error from error
"""


@pytest.mark.only("tensorflow")  # the backend has no part in it
def test_a_script_ends(records):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(records)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "(1, 4, 32, 32, 3)" in done.stdout


@pytest.mark.only("tensorflow")
def test_a_script_that_fails_ends(records):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(records), "fail"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1
    assert "the records were changed" in done.stderr
