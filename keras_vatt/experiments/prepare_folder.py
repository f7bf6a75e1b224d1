"""A folder as the experiments read it: prepared."""

import os

from keras_vatt import data, datasets

RECORDS = "records"


def prepare_folder(folder, output, **options):
    """Returns the prepared folder: the one given, or what it is prepared to.

    Args:
        folder: string. A prepared folder, DMVR records, images as TFDS stores them,
            or what `prepare` reads.
        output: string. Where `records/` is written, if it must be.
        **options: passed to `keras_vatt.datasets.prepare`.

    Returns:
        A path, string.

    Raises:
        FileNotFoundError: if the folder is missing, or holds nothing to read.
    """
    if data.records.is_prepared(folder):
        return str(folder)
    records = os.path.join(output, RECORDS)
    print(datasets.prepare(folder, records, **options))
    return records
