"""From media files to DMVR's TFRecords."""

import functools
import hashlib
import json
import os
import shutil

import tensorflow as tf

from keras_vatt.data import dmvr, records
from keras_vatt.data.csv_rows import read_source
from keras_vatt.data.encode_clip import encode_clip
from keras_vatt.data.limits import DEFAULT_LIMITS
from keras_vatt.data.listing import Listing
from keras_vatt.data.skipped import Skipped
from keras_vatt.datasets.dmvr_example import dmvr_example
from keras_vatt.datasets.in_order import in_order
from keras_vatt.datasets.output_folder import (
    check_arguments,
    nothing_written,
    only_writer,
    write_skipped,
)
from keras_vatt.datasets.report import Report

_CLIPS_A_FILE = 256


def prepare_dmvr(
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
):
    """Encodes the clips of a CSV or a folder into DMVR's TFRecords.

    For pipelines that read DMVR, the authors' among them; `keras_vatt.data.load` reads
    both. DMVR keeps neither frame rate nor the times of captions: give `frame_rate`,
    and only a clip's own captions are written. Files are `<split>-00000-of-00004`.

    Args:
        source: string or `Listing`. As in `prepare`.
        output: string. Folder to write to.
        root: string or None. As in `prepare`, like all that follow.
        short_side: int.
        frame_rate: float or None.
        allow_outside: bool.
        workers: int.
        jpeg_quality: int.
        limits: `Limits`.
        overwrite: bool. Whether DMVR files that are there may be replaced.
        progress: None, or called with (clips done, clips in all) after each.

    Returns:
        `Report`. What was skipped and why is in `skipped.csv` of the output as well.

    Raises:
        FileNotFoundError: if the source is missing or has no media.
        ValueError: if the CSV is not as expected, no clip can be encoded, or the
            output holds DMVR files already.

    Example:
    ```python
    keras_vatt.datasets.prepare_dmvr("clips.csv", "records", frame_rate=10.0)
    ```

    Source: DMVR's `generate_from_file.py`.
    """
    check_arguments(short_side, frame_rate, workers, jpeg_quality)
    listing = source if isinstance(source, Listing) else read_source(source)
    encode = functools.partial(
        encode_clip,
        root=os.path.abspath(root or listing.root or "."),
        short_side=short_side,
        frame_rate=frame_rate,
        allow_outside=allow_outside,
        jpeg_quality=jpeg_quality,
        limits=limits,
    )
    output = os.path.abspath(output)
    os.makedirs(os.path.join(output, records.NAME), exist_ok=True)
    with only_writer(output):
        if os.path.isdir(os.path.join(output, records.NAME, records.VERSION)):
            raise ValueError(
                f"{output!r} holds a dataset in the other format. Expected a folder "
                "without, so that there is no doubt which is read. Choose another."
            )
        there = [name for name in os.listdir(output) if "-of-" in name]
        if there and not overwrite:
            raise ValueError(
                f"{output!r} holds {len(there)} DMVR files already. Expected a folder "
                "without. Choose another output, or replace them with --overwrite "
                "(overwrite=True)."
            )
        aside = os.path.join(output, records.NAME, "incomplete.dmvr")
        shutil.rmtree(aside, ignore_errors=True)
        os.makedirs(aside)
        writer = _Writer(aside, listing.class_names)
        skipped, done = list(listing.skipped), 0
        try:
            # Rows of a class or a video stand together: scattered, as TFDS does.
            rows = sorted(listing.rows, key=_scattered)
            for row, outcome in in_order(encode, rows, workers):
                done += 1
                if isinstance(outcome, Skipped):
                    skipped.append(outcome)
                else:
                    writer.write(row.split, outcome)
                if progress is not None:
                    progress(done, len(listing.rows))
        finally:
            writer.close()
        write_skipped(output, skipped)
        if not writer.written:
            raise ValueError(nothing_written("clip", skipped, output))
        for name in there:
            os.remove(os.path.join(output, name))
        writer.publish(output)
        shutil.rmtree(aside)
    return Report(output, writer.written, skipped, listing.class_names)


def _scattered(row):
    return hashlib.sha256(row.clip_id.encode("utf-8", "surrogateescape")).digest()


class _Writer:
    """Writes examples split by split, a few hundred a file, and names them last."""

    def __init__(self, folder, class_names):
        self.folder = folder
        self.class_names = class_names
        self.written, self.unlabelled = {}, {}
        self.open = {}

    def write(self, split, example):
        count = self.written.get(split, 0)
        if count % _CLIPS_A_FILE == 0:
            if split in self.open:
                self.open[split].close()
            path = os.path.join(self.folder, f"{split}-{count // _CLIPS_A_FILE:05d}")
            self.open[split] = tf.io.TFRecordWriter(path)
        record = dmvr_example(example, self.class_names)
        self.open[split].write(record.SerializeToString())
        self.written[split] = count + 1
        missing = self.unlabelled.get(split, 0) + (not example["labels"])
        self.unlabelled[split] = missing

    def close(self):
        for file in self.open.values():
            file.close()

    def publish(self, output):
        """Moves the files to their final names, which tell how many there are."""
        for split, count in self.written.items():
            total = -(-count // _CLIPS_A_FILE)
            for number in range(total):
                start = f"{split}-{number:05d}"
                final = os.path.join(output, f"{start}-of-{total:05d}")
                os.replace(os.path.join(self.folder, start), final)
        metadata = {"class_names": self.class_names, "unlabelled": self.unlabelled}
        with open(os.path.join(output, dmvr.METADATA), "w", encoding="utf-8") as file:
            json.dump(metadata, file)
