"""Decoding from a moment of an opened file on: the one place that seeks."""

from keras_vatt.data.media import broken_media

# Seconds decoded ahead of a moment: a sound frame needs the ones before it.
PREROLL = 0.3


def decode_from(container, begin, origin, sinks, name, from_start=False):
    """Hands the frames of streams on, from before a moment until all have enough.

    A file just opened stands before its beginning, where a sound codec's own preroll
    lies; once left, that is not reached again. So a moment near the beginning is
    decoded from there, without seeking.

    Args:
        container: An open `av` container, see `media.open_media`.
        begin: float. The moment, seconds into the file. At most 0.3, the container
            must have been opened just now.
        origin: float. What the file's clock shows at its beginning, in seconds.
        sinks: dict. For each stream's index a function that takes a frame and returns
            whether it has enough. It may get frames from well before the moment.
        name: string. What messages call the file.
        from_start: bool. Whether all is decoded from the first second on: for files
            whose index leads to behind the moment.

    Raises:
        MediaError: if the file breaks off or is damaged on the way.
    """
    import av

    waiting = set(sinks)
    try:
        if begin > PREROLL:
            entry = origin if from_start else begin - PREROLL + origin
            container.seek(int(entry * av.time_base), backward=True)
        streams = [stream for stream in container.streams if stream.index in sinks]
        for packet in container.demux(streams):
            if packet.stream.index not in waiting:
                continue
            if packet.is_corrupt:
                raise broken_media(name, "a damaged packet")
            for frame in packet.decode():
                if sinks[packet.stream.index](frame):
                    waiting.discard(packet.stream.index)
                    break
            if not waiting:
                break
    except (av.error.FFmpegError, EOFError) as error:
        raise broken_media(name, error.strerror or str(error)) from None
