"""The released recipes: their numbers, and the schedules and optimizers they make."""

import keras

from keras_vatt.training.backbone_clipped_sgd import BackboneClippedSGD
from keras_vatt.training.stepwise_cosine import StepwiseCosine

PRETRAINING = {
    "batch_size": 2048,  # paper, section 4.1
    "levels": (1e-4, 5e-5),  # released config
    "warmup_steps": 5_000,  # released config
    "steps": 500_000,  # released config
    "adam": (0.9, 0.999, 1e-7),  # released config: beta 1, beta 2, epsilon
    "audio_noise": 0.01,  # released config
}
FINETUNING = {
    "learning_rate": 0.005,  # released config
    "warmup_steps": 2_500,  # released config
    "steps": 100_000,  # released config
    "momentum": 0.9,  # released config
    "backbone_clipnorm": 0.75,  # released config
    "label_smoothing": 0.1,  # released config
    "mixup_alpha": 5.0,  # released config, for sound alone
    "num_windows": 4,  # released config
    "num_crops": 3,  # released config
}


def pretraining_schedule(steps=None, levels=None):
    """The learning rate of the released pretraining.

    Args:
        steps: int or None. Steps in all; the warm-up keeps its share, 1 in 100.
            None: 500,000.
        levels: two floats or None. After the warm-up, and at the end. None: 1e-4 and
            5e-5.

    Returns:
        A `StepwiseCosine`.

    Example:

    ```python
    schedule = keras_vatt.training.pretraining_schedule(steps=10_000)
    ```

    Source: design, section 3 ("Released recipes").
    """
    return StepwiseCosine(
        levels or PRETRAINING["levels"], _shortened(PRETRAINING, steps)
    )


def pretraining_optimizer(steps=None, levels=None):
    """The released pretraining's Adam, see `pretraining_schedule`."""
    beta_1, beta_2, epsilon = PRETRAINING["adam"]
    schedule = pretraining_schedule(steps, levels)
    return keras.optimizers.Adam(schedule, beta_1, beta_2, epsilon)


def finetuning_schedule(steps=None, learning_rate=None, warmup_steps=None):
    """The learning rate of the released fine-tuning: a warm-up, a cosine to 0.

    Args:
        steps: int or None. Steps in all. None: 100,000.
        learning_rate: float or None. The highest. None: 0.005.
        warmup_steps: int or None. Steps of the warm-up. None: its released share, 1
            in 40.

    Returns:
        A `StepwiseCosine`.

    Raises:
        ValueError: if the warm-up is no shorter than the whole.

    Example:

    ```python
    schedule = keras_vatt.training.finetuning_schedule(steps=2_000)
    ```

    Source: design, section 3 ("Released recipes").
    """
    highest = FINETUNING["learning_rate"] if learning_rate is None else learning_rate
    warmup, steps = _shortened(FINETUNING, steps)
    warmup = warmup if warmup_steps is None else warmup_steps
    if not 0 <= warmup < steps:
        raise ValueError(
            "`warmup_steps` must lie between 0 and the steps in all. Received: "
            f"warmup_steps={warmup}, steps={steps}. Train longer, or warm up shorter."
        )
    return StepwiseCosine((highest, 0.0), (warmup, steps))


def finetuning_optimizer(
    steps=None,
    learning_rate=None,
    warmup_steps=None,
    momentum=FINETUNING["momentum"],
    backbone_clipnorm=FINETUNING["backbone_clipnorm"],
):
    """The released fine-tuning's SGD, see `finetuning_schedule`.

    Args:
        steps: int or None.
        learning_rate: float or None.
        warmup_steps: int or None.
        momentum: float.
        backbone_clipnorm: float. Largest global norm of the backbone's gradients.

    Returns:
        A `BackboneClippedSGD`, to compile a classifier with.
    """
    return BackboneClippedSGD(
        finetuning_schedule(steps, learning_rate, warmup_steps),
        momentum=momentum,
        backbone_clipnorm=backbone_clipnorm,
    )


def _shortened(recipe, steps):
    """Where the warm-up and the training end, in their released proportion."""
    steps = recipe["steps"] if steps is None else steps
    warmup = max(1, round(steps * recipe["warmup_steps"] / recipe["steps"]))
    return min(warmup, steps - 1), steps
