import json
import subprocess
import sys

import pytest
import tensorflow as tf

from keras_vatt import data
from keras_vatt.data.count_words import count_words

CAPTIONS = ["A red dot.", "a blue dot", "", "a -- b"]


@pytest.mark.parametrize(
    "captions", [CAPTIONS, tf.data.Dataset.from_tensor_slices(CAPTIONS)]
)
def test_streams_of_captions(captions):
    counts = count_words(captions)
    assert counts == {b"a": 3, b"red": 1, b"dot": 2, b"blue": 1, b"b": 1}
    words = data.vocabulary(captions, max_size=5)
    assert words == ["<pad>", "<unk>", "a", "dot", "b"]


def test_rare_words_are_forgotten_and_frequent_ones_exact():
    rare = [f"often w{number} twice{number // 2}" for number in range(30_000)]
    counts = count_words(rare, max_words=20_000)
    assert len(counts) <= 20_000 and counts[b"often"] == 30_000
    # All that is left was seen since, or more often than the threshold.
    assert max(n for word, n in counts.items() if word != b"often") <= 2
    assert counts[b"w29999"] == 1 and counts[b"w0"] == 0
    with pytest.raises(ValueError, match="max_words.*0"):
        count_words(rare, max_words=0)


MILLION = """
import json, resource, time
import psutil, tensorflow as tf
from keras_vatt import data

data.vocabulary(["a dog"])
before = psutil.Process().memory_info().rss
numbers = tf.data.Dataset.range(1_000_000)

def caption(n):
    # Two common words, and five that nobody else says: five million in all.
    own = [tf.strings.as_string(5 * n + k) for k in range(5)]
    return tf.strings.join(["The", tf.strings.as_string(n % 1000), *own], " w")

words = data.vocabulary(numbers.map(caption))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps([(peak - before) / 1e6, len(words), words[:4]]))
"""


@pytest.mark.ci
@pytest.mark.long
def test_a_million_captions_in_half_a_gigabyte():
    result = subprocess.run(
        [sys.executable, "-c", MILLION], capture_output=True, text=True, timeout=280
    )
    assert result.returncode == 0, result.stderr
    megabytes, size, first = json.loads(result.stdout)
    assert size == 65536 and first[:3] == ["<pad>", "<unk>", "the"]
    assert megabytes < 500
