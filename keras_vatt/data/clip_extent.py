"""Where a clip lies in its file and how long it is, without decoding."""

import dataclasses
import math

from keras_vatt.data.decode import audio_stream, video_stream
from keras_vatt.data.media import MediaError, NoSoundError, broken_media
from keras_vatt.data.sound_track import SAMPLE_RATE

# Samples are counted in 32 bits: 12.4 hours at 48 kHz.
_MAX_SECONDS = 12 * 3600.0
# As much of a file is looked through for its end, where no header tells it.
_TAIL = 10.0
_TOLERANCE = 0.1


@dataclasses.dataclass(frozen=True)
class ClipExtent:
    """Where a clip lies in its file.

    Args:
        begin: float. Seconds into the file, where its sound starts.
        seconds: float. Its length.
        first: float. Seconds into the file, its first tick.
        rate: float. Ticks per second.
        num_ticks: int. Frames on show, one a tick.
        num_samples: int. Samples of sound at 48 kHz.
    """

    begin: float
    seconds: float
    first: float
    rate: float
    num_ticks: int
    num_samples: int


def clip_extent(container, start, end, frame_rate, name="the file", needs="video"):
    """Measures a clip by what the file's headers say.

    A clip is as long as its video (or sound, where that is needed), as stored ones are.

    Args:
        container: An open `av` container, see `media.open_media`.
        start: float or None. Seconds into the file; None: its beginning.
        end: float or None. Seconds into the file; None: its end.
        frame_rate: float. Ticks per second; 0 if no frames are asked for. A file's own
            rate within half a percent of it is taken instead: its frames are the ticks.
        name: string. What messages call the file.
        needs: string, "video" or "audio". What the clip cannot do without.

    Returns:
        `ClipExtent`.

    Raises:
        MediaError: if there is no such stream, nothing in [start, end), or the file
            breaks off.
    """
    import av

    video = video_stream(container, name, needs)
    audio = audio_stream(container)
    if audio is None and needs == "audio":
        raise NoSoundError(
            f"{name} has no sound that can be decoded. Expected a file with sound. "
            "Leave it out."
        )
    origin = max(container.start_time or 0, 0) / av.time_base
    streams = [stream for stream in (video, audio) if stream is not None]
    ends = _ends(container, streams, origin, name)
    needed = video if needs == "video" else audio
    begin = start or 0.0
    stop = min(math.inf if end is None else end, ends[needed.index])
    if not begin < stop:
        raise MediaError(
            f"{name} ends at {ends[needed.index]:.3f} s and the clip starts at "
            f"{begin:g} s. Expected something between. Correct start and end, fetch "
            "the file again, or leave it out."
        )
    if stop - begin > _MAX_SECONDS:
        raise MediaError(
            f"The clip of {name} lasts {stop - begin:.1f} s. Expected at most "
            f"{_MAX_SECONDS:g} s. Give start and end, or fetch the file again."
        )
    first, rate, shown = begin, frame_rate, stop - begin
    if video is not None and frame_rate:
        own = float(video.average_rate or video.guessed_rate or 0)
        if own and abs(own / frame_rate - 1.0) < 0.005:
            rate = own
        first = _first_frame(video, begin, own, origin)
        first = first if first < stop else begin
        shown = stop - first
        if own:  # each frame is on show for its time, the last one too
            shown = math.ceil(shown * own - 1e-3) / own
    sound = 0.0
    if audio is not None:
        sound = max(min(stop, ends[audio.index]) - begin, 0.0)
    return ClipExtent(
        begin,
        stop - begin,
        first,
        rate,
        max(round(shown * rate), 1),
        round(sound * SAMPLE_RATE),
    )


def _first_frame(video, begin, rate, origin):
    """Returns the time of the first frame of a clip, where frames come regularly."""
    start = max(float((video.start_time or 0) * video.time_base) - origin, 0.0)
    if begin <= start or not rate:
        return max(begin, start)
    return start + math.ceil((begin - start) * rate - 1e-3) / rate


def _ends(container, streams, origin, name):
    """Returns when each stream ends, in seconds into the file, by its index."""
    ends = {}
    for stream in streams:
        if stream.duration is not None:
            start = float((stream.start_time or 0) * stream.time_base) - origin
            ends[stream.index] = start + float(stream.duration * stream.time_base)
    if len(ends) == len(streams):
        return ends
    promised = container.duration / 1e6 if container.duration else None
    found = {}
    if promised is not None and promised > _TAIL:
        found = _last_packets(container, streams, promised - _TAIL, origin, name)
    if len(found) < len(streams):
        found = _last_packets(container, streams, 0.0, origin, name)
    reached = max(found.values(), default=0.0)
    # With more streams the longest, say subtitles, could be none of ours.
    if promised and len(container.streams) <= 2 and reached < promised - _TOLERANCE:
        raise broken_media(
            name, f"it reaches {reached:.3f} s where {promised:.3f} s stand"
        )
    return {stream.index: 0.0 for stream in streams} | found | ends


def _last_packets(container, streams, entry, origin, name):
    import av

    found = {}
    try:
        container.seek(int((entry + origin) * av.time_base), backward=True)
        for packet in container.demux(streams):
            if packet.pts is not None:
                until = packet.pts + (packet.duration or 0)
                until = float(until * packet.time_base) - origin
                index = packet.stream.index
                found[index] = max(found.get(index, 0.0), until)
    except (av.error.FFmpegError, EOFError) as error:
        raise broken_media(name, error.strerror or str(error)) from None
    return found
