"""Loads a preset folder: local, or behind `hf://` or `kaggle://`."""

import os

import keras
import keras_hub
from keras_hub.src.utils.preset_utils import (
    check_file_exists,
    get_preset_loader,
    load_json,
)

from keras_vatt.models import VATTAgnosticBackbone, VATTBackbone, VATTPretrainer
from keras_vatt.models.preprocessor_of import (
    image_preprocessor_of,
    preprocessor_of,
    tokenizer_of,
)
from keras_vatt.models.task import VATTTask
from keras_vatt.preprocessing import VATTPreprocessor
from keras_vatt.presets.on_backbone import on_backbone, split_overrides

TASK = "task.json"
PREPROCESSOR = "preprocessor.json"
WITH_WORDS = (VATTBackbone, VATTAgnosticBackbone)
VIDEO_TIME = ("frame_rate", "frame_stride")
AUDIO_TIME = ("sample_rate", "audio_stride")
# The packages whose classes a preset may name.
TRUSTED = ("keras", "keras_hub", "keras_vatt")


def is_folder(name_or_path):
    """Whether it is a folder or a handle of one, and not one of our names."""
    return os.path.isdir(name_or_path) or "://" in str(name_or_path)


def load_folder(cls, folder, load_weights, vocabulary, overrides):
    """Loads what KerasHub's `save_to_preset` wrote, as a class.

    Args:
        cls: a backbone or a task of ours.
        folder: string, a folder or a handle that KerasHub reads.
        load_weights: bool.
        vocabulary: optional list of words or path of a word list, instead of the
            stored one.
        overrides: dict, arguments of the towers and of `cls`.

    Returns:
        A `cls`.

    Raises:
        ValueError: if the folder is no preset, names a class that is not of Keras,
            KerasHub or this package, has no weights of the shapes needed, or an
            override is unknown.
    """
    folder = os.fspath(folder)
    loader = get_preset_loader(folder)
    stored = {"config.json": loader.config}
    for name in (TASK, PREPROCESSOR):
        if check_file_exists(folder, name):
            stored[name] = load_json(folder, name)
    for name, config in stored.items():
        _check_trusted(config, f"{folder}/{name}")

    backbone_cls = _class_of(loader.config)
    task_cls = _class_of(stored[TASK]) if TASK in stored else None
    if cls is VATTTask and task_cls is None:  # a backbone on its own
        if backbone_cls not in (VATTBackbone, VATTAgnosticBackbone):
            raise ValueError(
                f"{folder} holds a {backbone_cls.__name__} and no task. Load it by "
                f"`{backbone_cls.__name__}.from_preset`, or as the task you want, "
                "such as `VATTVideoClassifier.from_preset(..., num_classes=10)`."
            )
        cls = VATTPretrainer
    is_whole = task_cls is not None and issubclass(task_cls, cls)
    classes, shapes = _parts_of(loader.config, backbone_cls)
    of_backbone, of_task = split_overrides(
        task_cls if is_whole else cls, classes, overrides, None if is_whole else shapes
    )

    def preprocess(backbone):
        if PREPROCESSOR not in stored:
            return None
        found = loader.load_preprocessor(VATTPreprocessor)
        return _fitted(found, backbone, vocabulary, keep=is_whole)

    if not is_whole:
        backbone = loader.load_backbone(backbone_cls, load_weights, **of_backbone)
        return on_backbone(cls, backbone, preprocess, of_task)
    backbone = loader.load_backbone(backbone_cls, False, **of_backbone)
    same_head = of_task.get("num_classes") in (
        None,
        stored[TASK]["config"].get("num_classes"),
    )
    of_task["backbone"] = backbone
    if not same_head:  # other classes have other names
        of_task.setdefault("class_names", None)
    if "preprocessor" in of_task:
        return loader.load_task(task_cls, load_weights, same_head, **of_task)
    # Put in afterwards: the loader would fill in the stored words.
    of_task["preprocessor"] = None
    task = loader.load_task(task_cls, load_weights, same_head, **of_task)
    task.preprocessor = preprocess(backbone)
    return task


def _check_trusted(config, source):
    """Refuses classes of other packages, however deep in a config they are."""
    if isinstance(config, list):
        for each in config:
            _check_trusted(each, source)
    if not isinstance(config, dict):
        return
    if "class_name" in config:
        module = config.get("module") or "builtins"
        name = config.get("registered_name") or ""
        package = name.split(">")[0] if ">" in name else module
        roots = {module.split(".")[0], package.split(".")[0]}
        if not roots <= {*TRUSTED, "builtins"}:
            raise ValueError(
                f"{source} names the class {config['class_name']!r} of {module!r} "
                f"({name or 'not registered'}). Expected classes of {TRUSTED} only: a "
                "preset must not choose what code runs. Do not load this file."
            )
    for each in config.values():
        _check_trusted(each, source)


def _class_of(config):
    cls = keras.saving.get_registered_object(config.get("registered_name"))
    if cls is None or not issubclass(cls, (keras_hub.models.Backbone, VATTTask)):
        raise ValueError(
            f"The preset is of class {config.get('registered_name')!r}. Expected a "
            "model of keras_vatt. Load others by KerasHub."
        )
    return cls


def _parts_of(config, backbone_cls):
    """The classes that a backbone is made of, and the sizes of its video."""
    inner = config["config"]
    if backbone_cls is not VATTBackbone:
        return [backbone_cls], inner
    towers = [inner[f"{m}_backbone"] for m in ("video", "audio", "text")]
    return [_class_of(tower) for tower in towers], towers[0]["config"]


def _fitted(preprocessor, backbone, vocabulary, keep):
    """The stored preprocessor, or one of its time base for another backbone."""
    video, audio = preprocessor.video_converter, preprocessor.audio_converter
    if keep and preprocessor.modality == "image":
        if video.image_size == tuple(backbone.video_shape[1:3]):
            return preprocessor
        return image_preprocessor_of(backbone)
    fits = keep
    if video is not None:
        sizes = (video.num_frames, *video.image_size)
        fits = fits and sizes == tuple(backbone.video_shape[:3])
    if audio is not None:
        fits = fits and audio.num_samples == backbone.audio_shape[0]
    if preprocessor.tokenizer is not None:
        fits = fits and preprocessor.tokenizer.sequence_length == backbone.num_words
    if not fits:
        time = {}
        if video is not None:
            time |= {name: getattr(video, name) for name in VIDEO_TIME}
        if audio is not None:
            time |= {name: getattr(audio, name) for name in AUDIO_TIME}
        fitted = preprocessor_of(backbone, time, vocabulary)
        if (
            fitted is not None
            and vocabulary is None
            and isinstance(backbone, WITH_WORDS)
        ):
            fitted.tokenizer = _of_length(preprocessor.tokenizer, backbone.num_words)
        return fitted
    if vocabulary is not None and isinstance(backbone, WITH_WORDS):
        preprocessor.tokenizer = tokenizer_of(backbone, vocabulary)
    return preprocessor


def _of_length(tokenizer, num_words):
    """The same tokenizer, of whichever class, for texts of another length."""
    if tokenizer is None:
        return None
    config = {**tokenizer.get_config(), "sequence_length": num_words}
    copy = type(tokenizer).from_config(config)
    copy.set_vocabulary(tokenizer.get_vocabulary())
    return copy
