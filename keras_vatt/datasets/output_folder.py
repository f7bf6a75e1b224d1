"""What every writer of clips does with its output folder."""

import collections
import contextlib
import csv
import errno
import fcntl
import os

from keras_vatt.data import records
from keras_vatt.datasets.report import SKIPPED_FILE

# No space, no quota, or a limit on the size of files.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextlib.contextmanager
def only_writer(output):
    """Holds the output's lock; the system drops it with the process."""
    with open(os.path.join(output, records.NAME, ".lock"), "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OSError(
                errno.EBUSY,
                f"Another process is preparing {output!r}. Expected one at a time. "
                "Wait for it or choose another output",
            ) from None
        yield


def write_skipped(output, skipped):
    """Writes what was skipped and why: aside first, then renamed."""
    aside = os.path.join(output, f"{SKIPPED_FILE}.partial")
    with open(aside, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["clip_id", "video_path", "reason"])
        writer.writerows([s.clip_id, s.path, s.reason] for s in skipped)
    os.replace(aside, os.path.join(output, SKIPPED_FILE))


def nothing_written(what, skipped, output):
    """The message of an error: nothing could be encoded, and the usual reasons."""
    reasons = collections.Counter(item.reason for item in skipped)
    shown = "; ".join(reason for reason, _ in reasons.most_common(3))
    return (
        f"No {what} could be encoded, {len(skipped)} skipped: {shown}. Expected at "
        f"least one. All reasons are in {os.path.join(output, SKIPPED_FILE)!r}."
    )


def disk_is_full(error):
    """Whether an error, or one behind it, says so."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return True
        # TensorFlow's writers raise their own errors with the system's words.
        if any(os.strerror(number) in str(error) for number in _FULL):
            return True
        error = error.__cause__ or error.__context__
    return False


def check_arguments(short_side, frame_rate, workers, jpeg_quality):
    """Refuses settings of the encoding that make no sense."""
    if not (frame_rate is None or 0 < frame_rate <= 1000):
        raise ValueError(
            "`frame_rate` must be frames per second in (0, 1000], or None for the "
            f"source's. Received: frame_rate={frame_rate}"
        )
    if short_side < 1 or workers < 1 or not 1 <= jpeg_quality <= 100:
        raise ValueError(
            "`short_side` and `workers` must be positive and `jpeg_quality` in "
            f"[1, 100]. Received: short_side={short_side}, workers={workers}, "
            f"jpeg_quality={jpeg_quality}"
        )
