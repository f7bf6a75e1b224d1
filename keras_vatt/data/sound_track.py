"""The sound of one clip, as it is decoded."""

import math

import numpy as np

from keras_vatt.data.media import MediaError, broken_media

SAMPLE_RATE = 48_000
# Clocks of containers are coarse; sound that is further off than this has a gap.
_LARGEST_SLIP = 0.05


class SoundTrack:
    """Gathers the sound of a window as 48 kHz mono, each sample at its time.

    What comes of a sample does not depend on where decoding began: sound is resampled
    on one grid, that of the file's beginning. Gaps in the sound become silence.

    Args:
        begin: float. The window's start, seconds into the file.
        origin: float. What the file's clock shows at its beginning, in seconds.
        name: string. What messages call the file.

    Attributes:
        first: float or None. When the first sound seen starts, seconds into the file.
        last_end: float. When the last sound seen ends.
    """

    def __init__(self, begin, origin, name):
        self.begin = begin
        self.origin = origin
        self.name = name
        self.first = None
        self.last_end = 0.0
        self._kind = None
        self._resampler = None
        self._pieces = []  # of the runs of sound without a gap: (start, list of arrays)

    def add(self, frame):
        """Takes the next piece of the file."""
        if frame.is_corrupt:
            raise broken_media(self.name, "damaged sound")
        time = self.last_end if frame.time is None else frame.time - self.origin
        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        is_next = abs(time - self.last_end) <= _LARGEST_SLIP
        if self.first is None or kind != self._kind or not is_next:
            self.flush()
            self._start(frame, time)
            self._kind = kind
        if self.first is None:
            self.first = time
        self.last_end = time + frame.samples / frame.sample_rate
        self._take(self._resampler.resample(frame))

    def flush(self):
        """Takes what the resampler still holds."""
        if self._resampler is not None:
            self._take(self._resampler.resample(None))
        self._resampler = None

    def _start(self, frame, time):
        """Starts a run of sound at `time`, on the grid of the file's beginning."""
        import av

        self._resampler = av.AudioResampler("flt", "mono", SAMPLE_RATE)
        rate = frame.sample_rate
        number = round(time * rate)
        # So many samples of the file are a whole number of ours.
        lead = number % (rate // math.gcd(rate, SAMPLE_RATE))
        self._pieces.append(((number - lead) / rate, []))
        if lead:
            silence = av.AudioFrame.from_ndarray(
                np.zeros((1, lead), "float32"), "fltp", "mono"
            )
            silence.sample_rate = rate
            converter = av.AudioResampler(frame.format, frame.layout, rate)
            for piece in converter.resample(silence):
                piece.pts = None
                self._take(self._resampler.resample(piece))

    def _take(self, frames):
        for frame in frames:
            piece = frame.to_ndarray().reshape(-1)
            if not np.isfinite(piece).all():
                raise MediaError(
                    f"The sound of {self.name} holds NaN or infinity. Expected finite "
                    "samples. Convert it again or leave it out."
                )
            self._pieces[-1][1].append(piece)

    def result(self, length):
        """Returns int16 `(S,)` that starts with the clip and is no longer."""
        most = max(round(length * SAMPLE_RATE), 0)
        wave = np.zeros(0, "float32")
        for start, pieces in self._pieces:
            offset = round((start - self.begin) * SAMPLE_RATE)
            run = np.concatenate([*pieces, np.zeros(0, "float32")])
            run, offset = run[max(-offset, 0) :], max(offset, 0)
            run = run[: max(most - offset, 0)]
            if len(run):  # a later run wins where two overlap
                end = offset + len(run)
                wave = np.pad(wave, (0, max(end - len(wave), 0)))
                wave[offset:end] = run
        return np.clip(np.round(wave * 32768.0), -32768, 32767).astype("int16")
