"""ESC-50."""

import os

from keras_vatt.datasets.annotation_file import annotation_file
from keras_vatt.datasets.read_table import read_table
from keras_vatt.datasets.row_collector import RowCollector


def esc50(annotations, media, fold=1):
    """Returns the clips of ESC-50: 50 kinds of environmental sound, 5 s each.

    Args:
        annotations: string. Folder with `esc50.csv`, or the file.
        media: string. Folder of the `.wav` files.
        fold: int. 1 to 5: the fold that is "test"; the other four are "train".

    Returns:
        `Listing` of clips of sound alone. Labels in the order of the column `target`.

    Raises:
        FileNotFoundError: if a file or folder is missing.
        ValueError: if the fold or the file is not as expected.

    Example:
    ```python
    clips = keras_vatt.datasets.esc50("ESC-50/meta", "ESC-50/audio", fold=1)
    keras_vatt.datasets.prepare(clips, "records")
    ```

    Source: Piczak, ACM MM 2015; layout: the dataset's own `esc50.csv`.
    """
    if fold not in (1, 2, 3, 4, 5):
        raise ValueError(f"`fold` must be 1 to 5. Received: fold={fold}")
    collector, classes = RowCollector(media, sound=True), {}
    path = annotation_file(annotations, "esc50.csv", os.path.join("meta", "esc50.csv"))
    for line in read_table(path, ("filename", "fold", "target", "category")):
        with collector.skipping(line):
            label, target = line.text("category"), line.integer("target")
            if classes.setdefault(target, label) != label:
                raise line.error("category", f"{classes[target]!r} of target {target}")
            stem = os.path.splitext(line.text("filename"))[0]
            split = "test" if line.integer("fold") == fold else "train"
            collector.add(line, stem, stem, labels=(label,), split=split, needs="audio")
    return collector.listing([name for _, name in sorted(classes.items())])
