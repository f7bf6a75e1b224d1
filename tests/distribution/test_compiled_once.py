"""The training step compiles once, and lowers for accelerators that are not here."""

import logging

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_vatt
from keras_vatt import models
from tests.distribution import worker
from tests.models import tiny

BACKEND = keras.backend.backend()


@pytest.mark.only("jax", "tensorflow")  # PyTorch runs eagerly
def test_twenty_steps_compile_once(monkeypatch, caplog):
    model = worker.build(dropout=0.1, drop_token_rate=0.5)
    model.compile(keras.optimizers.Adam(1e-3))  # whose variables are not there yet
    if BACKEND == "jax":
        import jax

        monkeypatch.setattr(logging.getLogger("jax"), "propagate", True)
        jax.config.update("jax_log_compiles", True)
    calls = []
    plain = models.VATTPretrainer.call

    def counted(self, *args, **kwargs):
        calls.append(1)
        return plain(self, *args, **kwargs)

    monkeypatch.setattr(models.VATTPretrainer, "call", counted)
    data = tf.data.Dataset.from_tensors(worker.batch()).repeat()
    try:
        with caplog.at_level(logging.DEBUG, logger="jax"):
            model.fit(data, steps_per_epoch=10, epochs=2, verbose=0)
    finally:
        if BACKEND == "jax":
            jax.config.update("jax_log_compiles", False)
    assert int(model.optimizer.iterations) == 20
    assert len(calls) == 1
    if BACKEND == "jax":
        lines = [record.getMessage() for record in caplog.records]
        compiled = [x for x in lines if x.startswith("Compiling jit(train_step)")]
        assert len(compiled) == 1, lines


@pytest.mark.only("tensorflow")
def test_an_optimizer_of_a_strategy_is_built_outside_its_scope():
    with tf.distribute.MirroredStrategy(["/cpu:0"]).scope():
        model = worker.build(optimizer="adam")
    model.make_train_function()
    assert model.optimizer.built


def lowered(model, batch_size, candidates):
    """The step of a model as StableHLO for TPU and CUDA, from shapes alone."""
    import jax
    import jax.export

    model.compile(keras.optimizers.Adam(1e-4))
    model.optimizer.build(model.trainable_variables)
    state = [
        [jax.ShapeDtypeStruct(v.shape, v.dtype) for v in variables]
        for variables in (
            model.trainable_variables,
            model.non_trainable_variables,
            model.optimizer.variables,
            model.metrics_variables,
        )
    ]
    video, audio, text = (model.backbone.input[m].shape[1:] for m in tiny_order())
    mask = jax.ShapeDtypeStruct((batch_size,), np.float32)
    batch = (
        {
            "video": jax.ShapeDtypeStruct((batch_size, *video), np.uint8),
            "audio": jax.ShapeDtypeStruct((batch_size, *audio), np.float32),
            "text": jax.ShapeDtypeStruct((batch_size, candidates, *text), np.int32),
        },
        {"audio_mask": mask, "text_mask": mask},
    )
    step = jax.jit(model.train_step)
    return jax.export.export(step, platforms=["tpu", "cuda"])(tuple(state), batch)


def tiny_order():
    return ("video", "audio", "text")


def check_lowered(exported, model):
    assert exported.platforms == ("tpu", "cuda")
    program = exported.mlir_module()
    assert "bf16" in program  # products in half precision
    assert "chlo.top_k" in program or "top_k" in program or "sort" in program
    # Logs and the whole new state come back, the weights in float32.
    weights = len(model.trainable_variables)
    floats = [x for x in exported.out_avals if x.dtype == np.float32]
    assert len(floats) > 3 * weights  # themselves and Adam's two moments


@pytest.mark.only("jax")
@pytest.mark.parametrize("encode_batch_size", [None, 2])
def test_a_tiny_step_lowers_for_tpu_and_cuda(encode_batch_size):
    backbone = tiny.specific(drop_token_rate=0.5, dtype="mixed_bfloat16")
    model = models.VATTPretrainer(
        backbone, fine_dim=6, coarse_dim=5, encode_batch_size=encode_batch_size
    )
    check_lowered(lowered(model, 4, 3), model)


@pytest.mark.only("jax")
@pytest.mark.long
@pytest.mark.timeout(1200)
def test_the_step_of_base_base_small_lowers_for_tpu_and_cuda():
    model = keras_vatt.presets.load(
        "vatt_base_base_small", load_weights=False, dtype="mixed_bfloat16"
    )
    assert model.backbone.towers["video"].drop_token.rate == 0.5
    check_lowered(lowered(model, 2, 5), model)
