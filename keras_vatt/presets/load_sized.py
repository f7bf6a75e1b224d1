"""Loads a model whose frames are of another size than its preset's."""

from keras_vatt.presets.load import load_as


def load_sized(cls, preset, image_size=None, **given):
    """Loads a preset as a class, for frames of a size.

    Args:
        cls: a task of ours that reads frames, if `image_size` is given.
        preset: string. A name of `keras_vatt.presets.names()`, or a preset folder.
        image_size: int or None. Height and width of the frames, in pixels; None: the
            preset's. Positions are resampled to another.
        **given: other arguments of `load_as`.

    Returns:
        A `cls`.

    Raises:
        ValueError: if the class reads no frames; or as `load_as`.
        OSError: if a released model cannot be fetched.
    """
    model = load_as(cls, preset, **given)
    if image_size is None:
        return model
    shape = getattr(model.backbone, "video_shape", None)
    if shape is None:
        raise ValueError(
            f"A {cls.__name__} reads no frames. Received: image_size={image_size}. "
            "Leave the size of images out for sound."
        )
    if tuple(shape[1:3]) == (image_size, image_size):
        return model
    video_shape = (shape[0], image_size, image_size, shape[3])
    return load_as(cls, preset, video_shape=video_shape, **given)
