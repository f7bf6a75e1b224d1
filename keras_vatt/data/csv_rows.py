"""One's own clips: a CSV beside media files."""

import csv
import math
import os
import re

from keras_vatt.data.caption import Caption
from keras_vatt.data.caption_neighbours import caption_neighbours
from keras_vatt.data.clip_row import ClipRow
from keras_vatt.data.listing import Listing
from keras_vatt.data.media import AUDIO_SUFFIXES, MEDIA_SUFFIXES
from keras_vatt.data.skipped import Skipped

COLUMNS = ("video_path", "start", "end", "caption", "label", "split")


def read_source(source):
    """Returns the listing of a CSV file, or of a folder.

    Args:
        source: string. A CSV file; a folder with one CSV; or a folder with media
            files alone, which become clips without captions: its videos, or its
            sounds where there is no video.

    Returns:
        `Listing`; its root is the folder.

    Raises:
        FileNotFoundError: if there is no such file or folder, or nothing in it.
        ValueError: if the CSV cannot be read, or a folder has several.
    """
    source = os.fspath(source)
    if os.path.isfile(source):
        return read_csv(source)
    if not os.path.isdir(source):
        raise FileNotFoundError(
            f"There is no file or folder {source!r}. Expected a CSV with the columns "
            f"{', '.join(COLUMNS)}, or a folder of media files."
        )
    tables = sorted(name for name in os.listdir(source) if name.endswith(".csv"))
    tables = [name for name in tables if name != "skipped.csv"]
    if len(tables) > 1:
        raise ValueError(
            f"The folder {source!r} holds {len(tables)} CSV files: {tables}. Expected "
            "one. Name the one to read."
        )
    if tables:
        return read_csv(os.path.join(source, tables[0]))
    paths = _paths(source, MEDIA_SUFFIXES) or _paths(source, AUDIO_SUFFIXES)
    if not paths:
        suffixes = ", ".join(sorted(MEDIA_SUFFIXES | AUDIO_SUFFIXES))
        raise FileNotFoundError(
            f"The folder {source!r} holds neither a CSV nor a media file. Expected "
            f"files ending in {suffixes}."
        )
    rows = [ClipRow(path, path, needs=_needs(path)) for path in paths]
    return Listing(rows, [], [], os.path.abspath(source))


def _paths(folder, suffixes):
    """Returns the files below a folder with one of some suffixes, sorted."""
    paths = []
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if os.path.splitext(name)[1].lower() in suffixes:
                paths.append(os.path.relpath(os.path.join(parent, name), folder))
    return paths


def _needs(path):
    """What a clip cannot do without: a file of sound has no frames to ask for."""
    is_sound = os.path.splitext(path)[1].lower() in AUDIO_SUFFIXES
    return "audio" if is_sound else "video"


def read_csv(path):
    """Returns the clips of a CSV with the columns of `COLUMNS`.

    Only `video_path` is needed; `start` and `end` are seconds. Rows of the same
    video, start and end are one clip with several captions (or labels). Captions of
    the other clips of a video, same split, are kept as its neighbours in time.

    Args:
        path: string.

    Returns:
        `Listing`.

    Raises:
        ValueError: if the column is missing, the file is no CSV, or a clip is in two
            splits.

    Source: design 6, "Raw" (the columns of DMVR's generator, and `split`).
    """
    clips, skipped = {}, []
    for number, record in _records(path):
        try:
            key, split = _parse(record)
        except ValueError as error:
            skipped.append(
                Skipped(f"line {number}", record["video_path"], f"{error} ({path})")
            )
            continue
        clip = clips.setdefault(key, {"split": split, "captions": [], "labels": []})
        if clip["split"] != split:
            raise ValueError(
                f"The clip {_clip_id(*key)!r} is in the splits {clip['split']!r} and "
                f"{split!r} (line {number} of {path}). Expected one: a clip that is "
                "trained on cannot test. Correct the column `split`."
            )
        for name, value in (("captions", "caption"), ("labels", "label")):
            text = record.get(value) or ""
            text = text.strip()
            if text and text not in clip[name]:
                clip[name].append(text)
    if not clips and not skipped:
        raise ValueError(f"{path!r} has a header and no rows. Expected a row a clip.")
    labels = sorted({label for clip in clips.values() for label in clip["labels"]})
    root = os.path.dirname(os.path.abspath(path))
    return Listing(_with_neighbours(clips), skipped, labels, root)


def _records(path):
    """Yields line numbers and rows as dicts."""
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            found = [name.strip() for name in reader.fieldnames or ()]
            if "video_path" not in found:
                raise ValueError(
                    f"{path!r} has no column 'video_path'. Found: {found}. Expected "
                    f"the columns {', '.join(COLUMNS)}, of which only video_path is "
                    "needed. Name the columns in the first line."
                )
            reader.fieldnames = found
            for record in reader:
                record["video_path"] = record["video_path"] or ""
                yield reader.line_num, record
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(
            f"{path!r} is no CSV in UTF-8: {error}. Expected comma-separated text "
            f"with the columns {', '.join(COLUMNS)}. Save it as UTF-8."
        ) from None


def _parse(record):
    if not record["video_path"]:
        raise ValueError("The row has no video_path. Expected a file's path")
    start, end = _seconds(record, "start"), _seconds(record, "end")
    if end is not None and end <= (start or 0.0):
        raise ValueError(
            f"The clip ends at {end:g} s and starts at {start or 0.0:g} s. Expected "
            "end > start. Correct the row"
        )
    split = (record.get("split") or "").strip() or "train"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", split):
        raise ValueError(
            f"The split is {split!r}. Expected train, validation, test or another "
            "name of lower-case letters, digits and underscores. Correct the row"
        )
    return (record["video_path"], start, end), split


def _seconds(record, name):
    text = (record.get(name) or "").strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(
            f"{name} is {text!r}. Expected seconds, a finite number of at least 0. "
            "Correct the row"
        )
    return value


def _clip_id(path, start, end):
    if start is None and end is None:
        return path
    return f"{path}#{'' if start is None else start!r}-{'' if end is None else end!r}"


def _with_neighbours(clips):
    """Returns rows whose captions include those near them in the same video."""
    timelines = {}
    for (path, start, end), clip in clips.items():
        if end is not None and clip["captions"]:
            line = timelines.setdefault((path, clip["split"]), [])
            line.append((start or 0.0, end, clip["captions"]))
    for line in timelines.values():
        line.sort()
    rows = []
    for (path, start, end), clip in clips.items():
        captions = [Caption(text) for text in clip["captions"]]
        line = timelines.get((path, clip["split"]), [])
        if end is not None and len(line) > 1:
            captions += caption_neighbours(line, start or 0.0, end)
        rows.append(
            ClipRow(
                _clip_id(path, start, end),
                path,
                start,
                end,
                tuple(captions),
                tuple(clip["labels"]),
                clip["split"],
                _needs(path),
            )
        )
    return rows
