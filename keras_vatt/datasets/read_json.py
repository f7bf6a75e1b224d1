"""Annotation files in JSON."""

import json
import os


def read_json(path, keys=()):
    """Returns the object of a JSON file.

    Args:
        path: string.
        keys: tuple of strings that it must have.

    Returns:
        dict.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is no JSON object or lacks a key.

    Example:
    ```python
    videos = read_json("train_val_videodatainfo.json", ("videos",))["videos"]
    ```
    """
    path = os.fspath(path)
    if not os.path.isfile(path):
        raise FileNotFoundError(
            f"There is no file {path!r}. Expected the dataset's own annotation file of "
            "that name."
        )
    try:
        with open(path, encoding="utf-8-sig") as file:
            found = json.load(file)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"{path!r} is no JSON: {error.msg} (line {error.lineno}, column "
            f"{error.colno}). Fetch the file again."
        ) from None
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path!r} is no text in UTF-8: {error}. Expected JSON. Fetch the file "
            "again."
        ) from None
    if not isinstance(found, dict) or any(key not in found for key in keys):
        shown = sorted(found)[:5] if isinstance(found, dict) else type(found).__name__
        raise ValueError(
            f"{path!r} holds {shown}. Expected an object"
            + (f" with the keys {', '.join(keys)}." if keys else ".")
            + " Take the dataset's own file."
        )
    return found
