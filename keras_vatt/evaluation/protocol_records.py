"""The clips of a protocol: from a folder in the dataset's layout to records."""

import dataclasses
import fnmatch
import os

from keras_vatt import datasets

# All folds share one set of records: a clip is stored and embedded once. (TFDS keeps
# the name "all" for itself.)
ALL = "folds"
# Longest short side of stored frames that a model of 224 pixels makes use of.
SHORT_SIDE = 256


def protocol_records(protocol, folder, output, annotations=None, short_side=0):
    """Prepares the clips that a protocol scores, unless they are there already.

    Args:
        protocol: `Protocol`.
        folder: string. The dataset's folder: media files, and the authors' annotation
            files somewhere in it.
        output: string. Folder to write the records to.
        annotations: string or None. The folder of the annotation files, where it
            lies elsewhere.
        short_side: int. Of the frames that the model sees, in pixels; stored frames
            have it, at least 256.

    Returns:
        The `Report` of `keras_vatt.datasets.prepare`, the split's name, and the folds
        that could be read: a dict of fold to a dict of clip id to "train" or "test".

    Raises:
        FileNotFoundError: if the annotation or media files are missing.
        ValueError: if a file is not as expected, or the split has no clip.
    """
    where = annotations or find_annotations(protocol, folder)
    if protocol.folds:
        listing, folds = _all_folds(protocol, where, folder)
    else:
        listing = datasets.read_dataset(protocol.dataset, where, folder)
        rows = [row for row in listing.rows if row.split == protocol.split]
        listing, folds = dataclasses.replace(listing, rows=rows), {}
    if not listing.rows:
        reasons = sorted({item.reason for item in listing.skipped})[:2]
        raise ValueError(
            f"{folder!r} has no clip of {protocol.dataset}'s split "
            f"{protocol.split!r}; {len(listing.skipped)} listed clips were left out"
            f"{': ' if reasons else ''}{' '.join(reasons)} Expected the media files "
            f"that the annotation files in {where!r} list."
        )
    short_side = max(short_side, SHORT_SIDE)
    records = os.path.join(output, f"{protocol.dataset}-{short_side}")
    # What an earlier run prepared from other files is of no use any more.
    report = datasets.prepare(listing, records, short_side=short_side, overwrite=True)
    return report, ALL if folds else protocol.split, folds


def find_annotations(protocol, folder):
    """The folder, at or below one, that holds a dataset's annotation files.

    Raises:
        FileNotFoundError: if there is none.
        ValueError: if there are several.
    """
    found = []
    for parent, folders, names in os.walk(folder):
        folders.sort()
        if any(fnmatch.filter(names, pattern) for pattern in protocol.found_by):
            found.append(parent)
    if len(found) == 1:
        return found[0]
    expected = " or ".join(protocol.found_by)
    if not found:
        raise FileNotFoundError(
            f"No annotation file of {protocol.dataset} is in {os.fspath(folder)!r} or "
            f"below. Expected {expected}, as the dataset's authors name it. Put it "
            "there, or name its folder by --annotations."
        )
    raise ValueError(
        f"Several folders of {os.fspath(folder)!r} hold {expected}: {found}. Expected "
        "one. Name it by --annotations."
    )


def _all_folds(protocol, annotations, media):
    """One listing of every clip of every fold, and each fold's train and test."""
    folds, rows, skipped, missing, last = {}, {}, {}, [], None
    for fold in protocol.folds:
        try:
            listing = datasets.read_dataset(protocol.dataset, annotations, media, fold)
        except FileNotFoundError as error:
            missing.append(error)
            continue
        last = listing
        splits = {row.clip_id: row.split for row in listing.rows}
        if set(splits.values()) == {"train", "test"}:
            folds[fold] = splits
        for row in listing.rows:
            rows.setdefault(row.clip_id, dataclasses.replace(row, split=ALL))
        skipped |= dict.fromkeys(listing.skipped)
    if not folds:
        if missing:
            raise missing[0]
        raise ValueError(
            f"No fold of {protocol.dataset} has both train and test clips among the "
            f"{len(rows)} whose media files were found in {media!r}. Expected at least "
            "one clip of each."
        )
    return dataclasses.replace(
        last, rows=list(rows.values()), skipped=list(skipped)
    ), folds
