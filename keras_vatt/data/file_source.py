"""Media files as what `data.load` reads from, without preparing them."""

import os
import warnings

import tensorflow as tf

from keras_vatt.data.clip_row import ClipRow
from keras_vatt.data.csv_rows import read_source
from keras_vatt.data.file_media import FileMedia
from keras_vatt.data.listing import Listing
from keras_vatt.data.media import AUDIO_SUFFIXES, MEDIA_SUFFIXES
from keras_vatt.data.source import Source


def file_source(source, split, allow_outside=False):
    """Returns the clips of media files, to be read where windows lie.

    Args:
        source: string or `Listing`. A folder of media files, with or without one CSV;
            a CSV; one media file, which is in every split; or what a reader of a
            public dataset returned.
        split: string.
        allow_outside: bool. Whether files outside the CSV's folder may be read.

    Returns:
        `Source`, whose records are the numbers of its rows.

    Raises:
        FileNotFoundError: if there is no such file or folder, or nothing in it.
        ValueError: if there is no such split, or the CSV is not as expected.

    Example:
    ```python
    file_source("videos", "train").num_clips
    ```

    Source: design 6, "Raw".
    """
    listing = source if isinstance(source, Listing) else _listing(source, split)
    name = (listing.root or ".") if isinstance(source, Listing) else os.fspath(source)
    rows = [row for row in listing.rows if row.split == split]
    if not rows:
        raise ValueError(
            f"There is no split {split!r} in {name!r}. Expected one of "
            f"{sorted({row.split for row in listing.rows})}. The CSV's column `split` "
            "makes them."
        )
    if listing.skipped:
        shown = "\n".join(f"  {s.clip_id}: {s.reason}" for s in listing.skipped[:10])
        warnings.warn(
            f"{len(listing.skipped)} entries of {name!r} are no clips and are skipped, "
            f"the first of them:\n{shown}",
            stacklevel=2,
        )
    media = FileMedia(rows, listing.class_names, listing.root, allow_outside)
    return Source(
        name=f"split {split!r} of {name!r}",
        files=(("", 0, len(rows)),),
        parse=media.parse,
        class_names=tuple(listing.class_names),
        num_unlabelled=sum(not row.labels for row in rows),
        media=media,
        records=lambda path: tf.data.Dataset.range(len(rows)),
        least_buffer=len(rows),
    )


def _listing(source, split):
    """Returns the `Listing` of a path."""
    source = os.fspath(source)
    if os.path.splitext(source)[1].lower() not in MEDIA_SUFFIXES | AUDIO_SUFFIXES:
        return read_source(source)
    folder, name = os.path.split(os.path.abspath(source))
    rows = [ClipRow(name, name, split=split)]
    return Listing(rows, [], [], folder)
