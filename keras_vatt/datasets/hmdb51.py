"""HMDB51."""

import os

from keras_vatt.datasets.read_table import read_table
from keras_vatt.datasets.row_collector import RowCollector

_SPLITS = {"1": "train", "2": "test"}


def hmdb51(annotations, media, fold=1):
    """Returns the clips of HMDB51: 51 human motions.

    Args:
        annotations: string. Folder with `<class>_test_split{1,2,3}.txt`.
        media: string. Folder of the videos, in a folder a class.
        fold: int. 1, 2 or 3: which of the three splits into train and test. Clips
            that it leaves unused are left out.

    Returns:
        `Listing`. Labels in alphabetic order.

    Raises:
        FileNotFoundError: if there are no such files.
        ValueError: if the fold or a file is not as expected.

    Example:
    ```python
    clips = keras_vatt.datasets.hmdb51("testTrainMulti_7030_splits", "videos", fold=1)
    keras_vatt.datasets.prepare(clips, "records")
    ```

    Source: Kuehne et al., ICCV 2011. Layout: the dataset's own files; checked against
    open-mmlab/mmaction2, tools/data/parse_file_list.py (`parse_hmdb51_split`).
    """
    if fold not in (1, 2, 3):
        raise ValueError(f"`fold` must be 1, 2 or 3. Received: fold={fold}")
    suffix = f"_test_split{fold}.txt"
    files = sorted(name for name in os.listdir(annotations) if name.endswith(suffix))
    if not files:
        raise FileNotFoundError(
            f"There is no file <class>{suffix} in {os.fspath(annotations)!r}. Expected "
            "the folder of the dataset's split files."
        )
    names = [name.removesuffix(suffix) for name in files]
    collector = RowCollector(media)
    for label, file in zip(names, files):
        path = os.path.join(annotations, file)
        for line in read_table(path, ("file", "use"), False, " "):
            with collector.skipping(line):
                stem = os.path.splitext(line.text("file"))[0]
                use = line.choice("use", ("0", "1", "2"))
                if use == "0":
                    continue
                split = _SPLITS[use]
                clip_id = f"{label}/{stem}"
                collector.add(line, clip_id, stem, label, labels=(label,), split=split)
    return collector.listing(names)
