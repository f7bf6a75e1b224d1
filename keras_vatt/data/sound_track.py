"""The sound of one clip, as it is decoded."""

import numpy as np

from keras_vatt.data.media import MediaError, broken_media

SAMPLE_RATE = 48_000


class SoundTrack:
    """Gathers the sound of a window as 48 kHz mono.

    Args:
        begin: float. The window's start, seconds into the file.
        origin: float. What the file's clock shows at its beginning, in seconds.
        name: string. What messages call the file.

    Attributes:
        last_end: float. When the last sound seen ends, seconds into the file.
    """

    def __init__(self, begin, origin, name):
        import av

        self.begin = begin
        self.origin = origin
        self.name = name
        self.resampler = av.AudioResampler(
            format="flt", layout="mono", rate=SAMPLE_RATE
        )
        self.first = None
        self.last_end = 0.0
        self.pieces = []

    def add(self, frame):
        """Takes the next piece of the file."""
        if frame.is_corrupt:
            raise broken_media(self.name, "damaged sound")
        time = self.last_end if frame.time is None else frame.time - self.origin
        if self.first is None:
            self.first = time
        self.last_end = time + frame.samples / frame.sample_rate
        self._take(self.resampler.resample(frame))

    def flush(self):
        """Takes what the resampler still holds."""
        if self.first is not None:
            self._take(self.resampler.resample(None))

    def _take(self, frames):
        for frame in frames:
            piece = frame.to_ndarray().reshape(-1)
            if not np.isfinite(piece).all():
                raise MediaError(
                    f"The sound of {self.name} holds NaN or infinity. Expected finite "
                    "samples. Convert it again or leave it out."
                )
            self.pieces.append(piece)

    def result(self, length):
        """Returns int16 `(S,)` that starts with the clip and is no longer."""
        if not self.pieces or length <= 0:
            return np.zeros(0, "int16")
        wave = np.concatenate(self.pieces)
        offset = round((self.begin - self.first) * SAMPLE_RATE)
        wave = np.pad(wave, (-offset, 0)) if offset < 0 else wave[offset:]
        wave = wave[: round(length * SAMPLE_RATE)]
        return np.clip(np.round(wave * 32768.0), -32768, 32767).astype("int16")
