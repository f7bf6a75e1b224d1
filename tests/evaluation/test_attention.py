"""Rollout against numbers by hand, DropToken's choice against a training pass."""

import keras
import numpy as np
import pytest

from keras_vatt.evaluation import (
    attention_rollout,
    draw_attention,
    draw_kept_tokens,
    kept_tokens,
)
from keras_vatt.evaluation.attention_rollout import rollout
from keras_vatt.evaluation.token_parts import token_parts
from tests.models import tiny


def to_numpy(x):
    return keras.ops.convert_to_numpy(x)


def inputs(clips=2):
    found, _ = tiny.batch(clips)
    return {**found, "text": np.array([[3, 0, 5, 0], [1, 2, 3, 4]], "int32")[:clips]}


def test_rollout_by_hand():
    first = np.array([[[0.5, 0.5, 0], [0, 1, 0], [0, 0, 1]]], "float32")
    second = np.array([[[0, 0, 1], [0, 1, 0], [1, 0, 0]]], "float32")
    # The second block's token takes half of itself and half of token 2; of those the
    # first block made (3/4, 1/4, 0) and (0, 0, 1).
    np.testing.assert_allclose(rollout([first, second]), [[0.375, 0.125, 0.5]])


@pytest.mark.parametrize("form", tiny.BACKBONES)
def test_even_attention_gives_even_shares(form):
    """Two blocks of equal weights over m tokens: (I/2 + J/2m)^2 = I/4 + 3J/4m."""
    backbone = tiny.BACKBONES[form](num_layers=2)
    for parts in token_parts(backbone).values():
        for block in parts.encoder.blocks:
            query = block.attention.query_dense
            query.set_weights([np.zeros_like(each) for each in query.get_weights()])
    if form == "specific":
        relative = backbone.text_backbone.encoder.relative_bias
        relative.set_weights([np.zeros_like(relative.get_weights()[0])])
    found = attention_rollout(backbone, inputs())
    assert {name: each.shape for name, each in found.items()} == {
        "video": (2, 2, 2, 2),
        "audio": (2, 8),
        "text": (2, 4),
    }
    np.testing.assert_allclose(found["video"], 3 / (4 * 9), atol=1e-6)
    np.testing.assert_allclose(found["audio"], 3 / (4 * 9), atol=1e-6)
    of_three, of_five = 3 / (4 * 3), 3 / (4 * 5)  # words, and the aggregation token
    expected = [[of_three, 0, of_three, 0], [of_five] * 4]
    np.testing.assert_allclose(found["text"], expected, atol=1e-6)


@pytest.mark.parametrize("form", tiny.BACKBONES)
def test_rollout_is_of_the_attention_in_the_model(form):
    """The tokens that are followed are those that the towers encode."""
    backbone = tiny.BACKBONES[form](num_layers=2)
    for modality, parts in token_parts(backbone).items():
        raw = inputs()[modality]
        mask = {"padding_mask": raw != 0} if modality == "text" else {}
        x = parts.encoder(parts.embed(raw), **mask)
        if form == "agnostic":
            x = backbone.post_projections[modality](x)
        expected = backbone.towers[modality](raw)["pooled_output"]
        np.testing.assert_allclose(to_numpy(x[:, 0]), to_numpy(expected), atol=1e-5)
        shares = attention_rollout(backbone, {modality: raw})[modality]
        alone = attention_rollout(backbone.towers[modality], {modality: raw})[modality]
        np.testing.assert_allclose(alone, shares, atol=1e-6)
        rest = 1 - shares.reshape(2, -1).sum(1)  # the aggregation token's own
        assert (shares >= 0).all() and (rest > 0.25).all()
    with pytest.raises(ValueError, match=r"encodes \['text'\].*'video'\]"):
        attention_rollout(backbone.towers["text"], inputs())
    with pytest.raises(ValueError, match="Received: Dense"):
        attention_rollout(keras.layers.Dense(1), inputs())


@pytest.mark.parametrize(
    ("form", "per_example"), [("specific", True), ("agnostic", False)]
)
def test_kept_tokens_are_what_training_encodes(form, per_example):
    backbone = tiny.BACKBONES[form](
        dropout=0.0, drop_token_rate=0.5, drop_token_per_example=per_example
    )
    found = kept_tokens(backbone, inputs())
    assert set(found) == {"video", "audio"}
    for modality, kept in found.items():
        assert kept.shape == {"video": (2, 2, 2, 2), "audio": (2, 8)}[modality]
        kept = kept.reshape(2, 8)
        assert (kept.sum(1) == 4).all()
        assert per_example or (kept[0] == kept[1]).all()
        raw = inputs()[modality]
        parts = token_parts(backbone)[modality]
        tokens = to_numpy(parts.embed(raw))  # all of them
        chosen = [row[np.r_[True, of_row]] for row, of_row in zip(tokens, kept)]
        expected = parts.encoder(np.stack(chosen))
        if form == "agnostic":
            expected = backbone.post_projections[modality](expected)
        # The seeds stand where they stood: this is the draw that was shown.
        trained = backbone.towers[modality](raw, training=True)
        np.testing.assert_allclose(
            to_numpy(trained["sequence_output"]), to_numpy(expected[:, 1:]), atol=1e-5
        )


def test_where_nothing_is_dropped_all_are_kept():
    backbone = tiny.specific(drop_token_rate=0.0)
    assert kept_tokens(backbone, inputs())["video"].all()


def axes_of(figure):
    return {one.get_label(): one for one in figure.axes}


def test_attention_is_drawn_where_its_tokens_are(tmp_path):
    """Of 16 x 16 pixels and two times two frames, the tubelets are 2 x 8 x 8."""
    batch = inputs(1)
    video = np.zeros((1, 2, 2, 2), "float32")
    video[0, 1, 0, 1], video[0, 0, 1, 0] = 0.3, 0.1  # of 0.4: 6 and 2 times 1/8
    audio = np.full((1, 8), 0.1, "float32")
    text = np.array([[0.1, 0.0, 0.3, 0.0]], "float32")
    shares = {"video": video, "audio": audio, "text": text}
    figure = draw_attention(shares, batch, words="abcdef".__getitem__)
    axes = axes_of(figure)
    assert set(axes) == {"frames 0", "attention 0", "sound 0", "words 0"}
    (frames,) = axes["frames 0"].get_images()
    np.testing.assert_array_equal(
        np.split(np.asarray(frames.get_array()), 4, axis=1), batch["video"][0]
    )
    heat = np.asarray(axes["attention 0"].get_images()[1].get_array())
    expected = np.zeros((4, 16, 16))
    expected[2:, :8, 8:], expected[:2, 8:, :8] = 6.0, 2.0
    np.testing.assert_allclose(np.split(heat, 4, axis=1), expected, atol=1e-5)
    heat = axes["sound 0"].get_images()[0].get_array()
    np.testing.assert_allclose(heat, np.ones((1, 8)), atol=1e-6)
    drawn = [text.get_text() for text in axes["words 0"].texts]
    assert drawn == ["d", "f", "words: most 1.50 of an even share"]
    figure.savefig(tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"


def test_dropped_tokens_are_drawn_dark():
    batch = {
        "video": np.full((1, 4, 16, 16, 3), 200, "uint8"),
        "audio": np.full((1, 64, 1), 0.5, "float32"),
        "title": ["$a clip"],
    }
    kept = {"video": np.zeros((1, 2, 2, 2), "bool"), "audio": np.zeros((1, 8), "bool")}
    kept["video"][0, 1, 0, 1] = kept["audio"][0, 3] = True
    figure = draw_kept_tokens(kept, batch)
    (image,) = axes_of(figure)["frames 0"].get_images()
    frames = np.split(np.asarray(image.get_array()), 4, axis=1)
    light = np.full((4, 16, 16, 3), 30)  # 0.15 of 200
    light[2:, :8, 8:] = 200
    np.testing.assert_array_equal(frames, light)
    heard = axes_of(figure)["sound 0"].collections[1].get_paths()[0].vertices
    assert heard[heard[:, 1] > 0.1, 0].min() > 24 and heard[-1, 1] == 0  # samples
    assert heard[heard[:, 1] > 0.1, 0].max() < 32
    assert [text.get_text() for text in figure.texts] == [
        "$a clip",
        "video: 1 of 8 tokens kept",
        "audio: 1 of 8 tokens kept",
    ]
