"""UCF101."""

import os

from keras_vatt.datasets.read_table import read_table
from keras_vatt.datasets.row_collector import RowCollector


def ucf101(annotations, media, fold=1):
    """Returns the clips of UCF101: 101 human actions.

    Args:
        annotations: string. Folder with `classInd.txt`, `trainlist0{1,2,3}.txt` and
            `testlist0{1,2,3}.txt`.
        media: string. Folder of the videos, in a folder a class or flat.
        fold: int. 1, 2 or 3: which of the three splits into train and test.

    Returns:
        `Listing`. Labels in the order of `classInd.txt`.

    Raises:
        FileNotFoundError: if a file or folder is missing.
        ValueError: if the fold or a file is not as expected.

    Example:
    ```python
    clips = keras_vatt.datasets.ucf101("ucfTrainTestlist", "UCF-101", fold=1)
    keras_vatt.datasets.prepare(clips, "records")
    ```

    Source: Soomro et al., 2012. Layout: the dataset's own files; checked against
    open-mmlab/mmaction2, tools/data/parse_file_list.py (`parse_ucf101_splits`).
    """
    if fold not in (1, 2, 3):
        raise ValueError(f"`fold` must be 1, 2 or 3. Received: fold={fold}")
    classes = {}
    index = os.path.join(annotations, "classInd.txt")
    for line in read_table(index, ("index", "name"), False, " "):
        classes[line.integer("index")] = line.text("name")
    names = [name for _, name in sorted(classes.items())]
    collector = RowCollector(media)
    for split in ("train", "test"):
        path = os.path.join(annotations, f"{split}list0{fold}.txt")
        for line in read_table(path, ("path", "index"), False, " "):
            with collector.skipping(line):
                label, _, file = line.text("path").rpartition("/")
                if label not in names:
                    raise line.error("path", "CLASS/FILE, a class of classInd.txt")
                stem = os.path.splitext(file)[0]
                collector.add(line, stem, stem, label, labels=(label,), split=split)
    return collector.listing(names)
