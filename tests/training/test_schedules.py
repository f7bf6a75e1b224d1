"""Learning rates against the released ones."""

import json

import keras
import numpy as np
import pytest

from keras_vatt import training
from tests.golden_files import GOLDEN

SCHEDULES = {
    "pretrain_stepwise_cosine": training.pretraining_schedule(),
    "finetune_cosine": training.finetuning_schedule(),
    "three_levels": training.StepwiseCosine(
        (1e-3, 4e-4, 1e-4, 0.0), (100, 600, 1_500, 2_000), warmup_from=1e-6
    ),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_rates_equal_the_golden_ones(name):
    golden = json.loads((GOLDEN / "schedules.json").read_text())[name]
    golden = {int(step): rate for step, rate in golden.items()}
    saved = keras.saving.serialize_keras_object(SCHEDULES[name])
    schedule = keras.saving.deserialize_keras_object(json.loads(json.dumps(saved)))
    for step, rate in golden.items():
        if rate is None:  # 0 / 0 in the released code
            rate = SCHEDULES[name].levels[-1]
        got = float(keras.ops.convert_to_numpy(schedule(step)))
        # The released code rounds to float32 along the way, as we do.
        assert got == pytest.approx(rate, rel=3e-6, abs=2e-9), step


def test_the_last_level_is_held_and_a_shorter_run_keeps_its_shape():
    schedule = training.finetuning_schedule(steps=400, learning_rate=0.1)
    assert schedule.steps == (10, 400)
    rates = [float(keras.ops.convert_to_numpy(schedule(s))) for s in (5, 10, 205, 400)]
    np.testing.assert_allclose(rates, [0.05, 0.1, 0.05, 0.0], atol=1e-7)
    assert training.finetuning_schedule(steps=1).steps == (0, 1)
    assert float(training.pretraining_schedule()(10**6)) == pytest.approx(5e-5)


def test_a_warm_up_and_a_momentum_of_ones_own():
    optimizer = training.finetuning_optimizer(400, 0.1, warmup_steps=50, momentum=0.5)
    assert optimizer.momentum == 0.5
    rate = optimizer._learning_rate(25)
    assert float(keras.ops.convert_to_numpy(rate)) == pytest.approx(0.05)
    with pytest.raises(ValueError, match="warmup_steps=400, steps=400"):
        training.finetuning_schedule(steps=400, warmup_steps=400)


def test_lists_that_do_not_belong_together():
    with pytest.raises(ValueError, match="as many"):
        training.StepwiseCosine((1.0, 2.0), (3,))
    with pytest.raises(ValueError, match=r"ascend.*\(5, 5\)"):
        training.StepwiseCosine((1.0, 2.0), (5, 5))


def test_fit_follows_the_schedule():
    """Loss is the weight itself: each step takes off the learning rate."""
    model = keras.Sequential([keras.layers.Dense(1, use_bias=False)])
    model.build((None, 1))
    before = float(model.get_weights()[0].item())
    schedule = training.StepwiseCosine((0.4, 0.0), (2, 4))
    model.compile(keras.optimizers.SGD(schedule), loss=lambda y, p: keras.ops.mean(p))
    x = np.ones((5, 1), "float32")
    model.fit(x, x, batch_size=1, epochs=1, verbose=0)
    # Steps 0..4: 0, 0.2, 0.4, 0.2, 0.
    assert before - model.get_weights()[0].item() == pytest.approx(0.8, abs=1e-6)
