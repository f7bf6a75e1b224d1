"""A folder of media, or a file of sentences, to a table of vectors."""

import hashlib
import os
import pathlib

import keras
import numpy as np

from keras_vatt.evaluation.embed_report import EmbedReport
from keras_vatt.evaluation.embedder import Embedder
from keras_vatt.evaluation.fingerprint import fingerprint
from keras_vatt.evaluation.index_format import (
    INDEX,
    SPACES,
    differences,
    read_header,
    write_index,
)
from keras_vatt.evaluation.index_parts import IndexParts, remove_index
from keras_vatt.evaluation.list_sources import list_sources
from keras_vatt.evaluation.window_stream import window_stream

# Windows a part at least: what a killed process may lose.
_PART = 64


def embed_files(
    pretrainer,
    source,
    output,
    preset="model",
    hop=None,
    batch_size=16,
    workers=2,
    allow_outside=False,
    overwrite=False,
    progress=None,
    with_sound=False,
):
    """Embeds the windows of videos and sounds, or sentences, into an index.

    Videos are seen, and heard only `with_sound`. A sound then finds what sounds alike,
    its own video first, besides what looks as if it sounded so.
    What cannot be read is skipped and listed, with the reason, in `skipped.csv`.
    Killed at any moment and called again with the same arguments, it goes on, and the
    index is that of an undisturbed run.

    Args:
        pretrainer: `VATTPretrainer` with its preprocessor, which gives the windows'
            length and time base.
        source: string. A folder of media, a media file, or a text file with a sentence
            a line.
        output: string. The folder to write, see `Index`. While it is unfinished, what
            is done lies in `OUTPUT.parts`.
        preset: string. What the model is called; kept in the index.
        hop: float or None. Seconds from one window to the next. None: the length of
            a window.
        batch_size: int. Windows a pass.
        workers: int. Files decoded side by side.
        allow_outside: bool. Whether links may lead outside the folder.
        overwrite: bool. Whether another index there, or an unfinished one, is replaced.
        progress: optional function, called with (files done, files).
        with_sound: bool. Whether the windows of videos' sound are embedded as well, as
            rows of the modality "audio". A video without sound has none.

    Returns:
        `EmbedReport`.

    Raises:
        FileNotFoundError: if there is nothing to embed.
        FileExistsError: if another index, or something else, is there.
        ValueError: if nothing could be read, an argument makes no sense, or an
            embedding is not finite (the file is named).

    Example:

    ```python
    pretrainer = keras_vatt.models.VATTPretrainer.from_preset("demo/preset")
    keras_vatt.evaluation.embed_files(pretrainer, "videos", "index")
    keras_vatt.evaluation.Index("index").table()["path"]
    ```

    Reference: paper section 3.3 (the common spaces); design 3, "Time base".
    """
    if batch_size < 1 or workers < 1 or not (hop is None or 0 < hop < float("inf")):
        raise ValueError(
            "`batch_size` and `workers` must be positive, and `hop` seconds above 0, "
            f"or None. Received: batch_size={batch_size}, workers={workers}, hop={hop}"
        )
    root, files = list_sources(source, with_sound)
    _check_can_take(pretrainer, {modality for modality, _ in files})
    facts = {
        "preset": str(preset),
        "checksum": fingerprint(pretrainer),
        "root": root,
        "hop": hop,
        "with_sound": with_sound,
        "batch_size": batch_size,
        "backend": keras.backend.backend(),
        "files": _digest(root, files),
    }
    output = pathlib.Path(output)
    parts = IndexParts(output, facts, overwrite)
    with parts.lock():
        header = _finished(output, facts, overwrite)
        if header is None:
            parts.open()
            rows = window_stream(
                root,
                files,
                pretrainer.preprocessor,
                hop,
                parts.next(),
                workers,
                allow_outside,
            )
            _embed(pretrainer, rows, parts, batch_size, len(files), progress)
            header = write_index(output, facts, parts.paths())
            reused = False
        else:
            reused = True
        parts.remove()
    return EmbedReport(str(output), header["modalities"], header["skipped"], reused)


def _finished(output, facts, overwrite):
    """The header of the same index, if an earlier run has finished it."""
    if not output.exists():
        return None
    if (output / INDEX).is_file():
        found = read_header(output)
        if {name: found.get(name) for name in facts} == facts:
            return found
        if not overwrite:
            found = {name: found.get(name) for name in facts}
            raise FileExistsError(
                f"{str(output)!r} is another index: {differences(found, facts)}. "
                "Expected the same, or none. Choose another output, or pass "
                "--overwrite (overwrite=True)."
            )
    remove_index(output)
    return None


def _check_can_take(pretrainer, modalities):
    """Raises a ValueError if the preset cannot take what was found."""
    preprocessor = pretrainer.preprocessor
    needed = {
        "video": ("num_frames", "video_converter"),
        "audio": ("num_samples", "audio_converter"),
        "text": ("num_words", "tokenizer"),
    }
    for modality in modalities:
        _, part = needed[modality]
        if preprocessor is None or getattr(preprocessor, part) is None:
            raise ValueError(
                f"The preset has no {part}, which {modality} needs. "
                + (
                    "Pass the word list that its word table was made with "
                    "(--vocabulary FILE)."
                    if modality == "text"
                    else "Take a preset with one."
                )
            )


def _digest(root, files):
    """A checksum of the files' names, sizes and dates."""
    digest = hashlib.sha256()
    for modality, path in files:
        try:
            status = os.stat(os.path.join(root, path))
            size, time = status.st_size, status.st_mtime_ns
        except OSError:  # a link to nowhere; it will be skipped with the reason
            size, time = -1, -1
        line = f"{modality}\t{path}\t{size}\t{time}\n"
        digest.update(line.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _embed(pretrainer, rows, parts, batch_size, num_files, progress):
    """Writes the parts: each has its own batches, wherever the run has begun."""
    embedder = Embedder(pretrainer)
    waiting, skipped, end = [], [], None

    def flush():
        if waiting or skipped:
            arrays = _vectors(embedder, waiting, batch_size)
            arrays["skipped"] = np.array(skipped, dtype=str).reshape(-1, 4)
            parts.add(arrays, end)
            waiting.clear()
            skipped.clear()

    size = max(_PART, batch_size)
    size -= size % batch_size  # of whole batches
    for row in rows:
        if waiting and row.modality != waiting[0].modality:
            flush()
        if row.value is None:
            skipped.append((row.path, f"{row.start:g}", f"{row.end:g}", row.reason))
        else:
            waiting.append(row)
        end = row.next
        if len(waiting) >= size or len(skipped) >= size:
            flush()
        if progress is not None:
            progress(row.next[0], num_files)
    flush()
    if progress is not None:
        progress(num_files, num_files)


def _vectors(embedder, rows, batch_size):
    """The arrays of a part."""
    modality = rows[0].modality if rows else ""
    arrays = {
        "modality": np.array(modality),
        "path": np.array([row.path for row in rows], dtype=str),
        "start": np.array([row.start for row in rows], "float64"),
        "end": np.array([row.end for row in rows], "float64"),
        "text": np.array([row.text for row in rows], dtype=str),
    }
    pieces = {space: [] for space in SPACES.get(modality, ())}
    for at in range(0, len(rows), batch_size):
        values = [row.value for row in rows[at : at + batch_size]]
        count = len(values)
        # One shape for all batches: nothing is compiled twice, and a row's vector does
        # not depend on how many others there are.
        values += [values[-1]] * (batch_size - count)
        found = embedder.predict_on_batch({modality: np.stack(values)})
        for space, piece in pieces.items():
            name = modality if space == "pooled" else space
            vectors = np.asarray(found[name])[:count].astype("float32")
            _check_finite(vectors, rows[at : at + count], space)
            piece.append(vectors)
    arrays |= {space: np.concatenate(piece) for space, piece in pieces.items()}
    return arrays


def _check_finite(vectors, rows, space):
    finite = np.isfinite(vectors).all(axis=1)
    if not finite.all():
        row = rows[int(np.argmin(finite))]
        raise ValueError(
            f"The vector {space!r} of {row.path!r} at {row.start:g} s is not finite. "
            "Expected finite numbers. Check that file, and the weights: training may "
            "have diverged."
        )
