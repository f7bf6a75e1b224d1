"""Decoding of single moments of an opened file, by seeking to them."""

import numpy as np

from keras_vatt.data.decode import (
    ROUNDING,
    TOLERANCE,
    audio_stream,
    is_late,
    video_stream,
)
from keras_vatt.data.decode_from import PREROLL, decode_from
from keras_vatt.data.media import broken_media
from keras_vatt.data.sound_track import SAMPLE_RATE, SoundTrack
from keras_vatt.data.to_image import ToImage

# Nearer moments are reached by decoding on, those further away by seeking.
_GAP = 2.0


def decode_moments(container, times, spans, short_side, limits, name="the file"):
    """Decodes the frames on show at some times, and some spans of sound.

    Args:
        container: An open `av` container, see `media.open_media`.
        times: float `(n,)`, ascending seconds into the file.
        spans: list of (begin, end), seconds into the file, ascending.
        short_side: int. Larger frames are scaled down to it.
        limits: `Limits`.
        name: string. What messages call the file.

    Returns:
        list of n uint8 `(h, w, 3)`; and for every span 48 kHz mono sound, int16, with
        zeros where the file has none.

    Raises:
        MediaError: if the file breaks off, is damaged there, or a frame is too large.
    """
    import av

    video = video_stream(container, name) if len(times) else None
    audio = audio_stream(container) if spans else None
    streams = [stream for stream in (video, audio) if stream is not None]
    for stream in streams:
        stream.codec_context.thread_count = 1  # clips are decoded side by side
    if video is not None:
        video.codec_context.options = {"max_pixels": str(limits.max_pixels)}
    origin = max(container.start_time or 0, 0) / av.time_base
    images, waves = [], []
    for moments, sounds in _groups(times, spans if audio else []):
        begin = min([*moments, *(start for start, _ in sounds)])
        for from_start in (False, True):
            track = _FramesOnShow(moments, origin, short_side, limits, name)
            sound = _Spans(sounds, origin, name)
            sinks = {video.index: track.add} if moments else {}
            sinks |= {audio.index: sound.add} if sounds else {}
            decode_from(container, begin, origin, sinks, name, from_start)
            missed = sounds and is_late(sound.track, audio, sounds[0][0])
            if begin <= PREROLL or not (track.is_late or missed):
                break  # else there is no index, or a wrong one
        images += track.finish()
        waves += sound.finish(is_needed=not len(times))
    if audio is None:
        waves = [np.zeros(_num_samples(*span), "int16") for span in spans]
    return images, waves


def _groups(times, spans):
    """Yields times and spans that lie near enough together for one seek."""
    pieces = [(time, time, None) for time in times]
    pieces += [(begin, end, (begin, end)) for begin, end in spans]
    pieces.sort(key=lambda piece: piece[:2])
    group, until = [], 0.0
    for piece in [*pieces, None]:
        if piece is None or (group and piece[0] > until + _GAP):
            if group:
                moments = [p[0] for p in group if p[2] is None]
                yield moments, [p[2] for p in group if p[2] is not None]
            group, until = [], 0.0
        if piece is not None:
            group.append(piece)
            until = max(until, piece[1])


def _num_samples(begin, end):
    return round((end - begin) * SAMPLE_RATE)


class _Spans:
    """Keeps the sound of some spans."""

    def __init__(self, spans, origin, name):
        self.spans = spans
        self.begin = min((begin for begin, _ in spans), default=0.0)
        self.end = max((end for _, end in spans), default=0.0)
        self.track = SoundTrack(self.begin, origin, name)
        self.name = name

    def add(self, frame):
        """Takes the next piece of the file; returns whether it is enough."""
        self.track.add(frame)
        return self.track.last_end > self.end + PREROLL

    def finish(self, is_needed):
        """Returns the sound of each span, int16; may not break off if needed."""
        self.track.flush()
        if self.spans and is_needed and self.track.last_end < self.end - TOLERANCE:
            raise broken_media(
                self.name,
                f"its sound ends at {self.track.last_end:.3f} s where "
                f"{self.end:.3f} s stand",
            )
        wave = self.track.result(self.end - self.begin)
        pieces = []
        for begin, end in self.spans:
            first = round((begin - self.begin) * SAMPLE_RATE)
            piece = wave[first : first + _num_samples(begin, end)]
            pieces.append(np.pad(piece, (0, _num_samples(begin, end) - len(piece))))
        return pieces


class _FramesOnShow:
    """Keeps the frame on show at each of some times."""

    def __init__(self, times, origin, short_side, limits, name):
        self.times = times
        self.origin = origin
        self.name = name
        self.to_image = ToImage(short_side, limits, name)
        self.images = []
        self.is_late = False
        self.pending = None  # the frame on show until the next one
        self.last_time = self.last_end = float("-inf")
        self.interval = 0.04

    @property
    def is_done(self):
        return len(self.images) == len(self.times)

    def add(self, frame):
        """Takes the next frame of the file; returns whether it is enough."""
        if frame.time is None:
            raise broken_media(self.name, "a frame without time")
        time = frame.time - self.origin
        if time < self.last_time:
            raise broken_media(self.name, "frames out of their order")
        if self.pending is None:
            # Before the first frame there is none to show but that one.
            self.is_late = time > self.times[0] + ROUNDING
            self.pending = frame
        self._show(time)
        self.pending, self.last_time = frame, time
        if frame.duration and frame.time_base:
            self.interval = float(frame.duration * frame.time_base)
        self.last_end = time + self.interval
        return self.is_done

    def finish(self):
        """Shows the last frame until it ends; returns uint8 `(h, w, 3)` for each."""
        if self.pending is not None:
            self._show(self.last_end + max(TOLERANCE, 2 * self.interval))
        if not self.is_done:
            wanted = self.times[len(self.images)]
            what = "no frame" if self.pending is None else f"only {self.last_end:.3f} s"
            raise broken_media(
                self.name, f"{what} where a frame at {wanted:.3f} s was promised"
            )
        return self.images

    def _show(self, until):
        """Keeps the pending frame for all times before `until`."""
        image = None
        while not self.is_done and self.times[len(self.images)] + ROUNDING < until:
            if image is None:
                if self.pending.is_corrupt:
                    raise broken_media(self.name, "a damaged frame")
                image = self.to_image(self.pending)
            self.images.append(image)
