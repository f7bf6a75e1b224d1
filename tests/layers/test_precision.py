"""Under mixed bfloat16 norms, softmax and the heads' statistics stay in float32.

At 100 neighbouring bfloat16 numbers are 0.5 apart: means taken in bfloat16 would be off
by as much as the inputs vary.
"""

import keras
import numpy as np
import pytest

from keras_vatt import layers

X = 100 + 0.5 * np.random.default_rng(0).integers(-2, 3, (64, 96)).astype("float32")
X64 = X.astype("float64")


def numpy(x):
    assert keras.backend.standardize_dtype(x.dtype) == "bfloat16"
    return keras.ops.convert_to_numpy(keras.ops.cast(x, "float32"))


@pytest.mark.parametrize(
    ("encoder", "expected"),
    [
        (
            layers.TransformerEncoder,
            (X64 - X64.mean(1, keepdims=True)) / X64.std(1, keepdims=True),
        ),
        (layers.T5Encoder, X64 / np.sqrt((X64**2).mean(1, keepdims=True))),
    ],
)
def test_final_norms(encoder, expected):
    layer = encoder(1, 2, 4, 16, dtype="mixed_bfloat16")
    layer.build((1, 64, 96))
    for norm in (layer.final_norm, layer.blocks[0].mlp_norm):
        assert norm.dtype_policy.name == "mixed_bfloat16"
    actual = numpy(layer.final_norm(keras.ops.convert_to_tensor(X, "bfloat16")))
    np.testing.assert_allclose(actual, expected, atol=0.02)


@pytest.mark.parametrize("head", [layers.FineAndCoarseHead, layers.JointHead])
def test_batch_statistics(head):
    layer = head(dtype="mixed_bfloat16")
    layer.build({m: (None, 96) for m in ("video", "audio", "text")})
    if head is layers.JointHead:
        norm = layer.norms["video"]
    else:
        norm = layer.video_hidden_norm
    fresh = keras.layers.BatchNormalization.from_config(norm.get_config())
    actual = numpy(fresh(keras.ops.convert_to_tensor(X, "bfloat16"), training=True))
    expected = (X64 - X64.mean(0)) / np.sqrt(X64.var(0) + 1e-5)
    np.testing.assert_allclose(actual, expected, atol=0.02)
    variance = keras.ops.convert_to_numpy(fresh.moving_variance)
    np.testing.assert_allclose(variance, 0.9 + 0.1 * X64.var(0), rtol=1e-3)


@pytest.mark.parametrize("training", [False, True])
def test_softmax_over_many_tokens(training):
    """Equal scores: the mean of the values, though a weight is but 1 / 1,569."""
    layer = layers.Attention(2, 4, dropout=0.1, dtype="mixed_bfloat16")
    layer.build((1, 1569, 8))
    for dense in (layer.query_dense, layer.key_dense):
        dense.kernel.assign(np.zeros((8, 8)))
    for dense in (layer.value_dense, layer.output_dense):
        dense.kernel.assign(np.eye(8))
    x = np.ones((1, 1569, 8), "float32")
    actual = numpy(layer(keras.ops.convert_to_tensor(x, "bfloat16"), training=training))
    tolerance = 0.05 if training else 0.01
    np.testing.assert_allclose(actual, np.ones_like(x), atol=tolerance)
