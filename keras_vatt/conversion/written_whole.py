"""Folders that are there whole or not at all."""

import contextlib
import os
import pathlib
import shutil


@contextlib.contextmanager
def written_whole(target):
    """Gives a folder to write to, which becomes `target` when all went well.

    An unfinished one that a killed process left beside it is removed.

    Args:
        target: path that does not exist yet.
    """
    target = pathlib.Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(target.name + ".partial")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    try:
        yield aside
        os.replace(aside, target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
