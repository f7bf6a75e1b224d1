"""Parts of an unfinished index: written whole one by one, joined in the end.

A killed process loses at most the part at hand: what it had begun is no part until it
gets its name.
"""

import contextlib
import json
import os
import pathlib
import shutil

import filelock
import numpy as np

from keras_vatt.evaluation.index_format import INDEX, differences

JOB = "job.json"


class IndexParts:
    """The parts of one index, in the folder `OUTPUT.parts` beside it.

    Args:
        output: string. The index that they are to become.
        job: dict, JSON. What makes the index what it is: parts of another job are
            refused.
        overwrite: bool. Whether parts of another job are removed.

    Raises:
        ValueError: if parts of another job are there; what differs is named.

    Example:

    ```python
    parts = IndexParts("index", {"preset": "demo/preset"})
    with parts.lock():
        parts.open()
    ```
    """

    def __init__(self, output, job, overwrite=False):
        output = pathlib.Path(output)
        self.folder = output.with_name(output.name + ".parts")
        self.job = json.loads(json.dumps(job))
        self.overwrite = overwrite

    @contextlib.contextmanager
    def lock(self):
        """Holds the index against other processes; the system frees it with this one.

        Raises:
            OSError: if another process holds it.
        """
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(f"{self.folder}.lock", timeout=0)
        try:
            lock.acquire()
        except filelock.Timeout:
            raise OSError(
                f"Another process is writing {str(self.folder)!r}. Expected one at a "
                "time. Wait for it or choose another output."
            ) from None
        try:
            yield
        finally:
            os.unlink(lock.lock_file)  # held until the next line
            lock.release()

    def open(self):
        """Finds the parts of an earlier run, or begins."""
        if self.folder.exists():
            found = self._found_job()
            if found == self.job:
                for path in self.folder.glob("*.partial"):
                    path.unlink()
                return
            if found is not None and not self.overwrite:
                raise ValueError(
                    f"{str(self.folder)!r} holds parts of another table: "
                    f"{differences(found, self.job)}. Expected those of this one. Run "
                    "the earlier command to finish it, or pass --overwrite "
                    "(overwrite=True)."
                )
            shutil.rmtree(self.folder)
        self.folder.mkdir()
        aside = self.folder / (JOB + ".partial")
        aside.write_text(json.dumps(self.job, indent=1))
        os.replace(aside, self.folder / JOB)

    def _found_job(self):
        path = self.folder / JOB
        return json.loads(path.read_text()) if path.is_file() else None

    def paths(self):
        """Returns the files of the parts, in order."""
        return sorted(self.folder.glob("part-*.npz"))

    def next(self):
        """Returns where to go on, number of file and window."""
        paths = self.paths()
        if not paths:
            return (0, 0)
        with np.load(paths[-1], allow_pickle=False) as part:
            return tuple(part["next"].tolist())

    def add(self, arrays, next):
        """Writes the next part: aside first, then renamed.

        Args:
            arrays: dict of arrays, see `write_index`.
            next: pair of ints, what `next` returns from now on.
        """
        path = self.folder / f"part-{len(self.paths()):07d}.npz"
        aside = path.with_suffix(".npz.partial")
        with open(aside, "wb") as file:
            np.savez(file, next=np.array(next), **arrays)
        os.replace(aside, path)

    def remove(self):
        """Removes all parts."""
        shutil.rmtree(self.folder, ignore_errors=True)


def remove_index(output):
    """Removes an index, and nothing else.

    Raises:
        FileExistsError: if the path is something else.
    """
    output = pathlib.Path(output)
    if output.exists() and not (output / INDEX).is_file():
        raise FileExistsError(
            f"{str(output)!r} is there and is no index. Expected an index to "
            "overwrite, or nothing. Choose another output."
        )
    # Its first file goes first: what is left of it is none.
    if output.exists():
        os.unlink(output / INDEX)
        shutil.rmtree(output)
