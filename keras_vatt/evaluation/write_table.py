"""An index as one table in a file."""

import os

import numpy as np

SUFFIXES = (".parquet", ".npz")


def write_table(index, path):
    """Writes all rows of an index to a file: aside first, then renamed.

    A row is path, start, end, modality, space, text, vector, preset and checksum; a
    window has a row for each space.

    Args:
        index: `Index`.
        path: string, ending in `.parquet`, or in `.npz` for numpy alone. There the
            columns are arrays, and the vectors, whose widths differ, one array of all
            their numbers, `vectors`, with `lengths` `(rows,)`.

    Raises:
        ValueError: if the name ends in neither.

    Example:

    ```python
    write_table(keras_vatt.evaluation.Index("index"), "table.parquet")
    pyarrow.parquet.read_table("table.parquet")["vector"]
    ```
    """
    path = os.fspath(path)
    suffix = os.path.splitext(path)[1]
    if suffix not in SUFFIXES:
        raise ValueError(
            f"A table ends in {' or '.join(SUFFIXES)}. Received: {path!r}. Name it so."
        )
    table = index.table()
    vectors = table.pop("vector")
    aside = f"{path}.partial"
    if suffix == ".npz":
        lengths = np.array([len(vector) for vector in vectors])
        with open(aside, "wb") as file:
            np.savez(file, **table, vectors=np.concatenate(vectors), lengths=lengths)
    else:
        _write_parquet(table, vectors, aside)
    os.replace(aside, path)


def _write_parquet(table, vectors, path):
    import pyarrow
    import pyarrow.parquet

    rows = len(vectors)
    columns = {
        name: [value] * rows if isinstance(value, str) else value.tolist()
        for name, value in table.items()
    }
    ends = np.cumsum([0, *(len(vector) for vector in vectors)])
    columns["vector"] = pyarrow.LargeListArray.from_arrays(
        ends, pyarrow.array(np.concatenate(vectors), pyarrow.float32())
    )
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
