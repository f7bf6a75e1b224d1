"""Noise, mixup, smoothing, masks, scaling: moments, seeds, no effect in tests."""

import keras
import numpy as np
import pytest

from keras_vatt.preprocessing import (
    AudioNoise,
    LabelSmoothing,
    Mixup,
    ScalePixels,
    SpectrogramMask,
)


def call(layer, inputs, training=True):
    outputs = layer(inputs, training=training)
    return keras.tree.map_structure(keras.ops.convert_to_numpy, outputs)


def waves():
    time = np.arange(20_000) / 48_000
    loud = 0.8 * np.sin(2 * np.pi * 440 * time)
    stack = np.stack([loud, loud / 100, 0 * loud])
    return stack[..., None].astype("float32")


def test_noise_follows_the_loudest_sample():
    clean = waves()
    noise = call(AudioNoise(0.01, seed=1), clean) - clean
    # Of 20,000 draws the deviation is within 2% (four standard errors).
    np.testing.assert_allclose(noise.std((1, 2)), [0.008, 8e-5, 0.0], rtol=0.02)
    np.testing.assert_allclose(noise.mean((1, 2)), 0, atol=4 * 0.008 / 20_000**0.5)
    standard = noise[0, :, 0] / 0.008
    assert abs((standard**4).mean() - 3) < 0.2  # gaussian
    assert abs(np.corrcoef(noise[0, :, 0], noise[1, :, 0])[0, 1]) < 0.04


def test_mixup_blends_all_parts_alike():
    count = 4000
    x = np.arange(count, dtype="float32")
    video = x[:, None, None] * np.ones((1, 2, 3), "float32")
    layer = Mixup(5.0, seed=2)
    blended, labels = call(layer, (video, np.stack([x, x**0], 1)))
    np.testing.assert_allclose(blended[:, 0, 0], labels[:, 0], rtol=1e-6)
    np.testing.assert_allclose(blended[:, 1, 2], labels[:, 0], rtol=1e-6)
    np.testing.assert_allclose(labels[:, 1], 1, rtol=1e-6)  # shares add up


def test_mixup_weights_and_partners():
    count = 3000
    (blended,) = call(Mixup(5.0, seed=2), (np.eye(count, dtype="float32"),))
    own = np.diag(blended)
    partners = blended - np.diag(own)
    # One permutation: every clip is a partner once (itself now and then).
    itself = partners.sum(1) == 0
    assert itself.sum() <= 8
    chosen = np.argmax(partners, 1)[~itself]
    assert len(set(chosen)) == len(chosen)
    # Beta(5, 5): mean 1/2, variance 1/44, and its fourth moment about the mean.
    weight = own[~itself]
    assert abs(weight.mean() - 0.5) < 4 * (1 / 44 / count) ** 0.5
    assert abs(weight.var() - 1 / 44) < 0.002
    kurtosis = ((weight - 0.5) ** 4).mean() / weight.var() ** 2
    assert abs(kurtosis - (3 - 6 / 13)) < 0.25


def test_smoothing_by_hand():
    soft = call(LabelSmoothing(0.1), np.eye(4, dtype="float32")[:1])
    np.testing.assert_allclose(soft, [[0.925, 0.025, 0.025, 0.025]], rtol=1e-6)


def test_masks_cover_runs_of_frames_and_bands():
    ones = np.ones((2000, 30, 20, 1), "float32")
    layer = SpectrogramMask(1, max_frames=6, num_band_masks=1, max_bands=4, seed=3)
    kept = call(layer, ones)[..., 0]
    assert set(np.unique(kept)) == {0, 1}
    frames = kept.max(2) == 0  # (n, 30): frames without any band
    bands = kept.max(1) == 0
    for covered, most in ((frames, 6), (bands, 4)):
        widths = covered.sum(1)
        # Uniform on 0..most: mean and variance as of a die.
        counts = np.bincount(widths, minlength=most + 1) / len(widths)
        np.testing.assert_allclose(counts, 1 / (most + 1), atol=0.04)
        runs = np.abs(np.diff(np.pad(covered.astype(int), ((0, 0), (1, 1))))).sum(1)
        assert (runs == 2 * (widths > 0)).all()  # one run, or none
    assert frames[:, 0].any() and frames[:, -1].any()
    # Whole frames and whole bands, and nothing else.
    np.testing.assert_array_equal(kept, ~(frames[:, :, None] | bands[:, None, :]))
    with pytest.raises(ValueError, match="up to 24 does not fit an axis of 20"):
        SpectrogramMask()(ones[:1, :20], training=True)


def test_pixels():
    scaled = call(ScalePixels(), {"a": np.array([[0, 51, 255]], "uint8")})["a"]
    np.testing.assert_allclose(scaled, [[-1.0, -0.6, 1.0]], atol=1e-6)
    floats = np.array([[0.25]], "float32")
    np.testing.assert_array_equal(call(ScalePixels(), floats), floats)


DRAWING = [
    (AudioNoise(seed=4), waves()[:, :500]),
    (Mixup(seed=4), waves()[:, :500]),
    (SpectrogramMask(2, 9, 2, 9, seed=4), np.ones((3, 30, 20, 1), "float32")),
]


@pytest.mark.parametrize(
    "layer, inputs", DRAWING, ids=lambda value: type(value).__name__
)
def test_the_same_seed_draws_the_same_and_goes_on(layer, inputs):
    first, second = (type(layer).from_config(layer.get_config()) for _ in range(2))
    draws = [call(first, inputs), call(first, inputs)]
    assert not np.array_equal(*draws)
    np.testing.assert_array_equal(draws, [call(second, inputs), call(second, inputs)])
    other = type(layer).from_config(layer.get_config() | {"seed": 5})
    assert not np.array_equal(draws[0], call(other, inputs))
    np.testing.assert_array_equal(call(first, inputs, training=False), inputs)


def test_within_a_model():
    inputs = keras.Input((30, 20, 1))
    x = Mixup(seed=1)(SpectrogramMask(2, 5, 2, 5, seed=1)(inputs))
    model = keras.Model(inputs, keras.layers.GlobalAveragePooling2D()(x))
    model.compile("sgd", "mse")
    ones = np.ones((8, 30, 20, 1), "float32")
    assert model.evaluate(ones, np.ones((8, 1)), verbose=0) == pytest.approx(0)
    loss = model.fit(ones, np.ones((8, 1)), verbose=0).history["loss"]
    assert loss[0] > 0


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: AudioNoise(-1), "std=-1"),
        (lambda: Mixup(0), "alpha=0"),
        (lambda: LabelSmoothing(1), "rate=1"),
        (lambda: SpectrogramMask(max_bands=-1), "max_bands=-1"),
        (
            lambda: Mixup()(np.zeros((2, 3), "uint8"), training=True),
            "dtype uint8.*ScalePixels",
        ),
    ],
)
def test_bad_values_are_refused(make, message):
    with pytest.raises(ValueError, match=f"(?s){message}"):
        make()
