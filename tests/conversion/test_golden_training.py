"""Five Adam steps against the authors' released code: losses, gradients, embeddings."""

import functools
import re

import keras
import numpy as np
import pytest

from keras_vatt.conversion import from_released_checkpoint, released_variables
from keras_vatt.losses import AsymmetricNCE
from tests import golden_files
from tests.conversion.parity import EMBEDDINGS, HEAD_DIM, MODALITIES

PARTS = {
    "loss": "total_loss",
    "video_text_loss": "bridge_losses/asymmetric_nce/vidtxt_loss",
    "video_audio_loss": "bridge_losses/asymmetric_nce/vidaud_loss",
}
TOLERANCES = {
    "gradient norms": 1e-3,
    "norms of no gradient": 1e-2,
    "first loss": 2e-4,
    "later losses": 5e-3,
    "embeddings after": 1e-2,
}
# The released layers' own names, turned into the checkpoints' (in this order).
GRADIENT_NAMES = (
    (r"\|\d+$", ""),
    (r":0$", "/.ATTRIBUTES/VARIABLE_VALUE"),
    (r"^(tx|uvatt)_mlp_fac/head_stack/bridge/mlp_fac/", "_head_layer/_bridge_heads/0/"),
    (r"/backbone_stack/video_module/vit_base/", "/vid_backbone/_base/"),
    (r"/backbone_stack/audio_module/wat_base/", "/aud_backbone/_base/"),
    (r"/backbone_stack/text_module/t5_small/", "/txt_backbone/base_lm/"),
    (r"/backbone_stack/text_module/", "/txt_backbone/"),
    (r"/unified_module/ut_medium/", "/unified_transformer/"),
    (r"^(tx|uvatt)_mlp_fac/", "_base_layer/"),
    (
        r"unified_transformer/waveform_to_patch",
        "unified_transformer/raw_to_embeddings/audio",
    ),
    (
        r"unified_transformer/voxel_to_patch",
        "unified_transformer/raw_to_embeddings/video",
    ),
    (r"(\w+)_(pre|post)_tx_projection", r"\2_proj/\1"),
    (r"(audio|text|video)_(spatio_)?temporal_embeddings/", r"pos_embedding_lookup/\1/"),
    (r"/(spatio_)?temporal_embeddings/", "/pos_embedding_lookup/"),
    (r"(pos_embedding_lookup/.*)layer_norm/", r"\1layernorm/"),
    (r"waveform_to_patch", "wave_to_patch"),
    (r"/transformer/", "/tx/"),
    (r"/layer_(\d+)/", r"/layers/\1/"),
    (r"multi_head_attention", "mha"),
    (
        r"self_attention/(q|k|v|o|relative_attention_bias)/",
        r"self_attention/attention/\1/",
    ),
    (r"dense_gelu_dense", "mlp"),
    (r"aud_to_vid", "aud_to_va"),
    (r"txt_to_vid", "txt_to_vat"),
    (r"linear_projection", "dense"),
    (r"batch_norm", "bn"),
    (r"^", "model/layer_with_weights-0/"),
)


@functools.cache
def errors(folder):
    """Relative and (of the embeddings) absolute errors of the five steps."""
    config, arrays = golden_files.config(folder), golden_files.arrays(folder)
    inputs, masks = batch(arrays)
    model = start(folder)
    history = train(model, inputs, masks, steps=1)
    found, expected = norms(model), expected_norms(config["grad_norms_step0"])
    assert set(found) == set(expected)
    for name, values in train(model, inputs, masks, steps=4).items():
        history[name] += values
    embeddings = model.predict_on_batch(inputs)

    losses = np.array([history[name] for name in PARTS])
    stored = [[step[name] for step in config["parts"]] for name in PARTS.values()]
    np.testing.assert_allclose(stored[0], arrays["losses"], rtol=1e-6)
    losses = np.abs(losses / stored - 1)
    return {
        "gradient norms": max(
            abs(found[name] / norm - 1)
            for name, norm in expected.items()
            if norm > 1e-2
        ),
        # Biases of keys and the like.
        "norms of no gradient": max(
            found[name] for name, norm in expected.items() if norm <= 1e-2
        ),
        "first loss": losses[:, 0].max(),
        # Of the sum alone: the parts trade places, each further off than it.
        "later losses": losses[0, 1:].max(),
        "embeddings after": max(
            np.abs(value - after(arrays, name).reshape(value.shape)).max()
            for name, value in embeddings.items()
        ),
    }


@pytest.mark.parametrize("folder", golden_files.TRAINING)
def test_five_adam_steps(folder):
    found = errors(folder)
    too_far = {name: found[name] for name in found if found[name] > TOLERANCES[name]}
    assert not too_far, too_far


def after(arrays, name):
    # Texts are clips and candidates in ours, flat there.
    return arrays[EMBEDDINGS[name].replace("out/", "after/")]


def batch(arrays):
    inputs = {modality: arrays[f"in/{modality}"] for modality in MODALITIES}
    clips, words = len(inputs["video"]), inputs["text"].shape[-1]
    inputs["text"] = inputs["text"].reshape(clips, -1, words)
    masks = {name: arrays[f"in/{name}"] for name in ("audio_mask", "text_mask")}
    return inputs, masks


def start(folder):
    model = from_released_checkpoint(
        golden_files.checkpoint(folder),
        head_dim=HEAD_DIM,
        dropout=0.0,
        drop_token_rate=0.0,
    )
    model.compile(
        keras.optimizers.Adam(1e-3, epsilon=1e-7),
        loss=AsymmetricNCE(),
        # XLA takes TensorFlow longer than the five steps; JAX has no other way.
        jit_compile=keras.backend.backend() == "jax",
    )
    return model


def train(model, inputs, masks, steps):
    """Losses of as many steps on the one batch."""
    return model.fit(inputs, masks, epochs=steps, shuffle=False, verbose=0).history


def norms(model):
    """Gradient norms of the first step by released name, out of Adam's first moments.

    They start at 0, so after one step they are (1 - beta_1) times the gradients: what
    training itself applied on this backend.
    """
    moments = [v for v in model.optimizer.variables if v.path.endswith("_momentum")]
    by_variable = {
        id(variable): np.linalg.norm(keras.ops.convert_to_numpy(moment)) / 0.1
        for variable, moment in zip(model.trainable_variables, moments, strict=True)
    }
    return {
        name: by_variable[id(variable)]
        for name, variable in released_variables(model).items()
        if variable.trainable
    }


def expected_norms(stored):
    named = {}
    for key, norm in stored.items():
        name = key
        for pattern, replacement in GRADIENT_NAMES:
            name = re.sub(pattern, replacement, name)
        # Both norms around the audio projection bear one name; the first comes first.
        before = name.replace("hid_to_va/bn/", "hid_to_va/pre_bn/")
        named[name if before in named else before] = norm
    return named
