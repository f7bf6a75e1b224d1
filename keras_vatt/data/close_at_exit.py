"""Iterators that a script still holds when it ends."""

import atexit
import functools
import gc
import sys
import traceback

import tensorflow as tf


@functools.cache
def close_at_exit():
    """Has all open iterators closed while Python still runs.

    What is closed later waits for clips that are being read, by functions of Python
    that wait for an interpreter which answers no more: the program would never end.
    """
    atexit.register(_close)


def _close():
    # An error that ended the script still holds the frames that it passed through.
    errors, seen = [getattr(sys, "last_value", None)], set()
    while errors:
        error = errors.pop()
        if error is not None and id(error) not in seen:
            seen.add(id(error))
            traceback.clear_frames(error.__traceback__)
            errors += [error.__cause__, error.__context__]
    for found in gc.get_objects():
        # By its type: what pretends to be of another class may do anything when asked.
        if issubclass(type(found), tf.data.Iterator):
            vars(found).clear()
