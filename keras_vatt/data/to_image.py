"""Decoded frames as they are to be shown."""

import numpy as np

from keras_vatt.data.media import MediaError


class ToImage:
    """Makes pictures of a file's frames, turned as the file asks for.

    One for all frames of a file: setting up a conversion takes many times as long as
    converting a small frame.

    Args:
        short_side: int. Larger frames are scaled down to it.
        limits: `Limits`.
        name: string. What messages call the file.

    Call arguments:
        frame: `av.VideoFrame`.

    Returns:
        uint8 `(h, w, 3)`.

    Raises:
        MediaError: if the frame is larger than allowed.
    """

    def __init__(self, short_side, limits, name):
        from av.video.reformatter import VideoReformatter

        self.short_side = short_side
        self.limits = limits
        self.name = name
        self._reformatter = VideoReformatter()

    def __call__(self, frame):
        height, width = frame.height, frame.width
        if height * width > self.limits.max_pixels:
            raise MediaError(
                f"{self.name} has a frame of {width}x{height}. Expected at most "
                f"{self.limits.max_pixels} pixels."
            )
        short = min(height, width)
        if short > self.short_side:
            height = height * self.short_side // short
            width = width * self.short_side // short
        # In this thread: others decode other clips.
        image = self._reformatter.reformat(
            frame, width, height, "rgb24", interpolation="AREA", threads=1
        )
        # The display matrix counts anticlockwise, as rot90 does; one that turns by no
        # angle at all (NaN) comes as a huge number.
        turn = frame.rotation if abs(frame.rotation) <= 360 else 0
        return np.rot90(image.to_ndarray(), round(turn / 90) % 4)
