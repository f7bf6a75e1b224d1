"""A backbone or task of one class on the backbone of another."""

import keras_hub

from keras_vatt.conversion.model_of import argument_names, refuse_unknown
from keras_vatt.models import (
    VATTAgnosticBackbone,
    VATTBackbone,
    VATTImageClassifier,
)
from keras_vatt.models.preprocessor_of import image_preprocessor_of
from keras_vatt.models.tower_of import tower_of


def on_backbone(cls, backbone, preprocess, arguments):
    """Makes a `cls` of a backbone, or of the tower in it that `cls` is made for.

    Args:
        cls: a backbone or a task of ours.
        backbone: a backbone of ours.
        preprocess: called with the backbone of a task, returns its preprocessor.
        arguments: dict, the task's other arguments.

    Returns:
        A `cls`.

    Raises:
        ValueError: if the backbone has no such tower, lacks some that the task needs,
            or a classifier is not told how many classes it is for.
    """
    if issubclass(cls, keras_hub.models.Backbone):
        return tower_of(backbone, cls)
    if cls.backbone_cls is None and not isinstance(
        backbone, (VATTBackbone, VATTAgnosticBackbone)
    ):
        raise ValueError(
            f"The preset holds a {type(backbone).__name__} alone. Expected a model of "
            f"all three modalities, of which alone a {cls.__name__} can be made."
        )
    tower = (
        backbone if cls.backbone_cls is None else tower_of(backbone, cls.backbone_cls)
    )
    if "num_classes" in argument_names(cls) and "num_classes" not in arguments:
        raise ValueError(
            f"The preset has no classes, so a {cls.__name__} of it gets a new head. "
            "Expected how many: pass `num_classes=`."
        )
    if issubclass(cls, VATTImageClassifier):
        preprocess = image_preprocessor_of
    arguments = {"preprocessor": preprocess(tower), **arguments}
    return cls(tower, **arguments)


def split_overrides(cls, backbone_classes, overrides, shapes):
    """Which overrides are for the backbone and which for a task on it.

    Args:
        cls: the class asked for.
        backbone_classes: classes that the backbone is made of.
        overrides: dict.
        shapes: dict, what is known of the backbone's video: `video_shape` and
            `patch_size` or `video_patch_size`; None to leave its size alone.

    Returns:
        Two dicts. An argument that both have is in both, but `dtype`, which a task
        takes from its backbone.

    Raises:
        ValueError: if neither has an argument of a name; it tells the nearest.
    """
    is_task = not issubclass(cls, keras_hub.models.Backbone)
    refuse_unknown(overrides, *backbone_classes, *([cls] if is_task else []))
    known = argument_names(*backbone_classes)
    of_backbone = {k: v for k, v in overrides.items() if k in known}
    if shapes is not None and issubclass(cls, VATTImageClassifier):
        of_backbone = {**_image_as_video(shapes), **of_backbone}
    of_task = {}
    if is_task:
        own = argument_names(cls) - {"dtype"}
        of_task = {k: v for k, v in overrides.items() if k in own}
    return of_backbone, of_task


def _image_as_video(shapes):
    """An image is shown for the length of one tubelet, and no token dropped."""
    frames = shapes.get("patch_size", shapes.get("video_patch_size", (4,)))[0]
    video_shape = (frames, *shapes["video_shape"][1:])
    return {"video_shape": video_shape, "drop_token_rate": 0.0}
