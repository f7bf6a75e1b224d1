"""Whether the demo's data keeps its own rules."""

import collections
import csv
import hashlib
import pathlib

from keras_vatt.demo.write_clips import TABLE, read_scenes


def check_splits(folder):
    """Checks that no clip and no combination of attributes is in two splits.

    Args:
        folder: string. What `write_clips` wrote to.

    Returns:
        A dict: `"clips"` (how many by split), `"files"` (different files by their
        SHA-256), `"test_combinations"` (of shape, colour and motion, none of them
        trained on) and `"equal_captions"` (how often the most frequent caption of the
        test clips occurs).

    Raises:
        ValueError: if a file or a combination occurs in two splits, naming it.

    Example:

    ```python
    keras_vatt.demo.check_splits("clips")["equal_captions"]
    ```
    """
    folder = pathlib.Path(folder)
    with open(folder / TABLE, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    scenes = read_scenes(folder)
    clips, captions = collections.Counter(), collections.Counter()
    files, combinations = {}, {}
    for row in rows:
        split, path = row["split"], row["video_path"]
        clips[split] += 1
        captions[row["caption"]] += split == "test"
        digest = hashlib.sha256((folder / path).read_bytes()).hexdigest()
        combination = tuple(scenes[path][n] for n in ("shape", "colour", "motion"))
        for known, key in ((files, digest), (combinations, combination)):
            if known.setdefault(key, split) != split:
                raise ValueError(
                    f"The clip {path!r} of split {split!r} shares {key!r} with split "
                    f"{known[key]!r}. Expected splits that have nothing in common. "
                    "Write the clips again."
                )
    return {
        "clips": dict(clips),
        "files": len(files),
        "test_combinations": list(combinations.values()).count("test"),
        "equal_captions": max(captions.values(), default=0),
    }
