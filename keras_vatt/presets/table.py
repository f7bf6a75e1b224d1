"""The names that models have."""

import difflib

from keras_vatt.presets.released import RELEASED
from keras_vatt.presets.sizes import SIZES


def names():
    """The names that `load` knows: released models, then sizes without weights.

    Returns:
        List of strings.

    Example:

    ```python
    keras_vatt.presets.names()
    ```
    """
    return [*RELEASED, *SIZES]


def entry(name):
    """The table's row of a name.

    Raises:
        ValueError: if there is no such name; it lists the nearest.
    """
    for table in (RELEASED, SIZES):
        if name in table:
            return table[name]
    near = difflib.get_close_matches(str(name), names(), n=3, cutoff=0.0)
    raise ValueError(
        f"There is no preset {name!r}, nor a preset folder of that path. Nearest "
        f"names: {', '.join(near)}. `keras_vatt.presets.names()` lists all."
    )


def describe(row):
    """A released row in a line."""
    score = ", ".join(f"{k} {v}" for k, v in (row["score"] or {}).items())
    reported = f"; {score} reported by the authors" if score else ""
    return f"{row['title']}: {row['task']} on {row['dataset']}{reported}."
