"""MSR-VTT, the full split."""

import os

from keras_vatt.data.caption import Caption
from keras_vatt.datasets.annotation_file import annotation_file
from keras_vatt.datasets.line import Line
from keras_vatt.datasets.read_json import read_json
from keras_vatt.datasets.row_collector import RowCollector

_SPLITS = {"train": "train", "validate": "validation", "test": "test"}
_FILES = ("train_val_videodatainfo.json", "test_videodatainfo.json")
# All of it in one file, as CLIP4Clip and its successors pass it on.
_TOGETHER = "MSRVTT_data.json"


def msrvtt(annotations, media):
    """Returns the clips of MSR-VTT: 10,000 videos, 20 captions each.

    Args:
        annotations: string. Folder with those of `train_val_videodatainfo.json` and
            `test_videodatainfo.json` that there are, or with `MSRVTT_data.json`.
        media: string. Folder of the cut clips `video<n>.mp4`, flat or in folders.

    Returns:
        `Listing` with the splits "train", "validation" and "test", without labels.

    Raises:
        FileNotFoundError: if a file or folder is missing.
        ValueError: if a file is not as expected.

    Example:
    ```python
    clips = keras_vatt.datasets.msrvtt("MSRVTT/annotation", "MSRVTT/videos")
    keras_vatt.datasets.prepare(clips, "records")
    ```

    Source: Xu et al., CVPR 2016. Layout: the dataset's README; checked against
    ArrowLuo/CLIP4Clip, dataloaders/dataloader_msrvtt_retrieval.py.
    """
    collector = RowCollector(media)
    for line, video, captions in msrvtt_videos(annotations, collector):
        with collector.skipping(line):
            split = _SPLITS[line.choice("split", _SPLITS)]
            collector.add(line, video, video, captions=captions, split=split)
    return collector.listing()


def msrvtt_videos(annotations, collector):
    """Yields the line, the id and the captions of every video of MSR-VTT."""
    paths = [annotation_file(annotations, _TOGETHER, *_FILES)]
    if os.path.isdir(annotations) and os.path.basename(paths[0]) != _TOGETHER:
        paths = [os.path.join(annotations, name) for name in _FILES]
    for path in filter(os.path.isfile, paths):
        content = read_json(path, ("videos", "sentences"))
        captions = {}
        for index, entry in enumerate(content["sentences"]):
            line = Line(path, f"sentences[{index}]", entry)
            with collector.skipping(line):
                caption = Caption(line.text("caption"))
                captions.setdefault(line.text("video_id"), []).append(caption)
        for index, entry in enumerate(content["videos"]):
            line = Line(path, f"videos[{index}]", entry)
            with collector.skipping(line):
                video = line.text("video_id")
                # The same sentence is often written twice.
                yield line, video, tuple(dict.fromkeys(captions.get(video, ())))
