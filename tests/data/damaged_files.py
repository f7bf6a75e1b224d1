"""Files as one meets them in collections: damaged, mislabelled, or merely unusual.

Every writer yields the names of the files it wrote into a folder, each with what is
to become of it: "clip", "skipped", or "either" where both are right.
"""

import fractions
import os
import shutil
import struct
import wave

import av
import numpy as np

from tests.data.media_files import write_video

_FAST = {"container_options": {"movflags": "faststart"}}
_SEED = 20


def originals(folder):
    """Writes the good files that others are made from; returns their bytes."""
    wholes = {}
    for name, options in {
        "late.mp4": {},  # its table of contents stands behind the frames
        "fast.mp4": _FAST,
        "h264.mp4": {"codec": "libx264", **_FAST},
        "clip.mkv": {"codec": "libx264"},
        "clip.avi": {},
    }.items():
        path = write_video(folder / name, num_frames=20, **options)
        wholes[name] = path.read_bytes()
    return wholes


def good(folder):
    for name in originals(folder):
        yield name, "clip"


def truncated(folder, wholes, count):
    for index in range(count):
        name = list(wholes)[index % len(wholes)]
        share = 0.02 + 0.73 * index / max(count - 1, 1)
        path = f"truncated-{index}-{name}"
        (folder / path).write_bytes(wholes[name][: int(share * len(wholes[name]))])
        yield path, "skipped"


def bit_flipped(folder, wholes, count):
    """One bit, or many, in the header, the frames, anywhere."""
    random = np.random.default_rng(_SEED)
    for index in range(count):
        name = list(wholes)[index % len(wholes)]
        data = np.frombuffer(wholes[name], "uint8").copy()
        reach = len(data) if index % 2 else min(len(data), 600)
        for _ in range([1, 10, 200][index % 3]):
            data[random.integers(reach)] ^= 1 << random.integers(8)
        path = f"flipped-{index}-{name}"
        (folder / path).write_bytes(data.tobytes())
        yield path, "either"


def empty(folder, count):
    for suffix in ["mp4", "mkv", "avi", "webm", "mov"][:count]:
        (folder / f"empty.{suffix}").touch()
        yield f"empty.{suffix}", "skipped"


def wrong_suffix(folder, wholes, count):
    """The content decides: a video by any name is one, and nothing else is."""
    png = b"\x89PNG\r\n\x1a\n" + bytes(200)
    contents = {
        "text.mp4": (b"no video, only words. " * 50, "skipped"),
        "avi-in.mp4": (wholes["clip.avi"], "clip"),
        "playlist.mp4": (b"#EXTM3U\n#EXTINF:1,\nlate.mp4\n", "skipped"),
        "picture.mp4": (png, "skipped"),
        "zeros.mkv": (bytes(5000), "skipped"),
        "mp4-in.mkv": (wholes["late.mp4"], "clip"),
        "zip.mp4": (b"PK\x03\x04" + bytes(300), "skipped"),
        "page.mp4": (b"<html><body>404 Not Found</body></html>", "skipped"),
        "mkv-in.avi": (wholes["clip.mkv"], "clip"),
        "gif.webm": (b"GIF89a\x01\x00\x01\x00" + bytes(40), "skipped"),
        "concat.mp4": (b"ffconcat version 1.0\nfile late.mp4\n", "skipped"),
        "noise.mp4": (np.random.default_rng(_SEED).bytes(4000), "skipped"),
    }
    for name, (content, becomes) in list(contents.items())[:count]:
        (folder / name).write_bytes(content)
        yield name, becomes


def absurd_headers(folder, wholes, count):
    """Sizes, counts, times and dimensions that no file has."""
    places = [
        # Box of the file, bytes behind its name, new value.
        ("fast.mp4", b"mvhd", 12, 0),  # ticks a second
        ("fast.mp4", b"mvhd", 16, 2**32 - 1),  # duration
        ("fast.mp4", b"mdhd", 12, 0),
        ("fast.mp4", b"mdhd", 12, 1),
        ("fast.mp4", b"mdhd", 16, 2**31 - 1),
        ("fast.mp4", b"tkhd", 76, 2**32 - 1),  # width
        ("fast.mp4", b"tkhd", 80, 2**32 - 1),  # height
        ("fast.mp4", b"stsz", 8, 2**31 - 1),  # number of samples
        ("fast.mp4", b"stsz", 12, 2**31 - 1),  # size of the first
        ("fast.mp4", b"stts", 4, 2**32 - 1),
        ("fast.mp4", b"stts", 8, 2**32 - 1),
        ("fast.mp4", b"stts", 12, 2**31 - 1),  # ticks a sample
        ("fast.mp4", b"stsc", 4, 2**31 - 1),
        ("fast.mp4", b"stco", 4, 2**31 - 1),
        ("fast.mp4", b"stco", 8, 2**32 - 1),
        ("fast.mp4", b"moov", -4, 2**32 - 1),  # sizes of boxes
        ("fast.mp4", b"trak", -4, 2**32 - 1),
        ("fast.mp4", b"mdat", -4, 3),
        ("fast.mp4", b"stsd", 4, 2**32 - 1),
        ("fast.mp4", b"esds", -4, 2**31 - 1),
        ("h264.mp4", b"avcC", -4, 2**31 - 1),
        ("h264.mp4", b"avc1", 24, 2**32 - 1),  # width and height
        ("fast.mp4", b"mp4v", 24, 2**32 - 1),
        ("clip.avi", b"avih", 4, 2**32 - 1),  # microseconds a frame
        ("clip.avi", b"avih", 36, 2**32 - 1),
        ("clip.avi", b"strf", 8, 2**31 - 1),  # width
        ("clip.avi", b"strf", 12, 2**31 - 1),
        ("clip.avi", b"strf", 0, 2**32 - 1),
        ("clip.avi", b"strh", 24, 2**32 - 1),
        ("clip.avi", b"movi", -8, 2**32 - 1),
        ("clip.mkv", b"\x2a\xd7\xb1", 1, 0),  # nanoseconds a tick
        ("clip.mkv", b"\x2a\xd7\xb1", 1, 2**32 - 1),
        ("clip.mkv", b"\x44\x89\x88", 0, 0x7FEFFFFF),  # duration, a double
        ("clip.mkv", b"\xb0\x81", 1, 0xFFFFFFFF),
        ("clip.mkv", b"\x16\x54\xae\x6b", 0, 0x01FFFFFF),  # size of the tracks
        ("clip.mkv", b"\x1f\x43\xb6\x75", 0, 0x01FFFFFF),  # size of a cluster
    ]
    for index, (name, box, offset, value) in enumerate(places[:count]):
        data = bytearray(wholes[name])
        at = data.index(box) + len(box) + offset - (len(box) if offset < 0 else 0)
        order = "<I" if name.endswith("avi") else ">I"
        data[at : at + 4] = struct.pack(order, value)
        path = f"absurd-{index}-{name}"
        (folder / path).write_bytes(data)
        yield path, "either"


def variable_frame_rate(folder, count):
    for index in range(count):
        path = folder / f"variable-{index}.mp4"
        with av.open(str(path), "w") as container:
            stream = container.add_stream("libx264", rate=25)
            stream.width = stream.height = 32
            stream.pix_fmt = "yuv420p"
            stream.time_base = stream.codec_context.time_base = fractions.Fraction(
                1, 1000
            )
            time = 0
            for step in range(10):
                frame = av.VideoFrame(32, 32, "yuv420p")
                frame.pts = time
                container.mux(stream.encode(frame))
                time += 40 + 30 * (step % (index + 2))
            container.mux(stream.encode())
        yield path.name, "clip"


def rotated(folder, count):
    """The track header's matrix asks for a turn by a quarter, a half, three."""
    one = 1 << 16
    turns = [(0, one, -one, 0), (-one, 0, 0, -one), (0, -one, one, 0)]
    turns += [(0, 0, 0, 0), (46341, 46341, -46341, 46341)]  # none at all, an eighth
    for index, (a, b, c, d) in enumerate(turns[:count]):
        path = write_video(folder / f"rotated-{index}.mp4", num_frames=3, size=(32, 64))
        data = bytearray(path.read_bytes())
        at = data.index(b"tkhd") + 44
        data[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
        path.write_bytes(data)
        yield path.name, "clip"


def one_frame(folder, count):
    for suffix in ["mp4", "mkv", "avi", "mov"][:count]:
        path = folder / f"one.{suffix}"
        write_video(path, num_frames=1, audio_seconds=None)
        yield path.name, "clip"


def unusual_sound(folder, count):
    """8 kHz mono and six channels."""
    for index in range(count):
        rate, layout = [(8000, "mono"), (48000, "5.1")][index % 2]
        suffix, codec = [("mkv", "pcm_s16le"), ("mp4", "aac"), ("mkv", "ac3")][
            index // 2 % 3
        ]
        if (rate, codec) == (8000, "ac3"):
            codec = "aac"
        path = folder / f"sound-{index}-{rate}-{layout}.{suffix}"
        _write_with_sound(path, codec, rate, layout)
        yield path.name, "clip"


def _write_with_sound(path, codec, rate, layout):
    with av.open(str(path), "w") as container:
        video = container.add_stream("mpeg4", rate=25)
        video.width = video.height = 32
        video.pix_fmt = "yuv420p"
        audio = container.add_stream(codec, rate=rate, layout=layout)
        for index in range(10):
            frame = av.VideoFrame(32, 32, "yuv420p")
            frame.pts = index
            container.mux(video.encode(frame))
        container.mux(video.encode())
        count = int(0.4 * rate)
        tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(count) / rate)
        channels = len(audio.codec_context.layout.channels)
        frame = av.AudioFrame.from_ndarray(
            np.tile(tone.astype("float32"), (channels, 1)), "fltp", layout
        )
        frame.sample_rate, frame.pts = rate, 0
        converter = av.AudioResampler(
            audio.codec_context.format, layout, rate, audio.codec_context.frame_size
        )
        for piece in [*converter.resample(frame), *converter.resample(None)]:
            container.mux(audio.encode(piece))
        container.mux(audio.encode())


def no_audio(folder, count):
    for suffix in ["mp4", "mkv", "avi", "mov", "ts"][:count]:
        path = folder / f"silent.{suffix}"
        write_video(path, num_frames=5, audio_seconds=None)
        yield path.name, "clip"


def no_video(folder, count):
    formats = [("wav", "pcm_s16le"), ("mp4", "aac"), ("flac", "flac"), ("mka", "flac")]
    for suffix, codec in [*formats, ("ogg", "flac")][:count]:
        path = folder / f"sound.{suffix}"
        if suffix == "wav":
            with wave.open(str(path), "wb") as file:
                file.setparams((1, 2, 48000, 0, "NONE", "none"))
                file.writeframes(bytes(9600))
        else:
            with av.open(
                str(path), "w", format="matroska" if suffix == "mka" else suffix
            ) as container:
                stream = container.add_stream(codec, rate=48000, layout="mono")
                frame = av.AudioFrame.from_ndarray(
                    np.zeros((1, 4800), "int16"), "s16", "mono"
                )
                frame.sample_rate, frame.pts = 48000, 0
                converter = av.AudioResampler(
                    stream.codec_context.format,
                    "mono",
                    48000,
                    stream.codec_context.frame_size,
                )
                for piece in [*converter.resample(frame), *converter.resample(None)]:
                    container.mux(stream.encode(piece))
                container.mux(stream.encode())
        yield path.name, "skipped"


def odd_names(folder, wholes, count):
    names = [
        "ünïcödé ☃ 視頻.mp4",
        "two\nlines.mp4",
        "-dash.mp4",
        "concat:a|b.mp4",
        'quote"and,comma.mp4',
        "%03d.mp4",
        "\U0001f3ac emoji.mp4",
        "tab\tand\rreturn.mp4",
        "file:colon.mp4",
        "x" * 250 + ".mp4",
        "ﺎﻠﻋﺮﺒﻳﺓ.mp4",
        " space .mp4",
        "[a-z]*.mp4",
    ]
    for name in names[:count]:
        (folder / name).write_bytes(wholes["late.mp4"])
        yield name, "clip"
    # Bytes that are no text can be no clip's name.
    raw = os.path.join(os.fsencode(folder), b"no-utf8-\xff\xfe.mp4")
    shutil.copy(folder / "late.mp4", raw)
    yield os.fsdecode(os.path.basename(raw)), "skipped"
