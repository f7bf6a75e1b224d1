"""Annotation files with a line an entry."""

import csv
import os

from keras_vatt.datasets.line import Line


def read_table(path, columns, has_header=True, delimiter=",", comment=None):
    """Yields the lines of a table.

    Args:
        path: string.
        columns: tuple of strings. The columns that must be in the header, or without
            one the names of the columns in order.
        has_header: bool. Whether the first line names the columns.
        delimiter: string, one character. Quotes are read where it is a comma.
        comment: string or None. Lines that start so are left out.

    Yields:
        `Line`, its values strings by column.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is no such table or lacks a column.

    Example:
    ```python
    for line in read_table("meta/esc50.csv", ("filename", "fold")):
        line.text("filename"), line.integer("fold")
    ```
    """
    path = os.fspath(path)
    if not os.path.isfile(path):
        raise FileNotFoundError(
            f"There is no file {path!r}. Expected the dataset's own annotation file of "
            f"that name, with the columns {', '.join(columns)}."
        )
    quoting = csv.QUOTE_MINIMAL if delimiter == "," else csv.QUOTE_NONE
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(
                file, delimiter=delimiter, skipinitialspace=True, quoting=quoting
            )
            names = None if has_header else columns
            for fields in reader:
                if not any(field.strip() for field in fields):
                    continue
                if comment is not None and fields[0].startswith(comment):
                    continue
                if names is None:
                    names = _header(fields, columns, path)
                    continue
                yield Line(path, f"line {reader.line_num}", dict(zip(names, fields)))
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path!r} is no text in UTF-8: {error}. Expected the columns "
            f"{', '.join(columns)}. Fetch the file again."
        ) from None
    except csv.Error as error:
        raise ValueError(
            f"{path!r}, line {reader.line_num}, is no line of a table: {error}. "
            f"Expected the columns {', '.join(columns)}. Fetch the file again."
        ) from None


def _header(fields, columns, path):
    names = [field.strip() for field in fields]
    missing = [column for column in columns if column not in names]
    if missing:
        raise ValueError(
            f"{path!r} lacks the columns {missing}. Found: {names}. Expected "
            f"{', '.join(columns)} in the first line. Take the dataset's own file."
        )
    return names
