"""Small real media files, written by PyAV."""

import av
import numpy as np


def write_video(
    path,
    num_frames=20,
    rate=25,
    size=(64, 64),
    audio_seconds=0.8,
    codec="mpeg4",
    sample_rate=48000,
    options=None,
    blue=0,
    **open_options,
):
    """Writes frames whose red channel counts 0, 10, 20, ... and a 440 Hz tone.

    Args:
        path: where to write; the suffix decides the container.
        num_frames: int.
        rate: int. Frames per second.
        size: height and width.
        audio_seconds: float or None (no audio stream).
        codec: video codec.
        sample_rate: int.
        options: options of the video codec.
        blue: int. The blue channel of every pixel, to tell files apart.
        **open_options: arguments of `av.open`.
    """
    height, width = size
    with av.open(str(path), "w", **open_options) as container:
        video = container.add_stream(codec, rate=rate)
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        video.bit_rate = 2_000_000
        video.options = options or {}
        audio = None
        if audio_seconds is not None:
            audio = container.add_stream("aac", rate=sample_rate, layout="mono")
        for index in range(num_frames):
            image = np.zeros((height, width, 3), "uint8")
            image[..., 0] = index * 10 % 250
            image[..., 2] = blue
            image[: height // 2, : width // 2, 1] = 200  # top left is marked
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts = index
            for packet in video.encode(frame):
                container.mux(packet)
        for packet in video.encode():
            container.mux(packet)
        if audio is not None:
            count = int(audio_seconds * sample_rate)
            tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(count) / sample_rate)
            for begin in range(0, count, 1024):
                piece = tone[begin : begin + 1024].astype("float32")[None]
                frame = av.AudioFrame.from_ndarray(piece, "fltp", "mono")
                frame.sample_rate, frame.pts = sample_rate, begin
                for packet in audio.encode(frame):
                    container.mux(packet)
            for packet in audio.encode():
                container.mux(packet)
    return path
