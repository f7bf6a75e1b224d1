"""Finds, changes and runs experiments: files of this folder that have `values`."""

import difflib
import importlib
import json
import pathlib
import re

from keras_vatt.experiments.tasks import TASKS


def names():
    """The names of all experiments, sorted.

    Example:

    >>> "kinetics400_base" in names()
    True
    """
    folder = pathlib.Path(__file__).parent
    has_values = re.compile(r"^values = ", re.MULTILINE)
    return sorted(
        path.stem for path in folder.glob("*.py") if has_values.search(path.read_text())
    )


def load_experiment(name):
    """The module of an experiment: its docstring and its `values`.

    Raises:
        ValueError: if there is none; it tells the nearest name.
    """
    known = names()
    if name not in known:
        near = difflib.get_close_matches(str(name), known, n=3, cutoff=0.0)
        raise ValueError(
            f"There is no experiment {name!r}. Nearest names: {', '.join(near)}. "
            "`keras-vatt experiment` lists all."
        )
    return importlib.import_module(f"keras_vatt.experiments.{name}")


def run_experiment(name, **overrides):
    """Runs an experiment, its values changed where wanted.

    Args:
        name: string. One of `names()`.
        **overrides: other values. `data` has no default and must be given; `output`
            is the folder that is written to: `experiment.json` with all values and
            scores, and what the task writes.

    Returns:
        A dict of `"experiment"`, `"values"` and `"scores"`.

    Raises:
        ValueError: if a value is unknown (it tells the nearest), of another kind than
            the default, or missing.
        FileNotFoundError: if the data are missing.
        OSError: if a released model cannot be fetched.

    Example:

    ```python
    keras_vatt.experiments.run_experiment("kinetics400_base", data="k400", windows=1)
    ```
    """
    values = changed(load_experiment(name).values, overrides)
    if values["data"] is None:
        raise ValueError(
            f"The experiment {name!r} needs to know where the clips are. Pass "
            "data=FOLDER."
        )
    if values["task"] not in TASKS:
        raise ValueError(
            f"There is no task {values['task']!r}. Expected one of {', '.join(TASKS)}."
        )
    scores = TASKS[values["task"]](values)
    result = {"experiment": name, "values": values, "scores": scores}
    output = pathlib.Path(values["output"])
    output.mkdir(parents=True, exist_ok=True)
    (output / "experiment.json").write_text(json.dumps(result, indent=1) + "\n")
    return result


def changed(values, overrides):
    """The values with others in their place.

    Args:
        values: dict, an experiment's.
        overrides: dict.

    Returns:
        A dict with the keys of `values`.

    Raises:
        ValueError: if a key is unknown or a value of another kind.

    Example:

    >>> changed({"steps": 100}, {"steps": 5})
    {'steps': 5}
    """
    for key, value in overrides.items():
        if key not in values:
            near = difflib.get_close_matches(key, values, n=1, cutoff=0.0)[0]
            raise ValueError(
                f"The experiment has no value {key!r}. Did you mean {near!r}? Its "
                f"values: {', '.join(values)}."
            )
        default = values[key]
        kinds = (int, float) if isinstance(default, float) else type(default)
        is_number = isinstance(default, (int, float)) and not isinstance(default, bool)
        wrong = not isinstance(value, kinds) or (is_number and isinstance(value, bool))
        # None stands for what has no default, and may replace anything.
        if default is not None and value is not None and wrong:
            raise ValueError(
                f"{key} is {default!r} and was given as {value!r}. Expected the same "
                f"kind, {type(default).__name__}."
            )
    return {**values, **overrides}


def parse_overrides(pairs):
    """Reads `key=value` of a command line; a value is JSON, else text.

    Args:
        pairs: sequence of strings.

    Returns:
        A dict.

    Raises:
        ValueError: if one has no `=`, or a key stands twice.

    Example:

    >>> parse_overrides(["steps=5", "data=clips", "weights=[0.8, 0.2]"])
    {'steps': 5, 'data': 'clips', 'weights': [0.8, 0.2]}
    """
    found = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals or not key:
            raise ValueError(f"Expected key=value. Received: {pair!r}")
        if key in found:
            raise ValueError(f"{key!r} is given twice. Leave one of them out.")
        try:
            found[key] = json.loads(text)
        except json.JSONDecodeError:
            found[key] = text
    return found
