"""The frames of one clip, as they are decoded."""

import math

import numpy as np

from keras_vatt.data.media import MediaError, broken_media
from keras_vatt.data.to_image import ToImage


class FrameTrack:
    """Keeps the frames of a window, or those at the ticks of a rate.

    Args:
        begin: float. The window's start, seconds into the file.
        stop: float. Its end; may be infinite.
        origin: float. What the file's clock shows at its beginning, in seconds.
        frame_rate: float or None. Frames per second to keep; None: all.
        short_side: int. Larger frames are scaled down to it.
        limits: `Limits`.
        name: string. What messages call the file.

    Attributes:
        first_time: float. When the first frame seen is shown, seconds into the file;
            minus infinity before it.
        last_end: float. When the last frame seen ends.
    """

    def __init__(self, begin, stop, origin, frame_rate, short_side, limits, name):
        self.begin = begin
        self.stop = stop
        self.origin = origin
        self.rate = frame_rate
        self.limits = limits
        self.name = name
        self.to_image = ToImage(short_side, limits, name)
        self.images, self.times = [], []
        self.count = 0
        self.tick = 0
        self.first_time = self.last_time = -math.inf
        self.last_end = 0.0
        self.interval = 0.04
        self.pending = None  # (frame on show until the next one, its time)

    def add(self, frame):
        """Takes the next frame of the file."""
        if frame.is_corrupt:
            raise broken_media(self.name, "a damaged frame")
        if frame.time is None:
            raise broken_media(self.name, "a frame without time")
        time = frame.time - self.origin
        if time < self.last_time:
            raise broken_media(self.name, "frames out of their order")
        self.first_time = time if self.last_time == -math.inf else self.first_time
        self.last_time = time
        if frame.duration and frame.time_base:
            self.interval = float(frame.duration * frame.time_base)
        self.last_end = max(self.last_end, time + self.interval)
        if time + 1e-6 < self.begin:
            self.pending = (frame, time)
            return
        if time >= self.stop:
            return
        self.count += 1
        if self.count > self.limits.max_frames:
            raise MediaError(
                f"{self.name} has more than {self.limits.max_frames} frames in the "
                "clip. Give start and end, or raise max_frames."
            )
        if self.rate is None:
            self._keep(frame, time - self.begin)
            return
        self._show(time - self.begin)
        self.pending = (frame, time)

    def _show(self, until):
        """Keeps the frame on show if a tick falls before `until`, then moves on."""
        if self.pending is None or self.tick / self.rate >= until - 1e-6:
            return
        frame, time = self.pending
        self._keep(frame, max(time - self.begin, self.tick / self.rate))
        self.tick = max(self.tick + 1, math.ceil((until - 1e-6) * self.rate))

    def _keep(self, frame, time):
        self.images.append(self.to_image(frame))
        self.times.append(time)

    def result(self):
        """Returns the images and their times, float64 `(T,)` from the start."""
        if self.rate is not None and self.pending is not None:
            self._show(min(self.last_end, self.stop) - self.begin)
        return self.images, np.asarray(self.times, "float64")
