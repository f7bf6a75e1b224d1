"""Models by name: sizes, overrides, words, what is refused."""

import numpy as np
import pytest

from keras_vatt import models, preprocessing, presets

WORDS = ["<pad>", "<unk>", "a", "red", "ball"]


def test_vatt_tiny_takes_the_size_of_its_words_and_what_is_overridden():
    model = presets.load("vatt_tiny", vocabulary=WORDS, dropout=0.25, num_layers=1)
    assert isinstance(model, models.VATTPretrainer)
    for tower in model.backbone.towers.values():
        assert (tower.dropout, tower.num_layers, tower.hidden_dim) == (0.25, 1, 128)
    assert model.backbone.text_backbone.vocabulary_size == 5
    assert model.preprocessor.num_frames == 8
    assert model.preprocessor.image_size == (64, 64)
    assert model.preprocessor.num_samples == 38400
    assert model.preprocessor.frame_rate == 10.0
    ids = model.preprocessor({"text": ["A red car"]})["text"]
    assert list(ids[0][:4]) == [2, 3, 1, 0]


def test_agnostic_and_path(tmp_path):
    model = presets.load("vatt_tiny_agnostic", vocabulary=WORDS, num_layers=1)
    assert isinstance(model.backbone, models.VATTAgnosticBackbone)
    model.save_to_preset(str(tmp_path))
    loaded = presets.load(str(tmp_path))
    assert loaded.get_config()["backbone"] == model.get_config()["backbone"]
    assert loaded.preprocessor.tokenizer.get_vocabulary() == WORDS


@pytest.mark.parametrize(
    ("name", "overrides", "words"),
    [
        ("vatt_tiney", {}, "no preset 'vatt_tiney'.*vatt_tiny"),
        ("vatt_tiny", {"dropuot": 0.1}, "'dropuot'. Did you mean 'dropout'"),
    ],
)
def test_unknown_names_are_refused_with_the_nearest(name, overrides, words):
    with pytest.raises(ValueError, match=words):
        presets.load(name, **overrides)


def test_a_size_without_weights_has_no_folder():
    with pytest.raises(ValueError, match="size without weights"):
        models.VATTPretrainer.from_preset("vatt_tiny")


def test_a_tokenizer_of_word_pieces_stays_what_it_is(tmp_path):
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "dog", "##s"]
    model = presets.load("vatt_tiny", vocabulary=WORDS, num_layers=1)
    model.preprocessor.tokenizer = preprocessing.VATTWordPieceTokenizer(
        pieces, add_begin=True
    )
    # Ids of six pieces do not fit a table of five words: this is about loading.
    model.save_to_preset(str(tmp_path))
    for overrides, length in (({}, 16), ({"num_words": 6}, 6)):
        loaded = presets.load(str(tmp_path), **overrides)
        ids = np.asarray(loaded.preprocessor({"text": ["Dogs"]})["text"])
        assert ids.tolist() == [[2, 4, 5] + [0] * (length - 3)]
