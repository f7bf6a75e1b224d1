"""From media files to a stored dataset."""

import contextlib
import dataclasses
import errno
import hashlib
import io
import itertools
import json
import os
import shutil
import warnings

from keras_vatt.data import records
from keras_vatt.data.csv_rows import read_source
from keras_vatt.data.limits import DEFAULT_LIMITS
from keras_vatt.data.listing import Listing
from keras_vatt.data.record_index import has_index, write_index
from keras_vatt.data.skipped import Skipped
from keras_vatt.datasets.beam_pipeline_options import beam_pipeline_options
from keras_vatt.datasets.output_folder import (
    check_arguments,
    disk_is_full,
    nothing_written,
    only_writer,
    write_skipped,
)
from keras_vatt.datasets.report import Report


def prepare(
    source,
    output,
    root=None,
    short_side=256,
    frame_rate=None,
    allow_outside=False,
    workers=2,
    jpeg_quality=90,
    limits=DEFAULT_LIMITS,
    overwrite=False,
    progress=None,
    runner=None,
    beam_options=(),
):
    """Encodes the clips of a CSV, a folder or a dataset into a TFDS dataset.

    A run that is interrupted leaves nothing that could be taken for whole: run it
    again and it starts over. A finished one with the same rows and settings is
    reused. In the end everything is read once to write an index of frames and sound
    beside it (`keras_vatt.data.record_index`); a dataset without one gets it when it is
    reused.

    With a runner Apache Beam maps the same step: "DirectRunner" over processes of this
    machine, another over a cluster, whose workers must see the media files and the
    output under the same paths.

    Args:
        source: string or `Listing`. A CSV (columns video_path, start, end, caption,
            label, split; only the first is needed), a folder with one, or a folder of
            media files; or what a reader of a public dataset returned.
        output: string. Folder to write to.
        root: string or None. The data root that paths are relative to and must not
            leave; the folder of the CSV or the dataset's media if None.
        short_side: int. Larger frames are scaled down to it; none is enlarged.
        frame_rate: float or None. Frames per second to store; None: the source's.
        allow_outside: bool. Whether files outside the root may be read.
        workers: int. Threads that decode, or the DirectRunner's processes.
        jpeg_quality: int. 1 to 100.
        limits: `Limits`.
        overwrite: bool. Whether a finished dataset of other rows or settings may be
            replaced.
        progress: None, or called with (clips done, clips in all) after each; not
            with a runner.
        runner: string or None. A runner of Apache Beam, which is an extra
            (`keras-vatt[beam]`); None: threads of this process.
        beam_options: list of strings "name=value", passed to the runner as they are.

    Returns:
        `Report`. What was skipped and why is in `skipped.csv` of the output as well.

    Raises:
        FileNotFoundError: if the source is missing or has no media.
        ValueError: if the CSV is not as expected, no clip of a split can be encoded,
            or the output holds another dataset.
        OSError: if the disk is full, or another process writes to the output.
        ModuleNotFoundError: if a runner is named and Apache Beam is not installed.

    Example:
    ```python
    report = keras_vatt.datasets.prepare("videos/clips.csv", "records")
    print(report)
    clips = keras_vatt.datasets.ucf101("ucfTrainTestlist", "UCF-101")
    keras_vatt.datasets.prepare(clips, "ucf101", runner="DirectRunner", workers=8)
    ```

    Source: design 6.
    """
    check_arguments(short_side, frame_rate, workers, jpeg_quality)
    listing = source if isinstance(source, Listing) else read_source(source)
    root = os.path.abspath(root or listing.root or ".")
    options = None
    if runner is not None:
        options = beam_pipeline_options(runner, beam_options, workers)
    output = os.path.abspath(output)
    settings = {
        "short_side": short_side,
        "frame_rate": frame_rate,
        "allow_outside": allow_outside,
        "jpeg_quality": jpeg_quality,
        "limits": dataclasses.asdict(limits),
    }
    key = _fingerprint(listing, settings, root)
    try:
        os.makedirs(os.path.join(output, records.NAME), exist_ok=True)
        with only_writer(output):
            _remove_leftovers(output)
            encode = {**settings, "root": root, "limits": limits}
            return _prepare(
                listing, output, encode, key, workers, overwrite, progress, options
            )
    except Exception as error:
        if disk_is_full(error):
            raise OSError(
                errno.ENOSPC,
                f"The disk of {output!r} is full; the unfinished dataset was removed. "
                "Expected room for the JPEG frames and the sound of every clip. Free "
                "space or choose another output, and run prepare again",
            ) from error
        raise


def _prepare(listing, output, encode, key, workers, overwrite, progress, options):
    from keras_vatt.datasets.clips_builder import ClipsBuilder

    final = os.path.join(output, records.NAME, records.VERSION)
    if os.path.isdir(final):
        report = _reuse(final, output, key, listing)
        if report is not None:
            return report
        if not overwrite:
            raise ValueError(
                f"{output!r} holds a dataset of other rows or settings. Expected an "
                "empty folder, or the same source and settings as before. Choose "
                "another output, or replace it with --overwrite (overwrite=True)."
            )
        # Renamed first: a kill while it is deleted leaves no half of it behind.
        aside = os.path.join(output, records.NAME, "incomplete.replaced")
        os.rename(final, aside)
        shutil.rmtree(aside)
    if not listing.rows:
        write_skipped(output, listing.skipped)
        raise ValueError(nothing_written("clip", listing.skipped, output))
    done = itertools.count(1)
    total = len(listing.rows)

    def on_clip(outcome):
        if progress is not None:
            progress(next(done), total)

    builder = ClipsBuilder(
        listing=listing,
        metadata={"fingerprint": key, "frame_rate": encode["frame_rate"]},
        encode=encode,
        workers=workers,
        on_clip=on_clip,
        data_dir=output,
    )
    try:
        _download_and_prepare(builder, options)
    except AssertionError as error:
        # TFDS says so of a split in which every clip was skipped.
        if "No examples were yielded" not in str(error):
            raise
        skipped = listing.skipped + builder.skipped
        write_skipped(output, skipped)
        raise ValueError(nothing_written("clip of a split", skipped, output)) from None
    return _reuse(final, output, key, listing, reused=False)


def _download_and_prepare(builder, options):
    import tensorflow_datasets as tfds

    config = tfds.download.DownloadConfig(
        try_download_gcs=False,
        compute_stats=tfds.download.ComputeStatsMode.SKIP,
        beam_options=options,
    )
    # Nothing is downloaded, but TFDS makes the folder: it goes with the leftovers.
    downloads = os.path.join(os.path.dirname(builder.data_dir), "incomplete.downloads")
    tfds.disable_progress_bar()
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            builder.download_and_prepare(download_dir=downloads, download_config=config)
    finally:
        shutil.rmtree(downloads, ignore_errors=True)


def _reuse(final, output, key, listing, reused=True):
    """Returns the report of a finished dataset, or None if it is another one."""
    info = records.builder(final).info
    metadata = info.metadata or {}
    if metadata.get("fingerprint") != key:
        return None
    if not has_index(final):
        _write_index(final)
    # What the source lists in vain is not stored: the source was read just now.
    skipped = listing.skipped + [Skipped(*item) for item in metadata["skipped"]]
    write_skipped(output, skipped)
    written = {name: split.num_examples for name, split in info.splits.items()}
    return Report(output, written, skipped, metadata["class_names"], reused)


def _write_index(final):
    """Writes the records' index. The dataset is whole without it too."""
    try:
        write_index(final)
    except Exception as error:
        if not disk_is_full(error):
            raise
        warnings.warn(
            f"There was no room for the index of {final!r}. Its clips are all there, "
            "and are read whole. Free space and run prepare again to add it.",
            stacklevel=2,
        )


def _remove_leftovers(output):
    """Removes what a killed run left: TFDS names its unfinished folders so."""
    parent = os.path.join(output, records.NAME)
    for name in os.listdir(parent):
        if name.startswith("incomplete."):
            shutil.rmtree(os.path.join(parent, name))


def _fingerprint(listing, settings, root):
    """Returns a hash of all that decides the dataset, files by their sizes."""
    rows = [dataclasses.astuple(row) for row in listing.rows]
    sizes = {row.path: _size(os.path.join(root, row.path)) for row in listing.rows}
    text = json.dumps([rows, sizes, listing.class_names, settings], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _size(path):
    try:
        return os.path.getsize(path)
    except (OSError, ValueError):  # missing, or no path at all: skipped later
        return -1
