"""Projection heads: the mathematics of design section 3, in numpy."""

import keras
import numpy as np

from keras_vatt import layers

RNG = np.random.default_rng(0)
FEATURES = {
    "video": RNG.normal(size=(6, 5)).astype("float32"),
    "audio": RNG.normal(size=(6, 4)).astype("float32"),
    "text": RNG.normal(size=(6, 3)).astype("float32"),
}
SHAPES = {modality: (None, x.shape[1]) for modality, x in FEATURES.items()}


def normalise(x):
    return (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-5)


def test_fine_and_coarse_head():
    head = layers.FineAndCoarseHead(8, 7)
    head.build(SHAPES)
    out = {
        name: keras.ops.convert_to_numpy(x)
        for name, x in head(FEATURES, training=True).items()
    }
    kernels = {
        name: getattr(head, name).get_weights()[0]
        for name in (
            "video_hidden_dense",
            "video_to_audio_dense",
            "video_to_text_dense",
            "audio_to_video_dense",
            "text_to_video_dense",
        )
    }
    hidden = normalise(FEATURES["video"] @ kernels["video_hidden_dense"])
    fine = normalise(np.maximum(hidden, 0) @ kernels["video_to_audio_dense"])
    coarse = normalise(np.maximum(fine, 0) @ kernels["video_to_text_dense"])
    expected = {
        "video_to_audio": fine,
        "video_to_text": coarse,
        "audio_to_video": FEATURES["audio"] @ kernels["audio_to_video_dense"],
        "text_to_video": FEATURES["text"] @ kernels["text_to_video_dense"],
    }
    assert out.keys() == expected.keys()
    for name in expected:
        np.testing.assert_allclose(out[name], expected[name], atol=1e-4)
    # The moving variance is the biased one: 0.9 of the old and 0.1 of the batch's.
    moving = keras.ops.convert_to_numpy(head.video_hidden_norm.moving_variance)
    raw = FEATURES["video"] @ kernels["video_hidden_dense"]
    np.testing.assert_allclose(moving, 0.9 + 0.1 * raw.var(0), rtol=1e-4)


def test_joint_head_is_one_space():
    head = layers.JointHead(8)
    head.build(SHAPES)
    out = head(FEATURES, training=True)
    kernel = head.denses["audio"].get_weights()[0]
    expected = normalise(np.maximum(FEATURES["audio"], 0) @ kernel)
    for name in ("audio_to_video", "audio_to_text"):
        actual = keras.ops.convert_to_numpy(out[name])
        np.testing.assert_allclose(actual, expected, atol=1e-4)
    assert set(head({"text": FEATURES["text"]})) == {"text_to_video", "text_to_audio"}
