"""Logs as numbers, whatever they came through."""

import numpy as np


def as_floats(logs):
    """Returns logs as floats.

    Over several replicas TF needs them as arrays of one number, see `reducible`.

    Args:
        logs: dict from name to a number, or an array of one.

    Returns:
        A dict from name to float.

    Example:

    >>> as_floats({"loss": np.array([0.5])})
    {'loss': 0.5}
    """
    return {name: float(np.asarray(value).item()) for name, value in logs.items()}
