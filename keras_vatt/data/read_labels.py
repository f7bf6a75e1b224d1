"""Names of classes, from wherever they are."""

import csv
import os

from keras_vatt.data import records


def read_labels(path):
    """Returns the names of classes in their order.

    Args:
        path: string. A text file with a name a line; a CSV with a column
            `display_name` and optionally `index`, such as AudioSet's
            `class_labels_indices.csv`; or a prepared folder, for its labels.

    Returns:
        list of strings.

    Raises:
        FileNotFoundError: if there is no such file or folder.
        ValueError: if there is no name in it, or the indices have gaps.

    Example:
    ```python
    keras_vatt.data.read_labels("class_labels_indices.csv")[0]  # "Speech"
    ```
    """
    path = os.fspath(path)
    if os.path.isdir(path):
        names = records.class_names(path)
    elif not os.path.isfile(path):
        raise FileNotFoundError(
            f"There is no file or folder {path!r}. Expected class names: a text file "
            "with one a line, AudioSet's class_labels_indices.csv, or what `keras-vatt "
            "prepare` wrote."
        )
    else:
        with open(path, newline="", encoding="utf-8-sig") as file:
            lines = [line.strip() for line in file if line.strip()]
        is_table = lines and "display_name" in lines[0].split(",")
        names = _of_table(lines, path) if is_table else lines
    if not names:
        raise ValueError(f"{path!r} holds no label. Expected at least one.")
    return names


def _of_table(lines, path):
    rows = list(csv.DictReader(lines))
    if rows and "index" in rows[0]:
        rows.sort(key=lambda row: int(row["index"]))
        found = [int(row["index"]) for row in rows]
        if found != list(range(len(rows))):
            raise ValueError(
                f"The column index of {path!r} must count 0, 1, 2, ... Received: "
                f"{found[:5]}... of {len(rows)} rows."
            )
    return [row["display_name"].strip() for row in rows]
