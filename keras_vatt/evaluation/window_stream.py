"""The windows of many files, decoded side by side and given in order."""

import dataclasses
import os

import numpy as np

from keras_vatt.data.media import MediaError, NoSoundError
from keras_vatt.datasets.in_order import in_order
from keras_vatt.evaluation.list_sources import is_video, read_sentences
from keras_vatt.evaluation.media_windows import (
    MediaWindows,
    measure_windows,
    read_windows,
)

# Windows decoded in one go; where they are cut does not depend on where a run begins.
CHUNK = 8
_NOTHING = MediaWindows("", "audio", None, (), 0)


@dataclasses.dataclass(frozen=True)
class Row:
    """A window, a sentence, or what was skipped in its place.

    Args:
        modality: string.
        path: string. Relative to the root.
        start: float. Seconds into the file; of a sentence the number of its line.
        end: float.
        text: string. The sentence, else empty.
        value: array, the model's input; None if it was skipped.
        reason: string. Why it was skipped, else empty.
        next: pair of ints, number of file and window: where to go on after this.
    """

    modality: str
    path: str
    start: float
    end: float
    text: str
    value: np.ndarray | None
    reason: str
    next: tuple


def window_stream(
    root,
    files,
    preprocessor,
    hop=None,
    begin=(0, 0),
    workers=2,
    allow_outside=False,
):
    """Yields the windows of files as `Row`s, in order.

    Args:
        root: string. What paths are relative to, and must lie under.
        files: list of pairs, modality and path, as `list_sources` gives them.
        preprocessor: `VATTPreprocessor`.
        hop: float or None, as in `measure_windows`.
        begin: pair of ints, number of file and window to begin with.
        workers: int. Files decoded side by side.
        allow_outside: bool. Whether files outside the root may be read.

    Example:

    ```python
    for row in window_stream(root, files, preprocessor):
        print(row.path, row.start, row.reason)
    ```
    """
    first, skip = begin

    def measure(job):
        number, (modality, path) = job
        try:
            if modality == "text":
                return read_sentences(os.path.join(root, path))
            _check_name(path)
            return measure_windows(
                path, modality, preprocessor, hop, None, root, allow_outside
            )
        except NoSoundError as error:
            # Of a video it says nothing that somebody would miss.
            return _NOTHING if is_video(path) else error
        except MediaError as error:
            return error

    def chunks():
        jobs = list(enumerate(files))[first:]
        for (number, (modality, path)), found in in_order(measure, jobs, workers):
            if isinstance(found, MediaError):
                yield number, modality, path, found, range(0)
                continue
            total = len(found if modality == "text" else found.offsets)
            done = skip if number == first else 0
            for at in range(done // CHUNK * CHUNK, total, CHUNK):
                chosen = range(at, min(at + CHUNK, total))
                yield number, modality, path, found, chosen

    def decode(chunk):
        number, modality, path, found, chosen = chunk
        if isinstance(found, MediaError):
            return found
        try:
            if modality == "text":
                texts = [found[at][1] for at in chosen]
                return np.asarray(preprocessor.tokenizer(texts))
            return read_windows(found, chosen, preprocessor, root, allow_outside)
        except MediaError as error:
            return error

    for chunk, value in in_order(decode, chunks(), workers):
        done = skip if chunk[0] == first else 0
        yield from _rows(chunk, value, done)


def _rows(chunk, value, done):
    """The rows of a chunk, without those that an earlier run has taken."""
    number, modality, path, found, chosen = chunk
    if isinstance(value, MediaError):
        if isinstance(found, MediaWindows):
            start, end = found.times(chosen[0])[0], found.times(chosen[-1])[1]
            after = (number, chosen[-1] + 1)
        else:
            start, end, after = 0.0, 0.0, (number + 1, 0)
        if not chosen or chosen[0] >= done:
            yield Row(modality, path, start, end, "", None, str(value), after)
        return
    for one, at in zip(value, chosen, strict=True):
        if at < done:
            continue
        if modality == "text":
            line, text = found[at]
            start, end = float(line), line + 1.0
        else:
            (start, end), text = found.times(at), ""
        yield Row(modality, path, start, end, text, one, "", (number, at + 1))


def _check_name(path):
    """Refuses names that cannot be stored: other bytes come as surrogates."""
    try:
        path.encode()
    except UnicodeEncodeError:
        raise MediaError(
            f"The name {path!r} is no UTF-8. Expected one that can be stored. Rename "
            "the file."
        ) from None
