import pytest

from keras_vatt import data


def test_words_by_count_then_alphabet(records, tmp_path):
    path = tmp_path / "vocabulary.txt"
    # a red dot / a blue dot / blue and moving / a dot; "a test" is not in train.
    expected = ["<pad>", "<unk>", "a", "dot", "blue", "and", "moving", "red"]
    assert data.vocabulary(records, str(path)) == expected
    assert path.read_text() == "\n".join(expected) + "\n"
    assert data.vocabulary(records, max_size=4) == expected[:4]
    assert data.vocabulary(records, split="test") == ["<pad>", "<unk>", "a", "test"]


def test_what_is_missing_is_named(records, tmp_path):
    with pytest.raises(ValueError, match=r"no split 'valid'.*\['test', 'train'\]"):
        data.vocabulary(records, split="valid")
    with pytest.raises(FileNotFoundError, match="without a prepared dataset.*prepare"):
        data.vocabulary(str(tmp_path))
    with pytest.raises(ValueError, match="max_size=2"):
        data.vocabulary(records, max_size=2)


def test_class_names(records):
    assert data.class_names(records) == ["cat", "dog"]
