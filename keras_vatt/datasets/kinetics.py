"""Kinetics-400, Kinetics-600 and Kinetics-700."""

import os

from keras_vatt.datasets.annotation_file import annotation_file
from keras_vatt.datasets.read_table import read_table
from keras_vatt.datasets.row_collector import RowCollector

_SPLITS = {
    "train": ("train.csv",),
    "validation": ("validate.csv", "val.csv", "validation.csv"),
    "test": ("test.csv",),
}
_COLUMNS = ("youtube_id", "time_start", "time_end")


def kinetics(annotations, media):
    """Returns the clips of Kinetics-400, -600 or -700: human actions, 10 s each.

    Args:
        annotations: string. Folder with those of `train.csv`, `validate.csv` (or
            `val.csv`) and `test.csv` that there are. Label ids follow the labels in
            these files: leave none out that should be in the same numbering.
        media: string. Folder of the clips `<id>_<start>_<end>.mp4` (six digits each),
            flat or in a folder a class.

    Returns:
        `Listing`. Labels in alphabetic order; a test file without labels gives clips
        without.

    Raises:
        FileNotFoundError: if a folder or all the files are missing.
        ValueError: if a file is not as expected.

    Example:
    ```python
    clips = keras_vatt.datasets.kinetics("kinetics400", "kinetics400/videos")
    keras_vatt.datasets.prepare(clips, "records")
    ```

    Source: Kay et al., 2017; Carreira et al., 2018 and 2019. Layout: the datasets' own
    files; checked against open-mmlab/mmaction2, tools/data/parse_file_list.py
    (`parse_kinetics_splits`).
    """
    names = [name for files in _SPLITS.values() for name in files]
    annotation_file(annotations, *names)
    collector, labels = RowCollector(media), set()
    for split, files in _SPLITS.items():
        paths = [os.path.join(annotations, name) for name in files]
        for path in [path for path in paths if os.path.isfile(path)][:1]:
            for line in read_table(path, _COLUMNS):
                with collector.skipping(line):
                    label = line.text("label") if "label" in line.values else None
                    labels |= {label} - {None}
                    begin, end = map(int, line.span("time_start", "time_end"))
                    stem = f"{line.text('youtube_id')}_{begin:06d}_{end:06d}"
                    found = (label,) if label else ()
                    collector.add(
                        line, stem, stem, label or "", labels=found, split=split
                    )
    return collector.listing(sorted(labels))
