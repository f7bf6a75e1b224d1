"""Where converted models are kept."""

import contextlib
import os
import pathlib

import filelock

VARIABLE = "KERAS_VATT_CACHE"


def cache_folder():
    """The folder that converted models are kept in.

    Returns:
        A path: the environment variable `KERAS_VATT_CACHE`, else `keras_vatt` below
        Keras' own folder (`KERAS_HOME`, else `~/.keras`).
    """
    if os.environ.get(VARIABLE):
        return pathlib.Path(os.environ[VARIABLE]).expanduser()
    home = pathlib.Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser()
    return home / "keras_vatt"


@contextlib.contextmanager
def only_one(name):
    """Holds a lock, so that of several processes one makes `name` and others wait.

    Raises:
        OSError: if the cache cannot be written.
    """
    folder = cache_folder()
    try:
        (folder / "locks").mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(folder / "locks" / f"{name}.lock")
        lock.acquire()
    except OSError as error:
        raise OSError(
            f"The cache {str(folder)!r} cannot be written ({error}). Expected a "
            f"folder to keep converted models in: set {VARIABLE} to one that can."
        ) from error
    try:
        yield
    finally:
        lock.release()
