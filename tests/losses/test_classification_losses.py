"""The classifiers' losses against the released one and plain numpy."""

import keras
import numpy as np
import pytest

from keras_vatt import losses
from tests.golden_files import GOLDEN


def number(x):
    return keras.ops.convert_to_numpy(x)


def log_softmax(x):
    return x - np.log(np.exp(x).sum(axis=-1, keepdims=True))


def test_audio_loss_equals_the_golden_one():
    with np.load(GOLDEN / "audio_loss.npz") as golden:
        loss = losses.ClassBalancedCrossentropy()(golden["labels"], golden["logits"])
        np.testing.assert_allclose(number(loss), golden["loss"], rtol=2e-6)


def test_a_clip_without_label_and_a_class_without_clip_count_nothing():
    labels = np.array([[1, 1, 0], [1, 0, 0], [0, 0, 0]], "float32")
    logits = np.array([[0.3, -2, 1], [1, 2, 3], [9, 9, 9]], "float32")
    got = losses.ClassBalancedCrossentropy(reduction=None)(labels, logits)
    # Class 0 has two clips, class 1 one: weights (1/2 + 1)/2, (1/2)/1 and 0.
    terms = np.log1p(np.exp(logits)) - labels * logits
    expected = terms.sum(-1) * [0.75, 0.5, 0.0]
    np.testing.assert_allclose(number(got), expected, rtol=1e-6)


def test_large_logits_stay_finite():
    labels = np.eye(2, dtype="float32")
    logits = np.array([[500.0, -500.0], [500.0, -500.0]], "float32")
    got = losses.ClassBalancedCrossentropy(reduction=None)(labels, logits)
    np.testing.assert_allclose(number(got), [0.0, 1000.0])


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_ids_and_soft_labels(smoothing):
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(4, 3)).astype("float32")
    ids = np.array([0, 2, 1, 2])
    soft = (1 - smoothing) * np.eye(3)[ids] + smoothing / 3
    expected = -(soft * log_softmax(logits)).sum(-1).mean()
    loss = losses.SmoothedCrossentropy(smoothing)
    for true in (ids, ids[:, None], np.eye(3, dtype="float32")[ids]):
        np.testing.assert_allclose(number(loss(true, logits)), expected, rtol=1e-5)


def test_smoothing_is_a_share():
    with pytest.raises(ValueError, match="label_smoothing=1.5"):
        losses.SmoothedCrossentropy(1.5)
