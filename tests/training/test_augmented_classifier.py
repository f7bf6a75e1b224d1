"""Training batches varied on the device."""

import keras
import numpy as np
import tensorflow as tf

from keras_vatt import models
from keras_vatt.losses import ClassBalancedCrossentropy
from keras_vatt.training import AugmentedClassifier
from tests.models import tiny


def classifier():
    tower = models.VATTAudioBackbone(
        tiny.AUDIO, tiny.PATCHES["audio"], **tiny.SIZE, **tiny.STILL
    )
    return models.VATTAudioClassifier(tower, num_classes=4)


def batch():
    inputs, _ = tiny.batch(4)
    label = np.eye(4, dtype="float32")  # a class a clip: a blend tells of what it is
    return {"clip": inputs["audio"], "label": label}


def numpy(x):
    return keras.ops.convert_to_numpy(x)


def test_clips_are_blended_as_their_labels_are():
    model = AugmentedClassifier(classifier(), label_smoothing=0.2, mixup_alpha=5.0)
    inputs = batch()
    outputs = {k: numpy(v) for k, v in model(inputs, training=True).items()}
    shares = (outputs["label"] - 0.2 / 4) / 0.8  # unsmoothed: row i blends clips
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, atol=1e-5)
    assert ((shares > 0.01).sum(axis=1) == 2).any()
    blended = np.einsum("ij,jsc->isc", shares, inputs["clip"])
    expected = numpy(model.classifier(blended.astype("float32")))
    np.testing.assert_allclose(outputs["logits"], expected, atol=2e-5)
    loss = model.compute_loss(y_pred=outputs, y=inputs["label"])
    alone = ClassBalancedCrossentropy()(outputs["label"], outputs["logits"])
    np.testing.assert_allclose(numpy(loss), numpy(alone), rtol=1e-5)


def test_nothing_is_varied_outside_training():
    model = AugmentedClassifier(classifier(), 0.2, 5.0, audio_noise=0.5)
    inputs = batch()
    outputs = model(inputs, training=False)
    np.testing.assert_array_equal(numpy(outputs["label"]), inputs["label"])
    expected = numpy(model.classifier(inputs["clip"]))
    np.testing.assert_allclose(numpy(outputs["logits"]), expected, atol=1e-6)
    noisy = numpy(model(inputs, training=True)["logits"])
    assert np.abs(noisy - expected).max() > 1e-4


def test_fit_trains_the_classifier_with_new_draws_each_step():
    model = AugmentedClassifier(classifier(), 0.1, 5.0, audio_noise=0.01, seed=1)
    inputs = batch()
    data = tf.data.Dataset.from_tensors((inputs, inputs["label"])).repeat(30)
    model.compile(
        keras.optimizers.Adam(0.02),
        metrics=[keras.metrics.CategoricalAccuracy(name="top1")],
    )
    before = model.evaluate(data.take(1), verbose=0, return_dict=True)
    states = [layer.seed_generator.state for layer in (model.noise, model.mixup)]
    seeds = [numpy(state).copy() for state in states]
    history = model.fit(data, epochs=2, verbose=0, validation_data=data.take(1)).history
    after = model.evaluate(data.take(1), verbose=0, return_dict=True)
    assert after["loss"] < 0.7 * before["loss"]
    assert after["top1"] == history["val_top1"][-1] == 1.0
    assert all((numpy(new) != old).any() for old, new in zip(seeds, states))
    known = {id(variable) for variable in model.variables}
    assert {id(state) for state in states} <= known  # so that a resume keeps them
