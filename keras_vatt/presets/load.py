"""Builds or loads a model by name or path."""

from keras_vatt.conversion.model_of import FORMS, as_released, model_of
from keras_vatt.models.preprocessor_of import preprocessor_of
from keras_vatt.models.task import VATTTask
from keras_vatt.preprocessing import VATTTokenizer
from keras_vatt.presets.load_folder import is_folder, load_folder
from keras_vatt.presets.on_backbone import on_backbone, split_overrides
from keras_vatt.presets.path import path
from keras_vatt.presets.released import RELEASED
from keras_vatt.presets.sizes import SIZES
from keras_vatt.presets.table import entry
from keras_vatt.presets.words import find_words


def load(name_or_path, load_weights=True, vocabulary=None, base=None, **overrides):
    """Loads a model by name, or from a folder written by `save_to_preset`.

    A released model is fetched, converted and cached the first time, see `path`.

    Args:
        name_or_path: one of `names()`, a preset folder, or an `hf://` or `kaggle://`
            handle.
        load_weights: bool. `False` builds the architecture with random weights, and
            fetches nothing for a name. A size without weights is always random.
        vocabulary: optional list of words or path of a word list, padding first: for
            models whose words are not known. The word table of a size without weights
            takes its size from it.
        base: optional string, where the released files are, see `path`.
        **overrides: arguments of the towers and of the task, such as `dropout`,
            `drop_token_rate`, `video_shape`, `num_classes`, `dtype`. Each goes to
            every part that has it. In the agnostic form `drop_token_rate` may be a
            dict of one for "video" and one for "audio". Another size of clip resamples
            the positions, another number of classes starts a new head.

    Returns:
        A `VATTPretrainer` or classifier, with its preprocessor.

    Raises:
        ValueError: for an unknown name or override; it names the nearest.
        OSError: if a released file cannot be fetched, or the cache not be written.

    Example:

    ```python
    pretrainer = keras_vatt.presets.load("vatt_tiny", vocabulary=["<pad>", "<unk>"])
    ```
    """
    if name_or_path in SIZES:
        load_weights = False
    given = {"vocabulary": vocabulary, "base": base}
    return load_as(VATTTask, name_or_path, load_weights, **given, **overrides)


def load_as(
    cls, name_or_path, load_weights=True, vocabulary=None, base=None, **overrides
):
    """Loads a model as an instance of a class: what every `from_preset` does.

    Args:
        cls: a backbone or a task of ours. A pretraining preset gives a tower, or a
            classifier on one, as well as the whole.
        name_or_path: as in `load`, as all that follow.
        load_weights: bool.
        vocabulary: optional words.
        base: optional string.
        **overrides: arguments of the towers and of `cls`.

    Returns:
        A `cls`.

    Raises:
        ValueError: as `load`; or if the preset is a size without weights and
            `load_weights` is true.

    Example:

    ```python
    cls = keras_vatt.models.VATTVideoBackbone
    keras_vatt.presets.load_as(cls, "vatt_tiny", load_weights=False)
    ```
    """
    if is_folder(name_or_path):
        return load_folder(cls, name_or_path, load_weights, vocabulary, overrides)
    row = entry(name_or_path)
    if name_or_path in RELEASED:
        folder = path(name_or_path, base) if load_weights else None
        if vocabulary is None and row["task"] == "pretraining":
            vocabulary = find_words()
        if load_weights:
            return load_folder(cls, folder, True, vocabulary, overrides)
        parts = as_released(row["architecture"])
        return _random(cls, parts, row["time"], vocabulary, overrides)
    if load_weights:
        raise ValueError(
            f"The preset {name_or_path!r} is a size without weights. Pass "
            "`load_weights=False` to build it with random ones, or take a released "
            "model of `keras_vatt.presets.names()`."
        )
    if vocabulary is not None:
        words = VATTTokenizer(vocabulary).vocabulary_size()
        overrides = {"vocabulary_size": words, **overrides}
    return _random(cls, row, row["time"], vocabulary, overrides)


def _random(cls, parts, time, vocabulary, overrides):
    """The architecture with random weights, as a `cls`."""

    def preprocess(backbone):
        return preprocessor_of(backbone, time, vocabulary)

    task_cls, classes = FORMS[parts["form"]]
    if issubclass(task_cls, cls):
        task = model_of(parts, **overrides)
        if "preprocessor" not in overrides:
            task.preprocessor = preprocess(task.backbone)
        return task
    shapes = parts.get("video", parts.get("backbone"))
    of_backbone, of_task = split_overrides(cls, classes.values(), overrides, shapes)
    backbone = model_of(parts, **of_backbone).backbone
    return on_backbone(cls, backbone, preprocess, of_task)
