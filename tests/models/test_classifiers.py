"""Classifiers: views, images, training, saving."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_vatt import models
from tests.models import tiny


def video_tower(**kwargs):
    return models.VATTVideoBackbone(
        tiny.VIDEO, tiny.PATCHES["video"], **tiny.SIZE, **tiny.STILL, **kwargs
    )


def audio_tower():
    return models.VATTAudioBackbone(
        tiny.AUDIO, tiny.PATCHES["audio"], **tiny.SIZE, **tiny.STILL
    )


def build(cls, **kwargs):
    tower = audio_tower() if cls is models.VATTAudioClassifier else video_tower()
    return cls(tower, num_classes=5, **kwargs)


def sample(cls, count):
    inputs, _ = tiny.batch(count)
    if cls is models.VATTAudioClassifier:
        return inputs["audio"]
    return (
        inputs["video"][:, 0] if cls is models.VATTImageClassifier else inputs["video"]
    )


CLASSES = [
    models.VATTVideoClassifier,
    models.VATTAudioClassifier,
    models.VATTImageClassifier,
]


@pytest.mark.parametrize("cls", CLASSES)
def test_views_are_averaged_as_logits_outside_training(cls):
    single = build(cls)
    views = cls(single.backbone, num_classes=5, num_views=3)
    views.classifier_dense.set_weights(single.classifier_dense.get_weights())
    x = sample(cls, 6)
    logits = keras.ops.convert_to_numpy(single(x))
    expected = logits.reshape(2, 3, 5).mean(1)
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(views(x)), expected, atol=1e-5
    )
    assert views(x, training=True).shape == (6, 5)


@pytest.mark.parametrize("cls", CLASSES)
def test_trains_saves_and_loads(cls, tmp_path):
    model = build(cls)
    x = sample(cls, 4)
    y = np.array([0, 1, 2, 3])
    if cls is models.VATTAudioClassifier:
        y = np.eye(5, dtype="float32")[y]
    data = tf.data.Dataset.from_tensors((x, y))
    first = model.evaluate(data, verbose=0, return_dict=True)["loss"]
    model.compile(keras.optimizers.Adam(1e-2), **_loss_of(cls))
    model.fit(data, epochs=10, verbose=0)
    assert model.evaluate(data, verbose=0, return_dict=True)["loss"] < first
    expected = keras.ops.convert_to_numpy(model(x))

    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(loaded(x)), expected)

    model.save_to_preset(str(tmp_path / "preset"))
    loaded = cls.from_preset(str(tmp_path / "preset"))
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(loaded(x)), expected)
    other = cls.from_preset(str(tmp_path / "preset"), num_classes=7)
    assert other(x).shape == (4, 7)


def _loss_of(cls):
    loss = build(cls).default_compile()["loss"]
    return {"loss": loss}


def test_audio_classes_start_at_one_in_the_number_of_classes():
    model = models.VATTAudioClassifier(audio_tower(), num_classes=5)
    bias = keras.ops.convert_to_numpy(model.classifier_dense.bias)
    np.testing.assert_allclose(1 / (1 + np.exp(-bias)), 0.2, rtol=1e-5)


def test_image_has_the_first_temporal_position():
    """One tubelet of equal frames, at entry 0 of the video's table."""
    tower = models.VATTVideoBackbone(
        (2, 16, 16, 3),
        tiny.PATCHES["video"],
        position_shape=(2, 2, 2),
        **tiny.SIZE,
        **tiny.STILL,
    )
    model = models.VATTImageClassifier(tower, num_classes=5)
    image = sample(models.VATTImageClassifier, 2)
    before = keras.ops.convert_to_numpy(model(image))
    temporal = tower.position_embedding.tables[0]
    table = keras.ops.convert_to_numpy(temporal).copy()
    table[1] += np.arange(8)
    temporal.assign(table)
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(model(image)), before, atol=1e-6
    )
    table[0] += np.arange(8)
    temporal.assign(table)
    assert np.abs(keras.ops.convert_to_numpy(model(image)) - before).max() > 1e-3


def test_audio_shape_and_patch_must_agree():
    with pytest.raises(ValueError, match="for a waveform"):
        models.VATTAudioBackbone((150, 80, 1), 128)
