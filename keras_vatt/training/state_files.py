"""States of a training run on disk: written aside and renamed, checked when read."""

import hashlib
import json
import os
import pathlib
import shutil
import warnings
import zipfile

import numpy as np

ARRAYS, RECORD = "arrays.npz", "state.json"
_PREFIX, _PARTIAL = "step-", ".partial"


def write_state(folder, step, arrays, record, keep=2):
    """Writes a state, then removes all but the last ones.

    A process that is killed meanwhile leaves the states that were there, and a folder
    ending in `.partial` that the next write removes.

    Args:
        folder: string. Where `step-000000012/` is made.
        step: int. Training steps that the state comes after.
        arrays: iterable of (name, numpy array); taken and written one by one.
        record: dict that JSON can hold: whatever else the state is.
        keep: int. States to keep, this one included.

    Raises:
        OSError: if the folder cannot be written. The states there stay.

    Example:

    ```python
    write_state("run/state", 12, [("kernel", np.ones(3))], {"epoch": 1}, keep=2)
    ```
    """
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in folder.glob(f"*{_PARTIAL}"):
        shutil.rmtree(leftover)
    final = folder / f"{_PREFIX}{step:09d}"
    aside = folder / f"{final.name}{_PARTIAL}"
    aside.mkdir()
    digest = _write_arrays(aside / ARRAYS, arrays)
    content = json.dumps({**record, "step": step, "arrays_sha256": digest})
    _write_whole(
        aside / RECORD, json.dumps({"sha256": _sha256(content), "content": content})
    )
    _flush(aside)
    if final.exists():  # one that could not be read
        shutil.rmtree(final)
    os.rename(aside, final)
    _flush(folder)
    for old in _states(folder)[max(1, keep) :]:
        shutil.rmtree(old)


def newest_state(folder):
    """Finds the newest state that is whole.

    Args:
        folder: string. What `write_state` wrote to; it may be missing.

    Returns:
        The record, with `"step"`, and the path of the arrays, to be read by
        `read_arrays`; or None if there is no state.

    Raises:
        OSError: if there are states and none of them is whole.

    Example:

    ```python
    record, path = newest_state("run/state")
    ```
    """
    found = _states(pathlib.Path(folder))
    for state in found:
        try:
            outer = json.loads((state / RECORD).read_text())
            if _sha256(outer["content"]) != outer["sha256"]:
                raise ValueError(f"{RECORD} does not have its checksum")
            record = json.loads(outer["content"])
            with open(state / ARRAYS, "rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            if digest != record["arrays_sha256"]:
                raise ValueError(f"{ARRAYS} does not have its checksum")
            return record, state / ARRAYS
        except (OSError, ValueError, KeyError, TypeError) as error:
            warnings.warn(
                f"The state {str(state)!r} is damaged ({error}) and left out; the one "
                "before it is used.",
                stacklevel=2,
            )
    if found:
        raise OSError(
            f"None of the {len(found)} states in {str(folder)!r} is whole. Expected "
            "one to go on from. Look after the disk, then start over with --restart "
            "(restart=True)."
        )
    return None


def read_arrays(path):
    """Yields (name, numpy array) of a state's arrays, in the order written.

    Nothing pickled is ever loaded.
    """
    with np.load(path, allow_pickle=False) as arrays:
        for name in arrays.files:
            yield name, arrays[name]


def remove_states(folder):
    """Removes every state of a run: it starts over."""
    folder = pathlib.Path(folder)
    for state in [*_states(folder), *folder.glob(f"{_PREFIX}*{_PARTIAL}")]:
        shutil.rmtree(state)


def replace_file(path, text):
    """Writes a text file aside and renames it."""
    aside = f"{path}{_PARTIAL}"
    _write_whole(aside, text)
    os.replace(aside, path)


def _states(folder):
    """The folders of states, newest first."""
    found = [p for p in folder.glob(f"{_PREFIX}*") if p.suffix != _PARTIAL]
    return sorted(found, reverse=True)


def _write_arrays(path, arrays):
    """Writes an npz array by array, never all in memory; returns its SHA-256."""
    with open(path, "wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name, array in arrays:
                with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                    np.lib.format.write_array(member, array, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_whole(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _flush(folder):
    """Makes the names in a folder last."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()
