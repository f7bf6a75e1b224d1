"""AudioSet."""

import os

from keras_vatt.datasets.annotation_file import annotation_file
from keras_vatt.datasets.read_table import read_table
from keras_vatt.datasets.row_collector import RowCollector

_SPLITS = {
    "balanced_train_segments.csv": "train",
    "unbalanced_train_segments.csv": "train",
    "eval_segments.csv": "test",
}
_COLUMNS = ("YTID", "start_seconds", "end_seconds", "positive_labels")


def audioset(annotations, media):
    """Returns the clips of AudioSet: 527 kinds of sound, 10 s each, several a clip.

    A file `Y<id>` or `<id>_<start>_<end>` (milliseconds, or seconds as in the table)
    is the segment itself; a file `<id>` is the whole video, from which it is cut.

    Args:
        annotations: string. Folder with `class_labels_indices.csv` and those of
            `balanced_train_segments.csv`, `unbalanced_train_segments.csv` (both
            "train") and `eval_segments.csv` ("test") that there are.
        media: string. Folder of videos, or of files of sound alone.

    Returns:
        `Listing`. Clips need sound; frames are kept where there are any. Labels are
        the display names in the order of `class_labels_indices.csv`.

    Raises:
        FileNotFoundError: if a file or folder is missing.
        ValueError: if a file is not as expected.

    Example:
    ```python
    clips = keras_vatt.datasets.audioset("audioset", "audioset/videos")
    keras_vatt.datasets.prepare(clips, "records")
    ```

    Source: Gemmeke et al., ICASSP 2017. Names of files: `Y<id>` as
    qiuqiangkong/audioset_tagging_cnn stores them (utils/utilities.py,
    `read_metadata`), `<id>_<start>_<end>` as downloaders that cut do.
    """
    index = os.path.join(annotations, "class_labels_indices.csv")
    names = {}
    for line in read_table(index, ("index", "mid", "display_name")):
        names[line.text("mid")] = line.integer("index"), line.text("display_name")
    annotation_file(annotations, *_SPLITS)
    collector = RowCollector(media, sound=True)
    for table, split in _SPLITS.items():
        path = os.path.join(annotations, table)
        if not os.path.isfile(path):
            continue
        for line in read_table(path, _COLUMNS, has_header=False, comment="#"):
            with collector.skipping(line):
                clip_id = line.text("YTID")
                begin, end = line.span("start_seconds", "end_seconds")
                found = [mid.strip() for mid in line.text("positive_labels").split(",")]
                if any(mid not in names for mid in found):
                    raise line.error("positive_labels", f"mids of {index!r}")
                labels = tuple(name for _, name in sorted(names[mid] for mid in found))
                path, is_cut = _find(collector.media, clip_id, begin, end)
                collector.add(
                    line,
                    f"{clip_id}_{begin:g}_{end:g}",
                    clip_id,
                    path=path,
                    start=None if is_cut else begin,
                    end=None if is_cut else end,
                    labels=labels,
                    split=split,
                    needs="audio",
                )
    return collector.listing([name for _, name in sorted(names.values())])


def _find(media, clip_id, begin, end):
    """Returns a segment's file, and whether it is the segment alone."""
    cut = (
        f"{clip_id}_{begin * 1000:.0f}_{end * 1000:.0f}",
        f"{clip_id}_{begin:.3f}_{end:.3f}",
        f"{clip_id}_{begin}_{end}",
        f"{clip_id}_{begin:g}_{end:g}",
        f"Y{clip_id}",
    )
    for stem in cut:
        path = media.find(stem)
        if path is not None:
            return path, True
    return media.find(clip_id), False
