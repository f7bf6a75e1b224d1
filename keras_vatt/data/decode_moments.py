"""Decoding of single moments of an opened file, by seeking to them."""

import numpy as np

from keras_vatt.data.decode import audio_stream, video_stream
from keras_vatt.data.media import broken_media
from keras_vatt.data.sound_track import SAMPLE_RATE, SoundTrack
from keras_vatt.data.to_image import to_image

# Seconds decoded ahead of a moment: a sound frame needs the one before it.
_PREROLL = 0.3
# Nearer moments are reached by decoding on, those further away by seeking.
_GAP = 2.0
# How much of a promised end may be missing: containers round, and codecs delay.
_TOLERANCE = 0.1
# A frame is on show from its time on; a millisecond absorbs rounding.
_ROUNDING = 1e-3


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
        args = (container, video, audio, moments, sounds, origin)
        try:
            track, wave = _decode(*args, short_side, limits, name)
            if track.is_late:  # no index, or a wrong one: from the start, then
                track, wave = _decode(*args, short_side, limits, name, entry=0.0)
        except (av.error.FFmpegError, EOFError) as error:
            raise broken_media(name, error.strerror or str(error)) from None
        images += track.images
        waves += wave
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


def _decode(
    container, video, audio, times, spans, origin, short_side, limits, name, entry=None
):
    """Decodes one group: the track of its frames, and the sound of each span."""
    import av

    sound_begin = min((begin for begin, _ in spans), default=0.0)
    sound_end = max((end for _, end in spans), default=0.0)
    track = _FramesOnShow(times, origin, short_side, limits, name)
    sound = SoundTrack(sound_begin, origin, name)
    streams = [s for s, wanted in ((video, times), (audio, spans)) if wanted]
    if entry is None:
        entry = min([*times, *(begin for begin, _ in spans)]) - _PREROLL
    # A file just opened stands before its beginning, where a codec's preroll lies.
    if entry >= 0.0:
        container.seek(int((entry + origin) * av.time_base), backward=True)
    open_streams = {stream.index for stream in streams}
    for packet in container.demux(streams):
        if packet.stream.index not in open_streams:
            continue
        if packet.is_corrupt:
            raise broken_media(name, "a damaged packet")
        for frame in packet.decode():
            if packet.stream is video:
                track.add(frame)
                is_done = track.is_done
            else:
                sound.add(frame)
                is_done = sound.last_end > sound_end + _PREROLL
            if is_done:
                open_streams.discard(packet.stream.index)
                break
        if not open_streams:
            break
    track.finish()
    sound.flush()
    wave = sound.result(sound_end - sound_begin)
    waves = []
    for begin, end in spans:
        first = round((begin - sound_begin) * SAMPLE_RATE)
        piece = wave[first : first + _num_samples(begin, end)]
        waves.append(np.pad(piece, (0, _num_samples(begin, end) - len(piece))))
    return track, waves


def _num_samples(begin, end):
    return round((end - begin) * SAMPLE_RATE)


class _FramesOnShow:
    """Keeps the frame on show at each of some times."""

    def __init__(self, times, origin, short_side, limits, name):
        self.times = times
        self.origin = origin
        self.short_side = short_side
        self.limits = limits
        self.name = name
        self.images = []
        self.is_late = False
        self.pending = None  # the frame on show until the next one
        self.last_time = self.last_end = float("-inf")
        self.interval = 0.04

    @property
    def is_done(self):
        return len(self.images) == len(self.times)

    def add(self, frame):
        """Takes the next frame of the file."""
        if frame.time is None:
            raise broken_media(self.name, "a frame without time")
        time = frame.time - self.origin
        if time < self.last_time:
            raise broken_media(self.name, "frames out of their order")
        if self.pending is None:
            # Before the first frame there is none to show but that one.
            self.is_late = time > self.times[0] + _ROUNDING
            self.pending = frame
        self._show(time)
        self.pending, self.last_time = frame, time
        if frame.duration and frame.time_base:
            self.interval = float(frame.duration * frame.time_base)
        self.last_end = time + self.interval

    def finish(self):
        """Shows the last frame until it ends."""
        if self.pending is not None:
            self._show(self.last_end + max(_TOLERANCE, 2 * self.interval))
        if not self.is_done:
            wanted = self.times[len(self.images)]
            what = "no frame" if self.pending is None else f"only {self.last_end:.3f} s"
            raise broken_media(
                self.name, f"{what} where a frame at {wanted:.3f} s was promised"
            )

    def _show(self, until):
        """Keeps the pending frame for all times before `until`."""
        image = None
        while not self.is_done and self.times[len(self.images)] + _ROUNDING < until:
            if image is None:
                if self.pending.is_corrupt:
                    raise broken_media(self.name, "a damaged frame")
                image = to_image(self.pending, self.short_side, self.limits, self.name)
            self.images.append(image)
