"""Long mp4 files with pictures that move and sound, made up on the spot."""

import av
import clip_records
import numpy as np


def write_mp4(path, seconds, size=(256, 340), rate=25, sample_rate=48_000):
    """Writes H.264 video and AAC sound.

    Args:
        path: string.
        seconds: float.
        size: pair of ints. Height and width of the frames.
        rate: int. Frames per second.
        sample_rate: int.
    """
    images = list(clip_records.images(0, min(seconds, 10.0), size, rate))
    tone = np.sin(np.arange(sample_rate) * 2 * np.pi * 440 / sample_rate)
    tone = (0.3 * tone).astype("float32")[None]  # whole periods in a second
    with av.open(path, "w") as container:
        video = container.add_stream("libx264", rate=rate)
        video.height, video.width = size
        video.pix_fmt = "yuv420p"
        video.options = {"preset": "veryfast", "crf": "23"}
        audio = container.add_stream("aac", rate=sample_rate, layout="mono")
        number, count = 0, round(seconds * rate)
        for second in range(-(-count // rate)):
            for number in range(second * rate, min((second + 1) * rate, count)):
                # There and back again, so that the picture never jumps.
                place = number % (2 * len(images))
                place = min(place, 2 * len(images) - 1 - place)
                frame = av.VideoFrame.from_ndarray(images[place], format="rgb24")
                frame.pts = number
                container.mux(video.encode(frame))
            frame = av.AudioFrame.from_ndarray(tone, "fltp", "mono")
            frame.sample_rate, frame.pts = sample_rate, second * sample_rate
            container.mux(audio.encode(frame))
        container.mux(video.encode())
        container.mux(audio.encode())
