"""The pretrainer: shapes, fit, masks, saving, precision, what stops it."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_vatt import losses, models, presets
from tests.models import tiny


def dataset(*elements):
    element = elements if len(elements) > 1 else elements[0]
    return tf.data.Dataset.from_tensors(element)


def numpy(outputs):
    return {k: keras.ops.convert_to_numpy(v) for k, v in outputs.items()}


def pretrainer(form="specific", head="fac", **overrides):
    backbone = tiny.BACKBONES[form](**{**tiny.STILL, **overrides})
    return models.VATTPretrainer(backbone, head, fine_dim=6, coarse_dim=5)


def test_embeddings_of_any_subset():
    model = pretrainer()
    inputs, _ = tiny.batch()
    whole = numpy(model(inputs))
    assert {k: v.shape for k, v in whole.items()} == {
        "video_to_audio": (4, 6),
        "video_to_text": (4, 5),
        "audio_to_video": (4, 6),
        "text_to_video": (4, 3, 5),
    }
    flat = numpy(model({"text": inputs["text"][:, 1]}))
    assert set(flat) == {"text_to_video"}
    np.testing.assert_allclose(
        flat["text_to_video"], whole["text_to_video"][:, 1], atol=1e-5
    )


@pytest.mark.parametrize(
    ("form", "head"), [("specific", "fac"), ("agnostic", "fac"), ("specific", "joint")]
)
def test_fit_learns_one_batch(form, head):
    model = pretrainer(form, head)
    inputs, masks = tiny.batch()
    model.compile(keras.optimizers.Adam(1e-2))
    data = dataset(inputs, masks)
    history = model.fit(data, epochs=20, verbose=0).history["loss"]
    assert history[-1] < 0.7 * history[0]
    after = model.evaluate(data, verbose=0, return_dict=True)
    assert set(after) == {
        "loss",
        "video_text_loss",
        "video_audio_loss",
        "text_to_video_accuracy",
        "audio_to_video_accuracy",
    }


def test_no_part_is_left_unbuilt():
    """Keras would trace the model anew at every `train_on_batch`."""
    model = presets.load("vatt_tiny", num_layers=1, vocabulary=["<pad>", "<unk>"])
    assert [x.name for x in model._flatten_layers() if not x.built] == []


def test_logged_losses_are_the_loss_of_the_embeddings():
    model = pretrainer(head="joint")
    loss = losses.SymmetricNCE(0.1, video_text_weight=2.0, audio_text_weight=0.5)
    model.compile("sgd", loss=loss)
    inputs, masks = tiny.batch()
    logs = model.evaluate(dataset(inputs, masks), verbose=0, return_dict=True)
    expected = numpy(loss(model(inputs), masks))
    for name, value in expected.items():
        np.testing.assert_allclose(logs[name], value, rtol=1e-4)


def test_masks_are_optional_and_texts_may_be_single():
    model = pretrainer()
    inputs, _ = tiny.batch()
    inputs["text"] = inputs["text"][:, 0]
    ones = {"audio_mask": np.ones(4, "float32"), "text_mask": np.ones(4, "float32")}
    without = model.evaluate(dataset(inputs), verbose=0, return_dict=True)
    within = model.evaluate(dataset(inputs, ones), verbose=0, return_dict=True)
    assert without == pytest.approx(within)


def test_in_batch_accuracy_by_hand():
    """Query 0 finds its clip, query 1 finds another's, query 2 ties: one of three."""
    candidates = np.eye(3, dtype="float32")
    query = np.array([[1, 0, 0], [1, 0.5, 0], [0, 1, 1]], "float32")
    hits, valid = models.vatt_pretrainer.retrieval_hits(query, candidates, None)
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(hits), [1, 0, 0])
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(valid), [1, 1, 1])


def test_all_masked_batch_has_a_loss_of_zero_and_changes_nothing():
    model = pretrainer()
    model.compile(keras.optimizers.SGD(1.0))
    inputs, _ = tiny.batch()
    masks = {"audio_mask": np.zeros(4), "text_mask": np.zeros(4)}
    before = [keras.ops.convert_to_numpy(w) for w in model.trainable_weights]
    history = model.fit(dataset(inputs, masks), verbose=0).history
    assert history["loss"] == [0.0]
    for old, new in zip(before, model.trainable_weights):
        np.testing.assert_array_equal(old, keras.ops.convert_to_numpy(new))


def test_training_stops_at_a_loss_that_is_not_finite():
    model = pretrainer()
    inputs, masks = tiny.batch()
    inputs["audio"][2, 5] = np.nan
    with pytest.raises(FloatingPointError, match="batch 0 .*loss.*nan.*Check the inp"):
        model.fit(dataset(inputs, masks), verbose=0)


@pytest.mark.parametrize("form", tiny.BACKBONES)
def test_keras_file_round_trips_exactly(form, tmp_path):
    model = pretrainer(form, drop_token_rate=0.5)
    model.compile("adam", loss=losses.SymmetricNCE(0.2))
    inputs, masks = tiny.batch()
    model.fit(dataset(inputs, masks), verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    expected, actual = numpy(model(inputs)), numpy(loaded(inputs))
    for name in expected:
        np.testing.assert_array_equal(actual[name], expected[name])
    assert loaded.get_config() == model.get_config()
    assert isinstance(loaded.contrastive_loss, losses.SymmetricNCE)
    assert loaded.contrastive_loss.temperature == 0.2
    assert int(loaded.optimizer.iterations) == 1


@pytest.mark.parametrize("form", tiny.BACKBONES)
def test_preset_round_trips_exactly(form, tmp_path):
    model = pretrainer(form)
    model.save_to_preset(str(tmp_path))
    loaded = models.VATTPretrainer.from_preset(str(tmp_path), preprocessor=None)
    inputs, _ = tiny.batch()
    expected, actual = numpy(model(inputs)), numpy(loaded(inputs))
    for name in expected:
        np.testing.assert_array_equal(actual[name], expected[name])


def test_mixed_bfloat16_trains_with_a_float32_loss():
    model = pretrainer(dtype="mixed_bfloat16", drop_token_rate=0.5)
    inputs, masks = tiny.batch()
    outputs = model(inputs)
    for x in outputs.values():
        assert keras.backend.standardize_dtype(x.dtype) == "bfloat16"
    loss = losses.AsymmetricNCE()(outputs, masks)["loss"]
    assert keras.backend.standardize_dtype(loss.dtype) == "float32"
    model.compile(keras.optimizers.Adam(1e-2))
    losses_seen = model.fit(dataset(inputs, masks), epochs=15, verbose=0).history[
        "loss"
    ]
    assert np.mean(losses_seen[-3:]) < 0.8 * losses_seen[0]


def test_one_batch_at_a_time():
    model = pretrainer()
    model.compile("sgd")
    inputs, masks = tiny.batch()
    expected = numpy(losses.AsymmetricNCE()(model(inputs), masks))["loss"]
    logs = model.test_on_batch(inputs, masks, return_dict=True)
    np.testing.assert_allclose(logs["loss"], expected, rtol=1e-5)
    assert np.isfinite(model.train_on_batch(inputs, masks, return_dict=True)["loss"])


def test_unknown_head_and_loss():
    with pytest.raises(ValueError, match='"fac" or "joint". Received: head=.mlp'):
        pretrainer(head="mlp")
    with pytest.raises(ValueError, match="ContrastiveLoss"):
        pretrainer().compile("adam", loss="mse")
