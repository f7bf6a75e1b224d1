"""Decoding of one clip of an opened file: frames, their times, and sound."""

import math

from keras_vatt.data.decode_from import PREROLL, decode_from
from keras_vatt.data.frame_track import FrameTrack
from keras_vatt.data.limits import DEFAULT_LIMITS
from keras_vatt.data.media import MediaError, broken_media
from keras_vatt.data.sound_track import SoundTrack

# How much of the promised end may be missing: containers round, and codecs delay.
TOLERANCE = 0.1
# A frame is on show from its time on; a millisecond absorbs rounding.
ROUNDING = 1e-3


def decode_clip(
    container,
    start=None,
    end=None,
    frame_rate=None,
    short_side=256,
    limits=DEFAULT_LIMITS,
    name="the file",
    needs="video",
):
    """Decodes the frames and the sound of one clip.

    Args:
        container: An open `av` container, see `media.open_media`.
        start: float or None. Seconds into the file; None: its beginning.
        end: float or None. Seconds into the file; None: its end.
        frame_rate: float or None. Frames per second to keep. None, or more than
            the source has, keeps the source's frames.
        short_side: int. Larger frames are scaled down to it.
        limits: `Limits`.
        name: string. What messages call the file.
        needs: string, "video" or "audio". What the clip cannot do without; its
            length is that of this one.

    Returns:
        Frames, list of uint8 `(h, w, 3)`, as they are to be shown (a rotation that
        the file asks for is applied, to the nearest quarter turn); their times,
        float64 `(T,)`, ascending seconds from the clip's start; 48 kHz mono sound,
        int16 `(S,)`; and the length of the clip in seconds. Frames or sound are empty
        if there are none and none are needed.

    Raises:
        MediaError: if there is no frame (or no sound, where that is needed), a limit
            is passed, or the file breaks off.
    """
    import av

    video = video_stream(container, name, needs)
    audio = audio_stream(container)
    if audio is None and needs == "audio":
        raise MediaError(
            f"{name} has no sound that can be decoded. Expected a file with sound. "
            "Leave it out."
        )
    _check_before(container, video, start, end, limits, name)
    begin = start or 0.0
    stop = math.inf if end is None else end
    stop_at = min(stop, begin + limits.max_seconds + 1.0)
    # Transport streams start their clock anywhere; a CSV counts from the beginning.
    origin = max(container.start_time or 0, 0) / av.time_base
    streams = [stream for stream in (video, audio) if stream is not None]
    for stream in streams:
        stream.codec_context.thread_count = 1  # clips are decoded side by side
    for from_start in (False, True):
        frames = FrameTrack(begin, stop, origin, frame_rate, short_side, limits, name)
        sound = SoundTrack(begin, origin, name)
        sinks = {
            stream.index: _until(stop_at + origin, frames if stream is video else sound)
            for stream in streams
        }
        decode_from(container, begin, origin, sinks, name, from_start)
        sound.flush()
        if begin <= PREROLL or not (
            frames.first_time > begin or is_late(sound, audio, begin)
        ):
            break
    _check_length(video or audio, frames, sound, begin, limits, name)
    images, times = frames.result()
    needed = sound if needs == "audio" else frames
    length = min(needed.last_end, stop) - begin
    wave = sound.result(length)
    if len(wave if needs == "audio" else times) == 0:
        raise MediaError(_nothing(name, needs, begin, stop, needed.last_end))
    _check_after(container, video or audio, frames, sound, stop, name)
    return images, times, wave, length


def _until(stop_at, track):
    """Returns a sink that fills a track until the file's clock shows `stop_at`."""

    def add(frame):
        track.add(frame)
        return frame.time is not None and frame.time >= stop_at

    return add


def is_late(sound, stream, begin):
    """Whether sound was missed by seeking, rather than starts late in the file.

    Args:
        sound: `SoundTrack`, after decoding.
        stream: The file's sound, or None.
        begin: float. When the sound was to start, seconds into the file.
    """
    if sound.first is None or sound.first <= begin + ROUNDING:
        return False
    start = float((stream.start_time or 0) * stream.time_base) - sound.origin
    return sound.first > start + TOLERANCE


def audio_stream(container):
    """Returns the sound of a file, or None: sound no decoder knows counts as none."""
    return next((a for a in container.streams.audio if a.codec_context), None)


def video_stream(container, name, needs="video"):
    """Returns the video of a file that is no picture of an album.

    Returns None if there is none and sound is what is needed.

    Raises:
        MediaError: if there is none, or no decoder knows it.
    """
    import av

    for stream in container.streams.video:
        if stream.disposition & av.stream.Disposition.attached_pic:
            continue
        if stream.codec_context is None:
            raise MediaError(
                f"No decoder knows the video of {name}. Expected H.264, VP9 or the "
                "like. Convert it (ffmpeg -i FILE out.mp4)."
            )
        return stream
    if needs == "audio":
        return None
    raise MediaError(
        f"{name} has no video stream. Expected a file with frames. Leave it out."
    )


def _check_before(container, video, start, end, limits, name):
    if video is not None:
        width, height = video.codec_context.width, video.codec_context.height
        if width * height > limits.max_pixels:
            raise MediaError(
                f"{name} has frames of {width}x{height}. Expected at most "
                f"{limits.max_pixels} pixels. Scale it down or raise max_pixels."
            )
        # FFmpeg checks the same in every frame, should the size change on the way.
        video.codec_context.options = {"max_pixels": str(limits.max_pixels)}
    until = end
    if until is None and container.duration:
        until = container.duration / 1_000_000
    if until is not None and until - (start or 0.0) > limits.max_seconds:
        raise MediaError(
            f"The clip of {name} lasts {until - (start or 0.0):.1f} s. Expected at "
            f"most {limits.max_seconds:g} s. Give start and end, or raise max_seconds."
        )


def _nothing(name, needs, begin, stop, last_end):
    what = "sound" if needs == "audio" else "frame"
    last = f", which ends at {last_end:.3f} s" if last_end else ""
    return (
        f"No {what} of {name} lies in [{begin:g}, {stop:g}) s{last}. Expected at "
        "least one. Correct start and end, fetch the file again, or leave it out."
    )


def _check_length(stream, frames, sound, begin, limits, name):
    reached = frames.last_end if stream.type == "video" else sound.last_end
    if reached - begin > limits.max_seconds + TOLERANCE:
        raise MediaError(
            f"The clip of {name} lasts {reached - begin:.1f} s. Expected at most "
            f"{limits.max_seconds:g} s. Give start and end, or raise max_seconds."
        )


def _check_after(container, stream, frames, sound, stop, name):
    reached = frames.last_end if stream.type == "video" else sound.last_end
    promised = None
    if stream.duration is not None:
        first = float((stream.start_time or 0) * stream.time_base) - frames.origin
        promised = first + float(stream.duration * stream.time_base)
    elif container.duration is not None and len(container.streams) <= 2:
        # With more streams the longest, say subtitles, could be none of ours.
        promised = container.duration / 1_000_000
        reached = max(reached, sound.last_end)
    if promised is None:
        return
    promised = min(promised, stop)
    if reached < promised - max(TOLERANCE, 2 * frames.interval):
        raise broken_media(
            name, f"it reaches {reached:.3f} s where {promised:.3f} s stand"
        )
