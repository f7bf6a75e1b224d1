"""Fetches released files from the authors' bucket, or a copy of it."""

import hashlib
import os
import pathlib

import keras

from keras_vatt.presets.cache import cache_folder
from keras_vatt.presets.released import BUCKET

VARIABLE = "KERAS_VATT_BASE"
SUFFIXES = (".index", ".data-00000-of-00001")
_CHUNK = 1 << 24  # bytes


def base_of(base=None):
    """Where the released files are.

    Args:
        base: optional string: a web address, a `gs://` bucket or a folder. Defaults to
            the environment variable `KERAS_VATT_BASE`, else the authors' bucket.

    Returns:
        A string.
    """
    return os.fspath(base or os.environ.get(VARIABLE) or BUCKET)


def fetch(path, base):
    """Makes a released file readable: downloads it, or finds it where it lies.

    A download goes aside and gets its name when it is complete, so that what has the
    name is whole; it is kept until `forget`.

    Args:
        path: string, the file below the bucket's folder.
        base: string, what `base_of` returns.

    Returns:
        A path that TensorFlow reads, a string.

    Raises:
        FileNotFoundError: if a folder or bucket does not hold the file.
        OSError: if the download fails, or is a web page.
    """
    if not base.startswith(("http://", "https://")):
        import tensorflow as tf

        found = base.rstrip("/") + "/" + path
        if not tf.io.gfile.exists(found):
            raise FileNotFoundError(
                f"There is no {found}. Expected a copy of the authors' bucket below "
                f"{base}: {path} as in {BUCKET}. Put the file there, or give another "
                f"`base` (or {VARIABLE})."
            )
        return found
    target = _download_path(path)
    if not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(target.name + ".partial")
        origin = base.rstrip("/") + "/" + path
        try:
            keras.utils.get_file(
                fname=aside.name,
                origin=origin,
                cache_dir=str(aside.parent),
                cache_subdir="",
                force_download=True,
            )
        except Exception as error:  # what get_file raises has no type of its own
            raise OSError(
                f"{origin} could not be fetched ({error}). Nothing was kept. Try "
                "again, or fetch the file by a browser into a folder laid out like "
                f"the bucket, and pass that folder as `base` (or {VARIABLE})."
            ) from error
        _refuse_web_page(aside, origin)
        os.replace(aside, target)
    return str(target)


def forget(path):
    """Removes a download, if there is one; files of a folder are left alone."""
    _download_path(path).unlink(missing_ok=True)


def checksum(path):
    """SHA-256 of a file that TensorFlow reads, hexadecimal."""
    import tensorflow as tf

    digest = hashlib.sha256()
    with tf.io.gfile.GFile(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _download_path(path):
    return pathlib.Path(cache_folder(), "downloads", *path.split("/"))


def _refuse_web_page(path, origin):
    with open(path, "rb") as file:
        begin = file.read(512).lstrip().lower()
    if begin.startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
        path.unlink()
        raise OSError(
            f"{origin} answered with a web page, perhaps to sign in, and not with the "
            "file. Expected the public bucket's address, such as "
            f"{BUCKET}; nothing was kept. Pass it as `base` (or {VARIABLE})."
        )
