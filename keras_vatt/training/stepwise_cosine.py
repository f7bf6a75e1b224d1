"""The released learning rate."""

import math

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_vatt")
class StepwiseCosine(keras.optimizers.schedules.LearningRateSchedule):
    """A linear warm-up, then half a cosine from each level to the next.

    Level k holds at step s_k; between two it is
    `(l_k - l_{k+1}) (1 + cos(pi (s - s_k) / (s_{k+1} - s_k))) / 2 + l_{k+1}`.
    After the last step the last level is held.

    Args:
        levels: floats, the learning rates l_0, l_1, ...
        steps: ints, ascending, as many: where each level is reached. The first is
            the length of the warm-up, and may be 0.
        warmup_from: float. Where the warm-up starts.
        name: string.

    Raises:
        ValueError: if the two lists do not belong together, or the steps do not
            ascend.

    Example:

    ```python
    rate = keras_vatt.training.StepwiseCosine((0.005, 0.0), (2_500, 100_000))
    rate(1_250)  # 0.0025
    ```

    Reference: design, section 3 ("Released recipes"). The released formula divides 0
    by 0 at its last step; here the last level is held.
    """

    def __init__(self, levels, steps, warmup_from=0.0, name="stepwise_cosine"):
        levels, steps = tuple(map(float, levels)), tuple(map(int, steps))
        if len(levels) != len(steps) or not levels:
            raise ValueError(
                "`levels` and `steps` must be as many, a step for each level. "
                f"Received: levels={levels}, steps={steps}."
            )
        if steps[0] < 0 or any(b <= a for a, b in zip(steps, steps[1:])):
            raise ValueError(
                f"`steps` must ascend from 0 or more. Received: steps={steps}."
            )
        super().__init__()
        self.levels = levels
        self.steps = steps
        self.warmup_from = float(warmup_from)
        self.name = name

    def __call__(self, step):
        step = ops.cast(step, "float32")
        done = step / max(self.steps[0], 1)
        rate = self.warmup_from + (self.levels[0] - self.warmup_from) * done
        pairs = zip(self.levels, self.levels[1:], self.steps, self.steps[1:])
        for here, there, begin, end in pairs:
            done = (step - begin) / (end - begin)
            level = (here - there) * (1.0 + ops.cos(math.pi * done)) / 2.0 + there
            rate = ops.where(step >= begin, level, rate)
        return ops.where(step >= self.steps[-1], self.levels[-1], rate)

    def get_config(self):
        return {
            "levels": self.levels,
            "steps": self.steps,
            "warmup_from": self.warmup_from,
            "name": self.name,
        }
