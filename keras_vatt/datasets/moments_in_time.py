"""Moments in Time."""

import os

from keras_vatt.datasets.annotation_file import annotation_file
from keras_vatt.datasets.read_table import read_table
from keras_vatt.datasets.row_collector import RowCollector

_SPLITS = {"training": "train", "validation": "validation"}


def moments_in_time(annotations, media):
    """Returns the clips of Moments in Time: 339 (or 305) events, 3 s each.

    Args:
        annotations: string. Folder with `moments_categories.txt` and those of
            `trainingSet.csv` and `validationSet.csv` that there are.
        media: string. Folder of `training/<class>/<file>` and `validation/...`.

    Returns:
        `Listing`. Labels in the order of `moments_categories.txt`.

    Raises:
        FileNotFoundError: if a file or folder is missing.
        ValueError: if a file is not as expected.

    Example:
    ```python
    folder = "Moments_in_Time_Raw"
    clips = keras_vatt.datasets.moments_in_time(folder, folder)
    keras_vatt.datasets.prepare(clips, "records")
    ```

    Source: Monfort et al., 2019. Layout: the dataset's README (folders); checked
    against open-mmlab/mmaction2, tools/data/parse_file_list.py (`parse_mit_splits`).
    """
    classes = {}
    index = os.path.join(annotations, "moments_categories.txt")
    for line in read_table(index, ("class", "index"), False):
        classes[line.integer("index")] = line.text("class")
    names = [name for _, name in sorted(classes.items())]
    tables = {f"{folder}Set.csv": folder for folder in _SPLITS}
    annotation_file(annotations, *tables)
    collector = RowCollector(media)
    for table, folder in tables.items():
        path = os.path.join(annotations, table)
        if not os.path.isfile(path):
            continue
        for line in read_table(path, ("file", "class"), False):
            with collector.skipping(line):
                parent, _, file = line.text("file").rpartition("/")
                label = line.choice("class", names)
                collector.add(
                    line,
                    f"{folder}/{parent}/{file}",
                    os.path.splitext(file)[0],
                    f"{folder}/{parent}",
                    labels=(label,),
                    split=_SPLITS[folder],
                )
    return collector.listing(names)
