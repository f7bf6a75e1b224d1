"""Formulas of a step, against models that are built and steps that are taken."""

import keras
import numpy as np
import pytest

from keras_vatt.conversion.model_of import as_released, model_of
from keras_vatt.presets.released import RELEASED
from keras_vatt.presets.sizes import SIZES
from keras_vatt.training.model_sizes import model_sizes, parameters
from keras_vatt.training.plan import plan

SMALL = {
    "num_layers": 2,
    "hidden_dim": 128,
    "mlp_dim": 512,
    "num_heads": 2,
    "vocabulary_size": 50,
    "embedding_dim": 48,
    "video_shape": (8, 64, 64, 3),
    "audio_shape": (12_800, 1),
    "fine_dim": 32,
    "coarse_dim": 24,
}
FORMS = ["vatt_tiny", "vatt_tiny_agnostic"]


def batch_of(model, clips=2, candidates=3):
    rng = np.random.default_rng(0)
    backbone = model.backbone
    text = (clips, candidates, backbone.num_words)
    inputs = {
        "video": rng.integers(0, 255, (clips, *backbone.video_shape)).astype("uint8"),
        "audio": rng.normal(size=(clips, *backbone.audio_shape)).astype("float32"),
        "text": rng.integers(1, 9, text).astype("int32"),
    }
    return inputs, {k: np.ones(clips, "float32") for k in ("audio_mask", "text_mask")}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize(
    "overrides", [{}, {"head": "joint", "train_word_table": False, "head_dim": 32}]
)
def test_parameters_are_those_of_the_model(name, overrides):
    overrides = {**SMALL, "num_layers": 1, **overrides}
    model = model_of(SIZES[name], **overrides)
    count = parameters(model_sizes(SIZES[name], **overrides))
    assert count["total"] == model.count_params()
    trainable = sum(np.prod(v.shape, dtype=int) for v in model.trainable_variables)
    assert count["trainable"] == trainable


def test_parameters_of_the_released_models():
    """Their table's figures come from the checkpoints' own manifests."""
    rows = [row for row in RELEASED.values() if row["task"] == "pretraining"]
    assert len(rows) >= 4
    for row in rows:
        count = parameters(model_sizes(as_released(row["architecture"])))["total"]
        assert count / 1e6 == pytest.approx(row["parameters"] / 1e6, abs=0.06)


def test_large_on_256_devices_by_hand():
    """Large-Base-Small, the paper's batch: each figure worked out from the design."""
    found = plan(
        SIZES["vatt_large_base_small"],
        "large",
        devices=256,
        batch_size=2048,
        candidates=5,
    )
    assert found.weights == 4 * found.parameters
    assert found.optimizer == 2 * found.gradients == 8 * found.trainable
    # 2,040 clips of the others: Large video 1,024, Base audio 768, five texts of 512.
    assert found.gathered == 4 * 2040 * (1024 + 768 + 5 * 512)
    assert found.averaged == int(4 * found.trainable * 2 * 255 / 256)
    # Large video, 785 tokens: 24 layers of 8 n d^2 + 4 n^2 d + 4 n d m.
    n, d, m = 785, 1024, 4096
    video = 24 * (8 * n * d**2 + 4 * n**2 * d + 4 * n * d * m)
    a_clip = found.flops / 2048 / 3
    assert video / a_clip == pytest.approx(1 - (115e9 + 8e9 + 3e9) / a_clip, abs=0.02)
    assert found.seconds(150) == pytest.approx(found.flops_per_device / 150e12)
    text = found.text(150)
    assert "at the rate you gave (150 TFLOP/s a device)" in text
    assert "rate" not in found.text() and f"{found.parameters:,}" in text


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"devices": 0}, "devices=0"),
        ({"candidates": 0}, "candidates=0"),
        ({"devices": 3, "batch_size": 64}, "batch_size=64, devices=3"),
    ],
)
def test_a_plan_refuses(given, message):
    with pytest.raises(ValueError, match=message):
        plan(SIZES["vatt_tiny"], **given)
    with pytest.raises(ValueError, match="Received a video_classifier"):
        plan({"form": "video_classifier"})


if keras.backend.backend() == "jax":

    @pytest.mark.parametrize("name", FORMS)
    def test_flops_are_those_that_xla_counts(name):
        """Without dropout, whose random numbers XLA counts as operations."""
        import jax

        given = {**SMALL, "hidden_dim": 256, "mlp_dim": 1024, "num_heads": 4}
        given.update(dropout=0.0, drop_token_rate=0.5, audio_shape=(6400, 1))
        model = model_of(SIZES[name], **given)
        inputs, masks = batch_of(model)
        model.optimizer.build(model.trainable_variables)
        groups = (
            model.trainable_variables,
            model.non_trainable_variables,
            model.optimizer.variables,
            model.metrics_variables,
        )
        state = [[variable.value for variable in group] for group in groups]
        step = jax.jit(model.train_step)
        counted = step.lower(state, (inputs, masks)).cost_analysis()["flops"]
        found = plan(SIZES[name], devices=1, batch_size=2, candidates=3, **given)
        assert found.flops == pytest.approx(counted, rel=0.05)


if keras.backend.backend() == "torch":

    @pytest.mark.parametrize("name", FORMS)
    @pytest.mark.parametrize("dropout", [0.0, 0.1])
    def test_activations_are_those_that_torch_keeps(name, dropout):
        import torch

        model = model_of(SIZES[name], **SMALL, dropout=dropout, drop_token_rate=0.5)
        inputs, masks = batch_of(model)
        weights = {p.untyped_storage().data_ptr() for p in model.parameters()}
        kept = {}

        def keep(tensor):
            storage = tensor.untyped_storage()
            if storage.data_ptr() not in weights:
                kept[storage.data_ptr()] = tensor, storage.nbytes()
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
            inputs = {k: torch.as_tensor(v) for k, v in inputs.items()}
            outputs = model(inputs, training=True)
            model.compute_loss(inputs, masks, outputs)
        measured = sum(count for _, count in kept.values())
        found = plan(
            SIZES[name],
            batch_size=2,
            candidates=3,
            dropout=dropout,
            drop_token_rate=0.5,
            **SMALL,
        )
        assert sum(found.activations.values()) == pytest.approx(measured, rel=0.2)

    def test_the_loss_keeps_its_scores():
        import torch

        from keras_vatt.losses import AsymmetricNCE

        clips, width = 192, 8
        shapes = dict.fromkeys(("video_to_audio", "video_to_text"), (clips, width))
        shapes |= {"audio_to_video": (clips, width), "text_to_video": (clips, 5, width)}
        embeddings = {k: torch.randn(v, requires_grad=True) for k, v in shapes.items()}
        kept = {}

        def keep(tensor):
            storage = tensor.untyped_storage()
            kept[storage.data_ptr()] = tensor, storage.nbytes()
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
            masks = {k: torch.ones(clips) for k in ("audio_mask", "text_mask")}
            AsymmetricNCE()(embeddings, masks)
        found = plan(SIZES["vatt_tiny"], batch_size=clips, candidates=5, fine_dim=width,
                     coarse_dim=width)  # fmt: skip
        measured = sum(count for _, count in kept.values())
        assert found.activations["loss"] == pytest.approx(measured, rel=0.2)
