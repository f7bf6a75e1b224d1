import json
import pathlib

import numpy as np
import pytest
import tensorflow as tf

from keras_vatt.preprocessing import VATTWordPieceTokenizer

GOLDEN = pathlib.Path(__file__).parents[1] / "golden" / "tokenizers"
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "dog", "##s", "a"]


@pytest.fixture(scope="module")
def golden():
    return json.loads((GOLDEN / "tokenizers.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("marks", [False, True])
def test_ids_are_the_released_codes(golden, marks):
    tokenizer = VATTWordPieceTokenizer(
        str(GOLDEN / "bert_vocab.txt"), add_begin=marks, add_end=marks
    )
    expected = np.array(golden[f"bert/bos{marks:d}_eos{marks:d}"])
    ids = tokenizer(golden["sentences"])
    assert ids.dtype == "int32"
    np.testing.assert_array_equal(ids, expected)
    np.testing.assert_array_equal(tokenizer(golden["sentences"][2]), expected[2])
    dataset = tf.data.Dataset.from_tensor_slices(golden["sentences"])
    one_by_one = list(dataset.map(tokenizer).as_numpy_iterator())
    np.testing.assert_array_equal(one_by_one, expected)
    in_batch = dataset.batch(8).map(tokenizer)
    assert in_batch.element_spec.shape == (None, 16)
    np.testing.assert_array_equal(next(iter(in_batch)).numpy(), expected)


def test_shapes_ids_and_back(tmp_path):
    tokenizer = VATTWordPieceTokenizer(PIECES, sequence_length=3)
    ids = tokenizer([["Dogs dance", ""], ["a dog", "a a a a"]])
    expected = [[[4, 5, 1], [0, 0, 0]], [[6, 4, 0], [6, 6, 6]]]
    np.testing.assert_array_equal(ids, expected)
    np.testing.assert_array_equal(tokenizer(ids), expected)  # ids pass
    assert tokenizer.detokenize(ids)[0, 0] == b"dogs [UNK]"
    assert tokenizer.token_to_id("##s") == 5 and tokenizer.id_to_token(4) == "dog"
    tokenizer.save_assets(str(tmp_path))
    again = VATTWordPieceTokenizer.from_config(tokenizer.get_config())
    with pytest.raises(ValueError, match="no vocabulary"):
        again("a dog")
    again.load_assets(str(tmp_path))
    np.testing.assert_array_equal(again("a dogs"), [6, 4, 5])


def test_bad_vocabularies_are_refused():
    with pytest.raises(ValueError, match=r"starts with .*lacks \['\[SEP\]'\]"):
        VATTWordPieceTokenizer([piece for piece in PIECES if piece != "[SEP]"])
    with pytest.raises(ValueError, match=r"starts with \['dog'\]"):
        VATTWordPieceTokenizer(["dog", *PIECES[:4]])
