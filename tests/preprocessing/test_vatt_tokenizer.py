import json
import pathlib

import numpy as np
import pytest
import tensorflow as tf

from keras_vatt.preprocessing import VATTTokenizer

GOLDEN = pathlib.Path(__file__).parents[1] / "golden" / "tokenizers"
WORDS = ["<pad>", "<unk>", "a", "dog", "runs"]


@pytest.fixture(scope="module")
def golden():
    return json.loads((GOLDEN / "tokenizers.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def golden_tokenizer():
    return VATTTokenizer(str(GOLDEN / "word_vocab.txt"))


def test_ids_are_the_released_codes(golden, golden_tokenizer):
    expected = np.array(golden["word/bos0_eos0"])
    ids = golden_tokenizer(golden["sentences"])
    assert ids.dtype == "int32"
    np.testing.assert_array_equal(ids, expected)
    np.testing.assert_array_equal(golden_tokenizer(golden["sentences"][1]), expected[1])


def test_ids_in_a_graph_are_the_same(golden, golden_tokenizer):
    dataset = tf.data.Dataset.from_tensor_slices(golden["sentences"])
    dataset = dataset.map(golden_tokenizer).batch(8)
    assert dataset.element_spec.shape[1:] == (16,)
    np.testing.assert_array_equal(next(iter(dataset)).numpy(), golden["word/bos0_eos0"])


def test_marks_are_the_released_codes(golden):
    tokenizer = VATTTokenizer(
        str(GOLDEN / "word_vocab.txt"), add_begin=True, add_end=True
    )
    expected = np.array(golden["word/bos1_eos1"])
    np.testing.assert_array_equal(tokenizer(golden["sentences"]), expected)
    np.testing.assert_array_equal(tokenizer(golden["sentences"][6]), expected[6])
    dataset = tf.data.Dataset.from_tensor_slices(golden["sentences"]).map(tokenizer)
    np.testing.assert_array_equal(list(dataset.as_numpy_iterator()), expected)
    with pytest.raises(ValueError, match="'<eos>' is to be added but is no word"):
        VATTTokenizer(WORDS, add_end=True)


def test_shapes_ids_and_back():
    tokenizer = VATTTokenizer(WORDS, sequence_length=3)
    ids = tokenizer([["A dog, barking!", "runs"], ["", "dog dog dog dog"]])
    expected = [[[2, 3, 1], [4, 0, 0]], [[0, 0, 0], [3, 3, 3]]]
    np.testing.assert_array_equal(ids, expected)
    np.testing.assert_array_equal(tokenizer(ids), expected)  # ids pass
    assert tokenizer.detokenize(ids)[0, 0] == b"a dog <unk>"
    assert tokenizer.token_to_id("runs") == 4 and tokenizer.id_to_token(3) == "dog"


def test_assets_round_trip(tmp_path):
    tokenizer = VATTTokenizer([*WORDS, "caf\u00e9"], sequence_length=5)
    tokenizer.save_assets(str(tmp_path))
    text = (tmp_path / "vocabulary.txt").read_text(encoding="utf-8")
    assert text == "<pad>\n<unk>\na\ndog\nruns\ncaf\u00e9\n"
    again = VATTTokenizer.from_config(tokenizer.get_config())
    with pytest.raises(ValueError, match="no vocabulary"):
        again("a dog")
    again.load_assets(str(tmp_path))
    assert again.get_vocabulary() == tokenizer.get_vocabulary()
    np.testing.assert_array_equal(again("caf\u00e9 a"), [5, 2, 0, 0, 0])


@pytest.mark.parametrize(
    "words, message",
    [
        (["a", "dog"], r"must be '<pad>'.*Received: \['a'\].*keras-vatt vocabulary"),
        (["<pad>", "a"], r"must be '<unk>'.*Received: \['a'\]"),
        (["<pad>", "<unk>", "dog", "dog"], "'dog' stands twice"),
        (["<pad>", "<unk>", " "], "Word 2 .* is empty"),
    ],
)
def test_bad_vocabularies_are_refused(tmp_path, words, message):
    with pytest.raises(ValueError, match=message):
        VATTTokenizer(words)
    path = tmp_path / "words.txt"
    path.write_text("\n".join(words) + "\n")
    with pytest.raises(ValueError, match=f"(?s){message}|words.txt"):
        VATTTokenizer(str(path))
