"""What `embed` is given: a folder of media, one file, or a file of sentences."""

import os

from keras_vatt.data.media import AUDIO_SUFFIXES, MEDIA_SUFFIXES

SENTENCE_SUFFIX = ".txt"


def list_sources(source, with_sound=False):
    """Lists the files to embed, videos first, then sounds, each sorted by path.

    Args:
        source: string. A folder, looked through to its depth for files with the
            suffixes of videos and sounds; one such file; or a text file in UTF-8 with
            a sentence a line.
        with_sound: bool. Whether the sound of videos is listed as well, after all else.

    Returns:
        The root, an absolute path, and a list of pairs: modality and path relative to
        the root.

    Raises:
        FileNotFoundError: if there is no such file or folder, or nothing in it.
        ValueError: if a file is of no kind that can be embedded.

    Example:

    ```python
    root, files = list_sources("videos")
    ```
    """
    source = os.fspath(source)
    expected = (
        "Expected a folder of videos or sounds, a media file, or a text file "
        f"({SENTENCE_SUFFIX}) with a sentence a line"
    )
    if os.path.isfile(source):
        modality = _modality(source)
        if modality is None:
            raise ValueError(
                f"{source!r} ends in {os.path.splitext(source)[1]!r}. {expected}: "
                f"{', '.join(sorted(MEDIA_SUFFIXES | AUDIO_SUFFIXES))}."
            )
        root, name = os.path.split(os.path.abspath(source))
        return os.path.realpath(root), _heard([(modality, name)], with_sound)
    if not os.path.isdir(source):
        raise FileNotFoundError(f"There is no file or folder {source!r}. {expected}.")
    found = []
    for parent, _, names in os.walk(source):
        for name in names:
            modality = _modality(name)
            if modality in ("video", "audio"):
                path = os.path.relpath(os.path.join(parent, name), source)
                found.append((modality, path))
    if not found:
        raise FileNotFoundError(
            f"The folder {source!r} holds no media file. Expected files ending in "
            f"{', '.join(sorted(MEDIA_SUFFIXES | AUDIO_SUFFIXES))}."
        )
    order = {"video": 0, "audio": 1}
    found.sort(key=lambda one: (order[one[0]], one[1]))
    return os.path.realpath(source), _heard(found, with_sound)


def _heard(found, with_sound):
    videos = [path for modality, path in found if modality == "video"]
    return found + [("audio", path) for path in videos if with_sound]


def is_video(path):
    """Whether a file is one of those that are seen."""
    return _modality(path) == "video"


def read_sentences(path):
    """Returns the lines of a text file that hold words, with their numbers from 0.

    Raises:
        ValueError: if it is no UTF-8 or holds nothing.
    """
    with open(path, encoding="utf-8-sig") as file:
        try:
            lines = [(number, line.strip()) for number, line in enumerate(file)]
        except UnicodeDecodeError as error:
            raise ValueError(
                f"{os.fspath(path)!r} is no text in UTF-8: {error}. Expected a "
                "sentence a line. Save it as UTF-8."
            ) from None
    lines = [(number, line) for number, line in lines if line]
    if not lines:
        raise ValueError(f"{os.fspath(path)!r} is empty. Expected a sentence a line.")
    return lines


def _modality(path):
    suffix = os.path.splitext(path)[1].lower()
    if suffix in MEDIA_SUFFIXES:
        return "video"
    if suffix in AUDIO_SUFFIXES:
        return "audio"
    return "text" if suffix == SENTENCE_SUFFIX else None
