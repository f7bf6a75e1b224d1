"""Photos, by the rules that media files are opened by."""

import os

import tensorflow as tf

from keras_vatt.data.limits import DEFAULT_LIMITS
from keras_vatt.data.media import MediaError, broken_media, resolve_media

IMAGE_SUFFIXES = frozenset(".jpeg .jpg .png".split())
_PNG = b"\x89PNG\r\n\x1a\n"


def read_image(path, limits=DEFAULT_LIMITS):
    """Reads a JPEG or PNG file that the user named.

    Args:
        path: string.
        limits: `Limits`, for the number of pixels.

    Returns:
        uint8 `(h, w, 3)`. What a camera noted of its angle is not applied.

    Raises:
        MediaError: if the file is missing, damaged, too large or no image.

    Example:
    ```python
    read_image("photo.jpg").shape
    ```

    Source: design 6, "Raw".
    """
    name = repr(os.fspath(path))
    with open(resolve_media(path, allow_outside=True), "rb") as file:
        content = file.read()
    with tf.device("cpu"):
        try:
            # The size is in the header: a small file must not become a huge array.
            height, width = _size(content, name)
            if height * width > limits.max_pixels:
                raise MediaError(
                    f"{name} is an image of {width}x{height}. Expected at most "
                    f"{limits.max_pixels} pixels. Scale it down."
                )
            return tf.io.decode_image(content, 3, expand_animations=False).numpy()
        except tf.errors.InvalidArgumentError:
            raise broken_media(name, "an image that breaks off") from None


def _size(content, name):
    if content.startswith(_PNG):
        return tuple(int.from_bytes(content[i : i + 4], "big") for i in (20, 16))
    if content.startswith(b"\xff\xd8"):
        return tuple(tf.io.extract_jpeg_shape(content).numpy()[:2])
    raise MediaError(
        f"{name} is neither JPEG nor PNG, whatever its suffix says. Expected one of "
        "them. Convert it."
    )
