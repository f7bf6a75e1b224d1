"""The authors' word list, which models that read captions need."""

import os
import pathlib
import tarfile
import warnings

from keras_vatt.presets.cache import cache_folder, only_one
from keras_vatt.presets.fetch import base_of, checksum, fetch, forget

ARCHIVE = "misc_data.tgz"
FILE = "howto100m_en.txt"
_MOST_BYTES = 64 << 20


def find_words():
    """The path of the authors' word list in the cache, or None; fetches nothing."""
    path = _path()
    return str(path) if path.is_file() else None


def fetch_words(base=None):
    """Fetches the authors' word list into the cache, once.

    Of the archive nothing but the list is read: no member is unpacked by its own name,
    and no pickle in it is opened (the word vectors are in the checkpoints anyway).

    Args:
        base: optional string, as in `keras_vatt.presets.path`.

    Returns:
        The path of `howto100m_en.txt`, a string.

    Raises:
        OSError: if the archive cannot be fetched, or the cache not be written.
        ValueError: if the archive is damaged or holds no such list.

    Example:

    ```python
    words = keras_vatt.presets.fetch_words()
    model = keras_vatt.presets.load(
        "vatt_base_base_small_howto100m_audioset", vocabulary=words
    )
    ```
    """
    if find_words():
        return find_words()
    with only_one(FILE):
        if find_words():  # another process was first
            return find_words()
        archive = fetch(ARCHIVE, base_of(base))
        try:
            words = _read(archive)
        except ValueError:
            forget(ARCHIVE)
            raise
        target = _path()
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(target.name + ".partial")
        aside.write_bytes(words)
        target.with_name(FILE + ".sha256").write_text(
            f"{checksum(archive)}  {ARCHIVE} (seen by this machine)\n"
        )
        os.replace(aside, target)
        forget(ARCHIVE)
    return str(target)


def try_to_fetch_words(base):
    """As `fetch_words`; where that fails it warns, as models load without words."""
    try:
        return fetch_words(base)
    except (OSError, ValueError) as error:
        warnings.warn(
            f"The authors' word list was not found ({error}) The model is loaded "
            "without: it takes word ids, and captions once it gets the list, by "
            "`keras_vatt.presets.fetch_words()` or `vocabulary=`.",
            stacklevel=2,
        )
        return None


def _path():
    return pathlib.Path(cache_folder(), FILE)


def _read(archive):
    import tensorflow as tf

    with tf.io.gfile.GFile(archive, "rb") as file:
        try:
            with tarfile.open(fileobj=file, mode="r|gz") as members:
                for member in members:
                    is_list = pathlib.PurePosixPath(member.name).name == FILE
                    if is_list and member.isfile() and member.size <= _MOST_BYTES:
                        return members.extractfile(member).read()
        except (tarfile.TarError, EOFError, OSError) as error:
            raise ValueError(
                f"{archive} is not a whole .tgz ({error}). Expected the authors' "
                f"{ARCHIVE}: fetch it again."
            ) from error
    raise ValueError(
        f"{archive} holds no {FILE}. Expected the authors' {ARCHIVE}, or give the list "
        "itself as `vocabulary=`."
    )
