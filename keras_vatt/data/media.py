"""The one place that opens media files, and the rules it opens them by.

FFmpeg opens more than files: `http:` and `concat:` names, playlists that name
other files, whatever their suffix says. Here only a regular file under the data
root is opened, by its resolved absolute path, with the protocol `file` alone and
a list of container formats of which none refers to other files (design 6).
"""

import contextlib
import os
import re
import stat

# Demuxers that read one file. Playlists (hls, dash, concat, sdp, image sequences)
# are left out: FFmpeg refuses what is not listed before it reads the header.
CONTAINERS = (
    "mov",
    "mp4",
    "matroska",
    "webm",
    "avi",
    "mpegts",
    "mpeg",
    "flv",
    "asf",
    "ogg",
    "wav",
    "flac",
    "mp3",
    "aac",
)
MEDIA_SUFFIXES = frozenset(
    ".3gp .asf .avi .flv .m4v .mkv .mov .mp4 .mpeg .mpg .ogv .ts .webm .wmv".split()
)
AUDIO_SUFFIXES = frozenset(".aac .flac .m4a .mp3 .oga .ogg .opus .wav".split())
_PROTOCOL = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]*:")
_PLAYLISTS = (b"#EXTM3U", b"ffconcat", b"<?xml", b"[playlist]", b"v=0")


class MediaError(ValueError):
    """A media file that is refused: which, what was expected, what to do."""


class NoSoundError(MediaError):
    """A file that is asked for its sound and has none."""


def broken_media(name, what):
    """Returns the error of a file that breaks off or is damaged."""
    return MediaError(
        f"{name} is truncated or damaged: {what}. Expected a whole file. Fetch it "
        "again."
    )


def resolve_media(path, root=None, allow_outside=False):
    """Returns the resolved path of a media file, once it is allowed.

    Args:
        path: string. As written in the CSV: relative to `root`, or absolute.
        root: string or None. The data root; the current folder if None.
        allow_outside: bool. Whether files outside the root may be read.

    Raises:
        MediaError: if the name is no file's, the file is missing, no regular file,
            empty, or outside the root.
    """
    path = os.fspath(path)
    root = os.path.realpath(root or ".")
    if not path or "\0" in path:
        raise MediaError(f"{path!r} is no path. Expected the path of a media file.")
    full = os.path.join(root, path)
    if not os.path.lexists(full) and _PROTOCOL.match(path):
        raise MediaError(
            f"{path!r} names a protocol. Expected a file under {root!r}: only files "
            "are opened. Download or join it to a file first."
        )
    resolved = os.path.realpath(full)
    if not allow_outside and os.path.commonpath([root, resolved]) != root:
        raise MediaError(
            f"{path!r} lies outside the data root: it resolves to {resolved!r}. "
            f"Expected a file under {root!r}. Move it there, name another root, or "
            "lift the rule with --allow-outside (allow_outside=True)."
        )
    try:
        status = os.stat(resolved)
    except OSError as error:
        raise MediaError(
            f"{path!r} cannot be read: {error.strerror}. Expected a file at "
            f"{resolved!r}. Correct the path in the CSV or add the file."
        ) from None
    if not stat.S_ISREG(status.st_mode):
        raise MediaError(
            f"{path!r} is no regular file. Expected a media file at {resolved!r}; "
            "folders, devices and pipes are not opened."
        )
    if status.st_size == 0:
        raise MediaError(
            f"{path!r} is empty (0 bytes). Expected a media file. Fetch it again."
        )
    return resolved


@contextlib.contextmanager
def open_media(path, root=None, allow_outside=False):
    """Opens a media file for reading, under the rules of this module.

    Args:
        path: string. Relative to `root`, or absolute.
        root: string or None. The data root; the current folder if None.
        allow_outside: bool. Whether files outside the root may be read.

    Yields:
        An `av.container.InputContainer`.

    Raises:
        MediaError: if the file is refused or is no media file.

    Example:
    ```python
    with open_media("clip.mp4", root="videos") as container:
        frame = next(container.decode(video=0))
    ```

    Source: design 6, "Raw".
    """
    import av

    resolved = resolve_media(path, root, allow_outside)
    options = {
        "protocol_whitelist": "file",
        "format_whitelist": ",".join(CONTAINERS),
    }
    try:
        container = av.open(
            resolved, mode="r", options=options, metadata_errors="replace"
        )
    except (av.error.FFmpegError, OSError) as error:
        raise MediaError(_refusal(path, resolved, error)) from None
    with container:
        # Once more by name: the option above is FFmpeg's promise, this is ours.
        names = container.format.name.split(",")
        if not set(names) & set(CONTAINERS):
            raise MediaError(_unknown_container(path, container.format.name))
        yield container


def _refusal(path, resolved, error):
    try:
        with open(resolved, "rb") as file:
            start = file.read(16).lstrip(b"\xef\xbb\xbf \t\r\n")
    except OSError:  # it may not be read, or is gone: FFmpeg's own words say so
        start = b""
    if start.startswith(_PLAYLISTS):
        return (
            f"{os.fspath(path)!r} is a playlist, whatever its suffix says. Expected a "
            "media file with the content in it. Join what it names to a file first."
        )
    return (
        f"{os.fspath(path)!r} is not a video that can be read ({error.strerror}). "
        f"Expected one of the containers {', '.join(CONTAINERS)}, whole. Fetch it "
        "again or convert it (ffmpeg -i FILE out.mp4)."
    )


def _unknown_container(path, name):
    return (
        f"{os.fspath(path)!r} is in the container {name!r}. Expected one of "
        f"{', '.join(CONTAINERS)}. Convert it (ffmpeg -i FILE out.mp4)."
    )
