"""A decoded frame as it is to be shown."""

import numpy as np

from keras_vatt.data.media import MediaError


def to_image(frame, short_side, limits, name):
    """Returns the picture of a decoded frame, turned as its file asks for.

    Args:
        frame: `av.VideoFrame`.
        short_side: int. Larger frames are scaled down to it.
        limits: `Limits`.
        name: string. What messages call the file.

    Returns:
        uint8 `(h, w, 3)`.

    Raises:
        MediaError: if the frame is larger than allowed.
    """
    height, width = frame.height, frame.width
    if height * width > limits.max_pixels:
        raise MediaError(
            f"{name} has a frame of {width}x{height}. Expected at most "
            f"{limits.max_pixels} pixels."
        )
    short = min(height, width)
    if short > short_side:
        height = height * short_side // short
        width = width * short_side // short
    image = frame.reformat(width, height, "rgb24", interpolation="AREA")
    # The display matrix counts anticlockwise, as rot90 does; one that turns by no
    # angle at all (NaN) comes as a huge number.
    turn = frame.rotation if abs(frame.rotation) <= 360 else 0
    return np.rot90(image.to_ndarray(), round(turn / 90) % 4)
