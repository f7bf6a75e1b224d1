"""MSR-VTT, the split 1k-A."""

import os

from keras_vatt.data.caption import Caption
from keras_vatt.datasets.annotation_file import annotation_file
from keras_vatt.datasets.msrvtt import msrvtt_videos
from keras_vatt.datasets.read_table import read_table
from keras_vatt.datasets.row_collector import RowCollector


def msrvtt_1k_a(annotations, media):
    """Returns the clips of MSR-VTT as 1k-A splits them: 1,000 pairs to test.

    Args:
        annotations: string. Folder with `MSRVTT_JSFUSION_test.csv`, and to train the
            files that `msrvtt` reads; or the CSV alone.
        media: string. Folder of the cut clips `video<n>.mp4`, flat or in folders.

    Returns:
        `Listing`, without labels: "test" with one caption a clip, those of the CSV,
        and "train" with all other videos (9,000) and all their captions.

    Raises:
        FileNotFoundError: if a file or folder is missing.
        ValueError: if a file is not as expected.

    Example:
    ```python
    clips = keras_vatt.datasets.msrvtt_1k_a("MSRVTT/annotation", "MSRVTT/videos")
    keras_vatt.datasets.prepare(clips, "records")
    ```

    Source: Yu et al., ECCV 2018 (JSFusion); checked against ArrowLuo/CLIP4Clip,
    dataloaders/dataloader_msrvtt_retrieval.py.
    """
    collector = RowCollector(media)
    path = annotation_file(annotations, "MSRVTT_JSFUSION_test.csv")
    tested = set()
    for line in read_table(path, ("video_id", "sentence")):
        with collector.skipping(line):
            video = line.text("video_id")
            tested.add(video)
            captions = (Caption(line.text("sentence")),)
            collector.add(line, video, video, captions=captions, split="test")
    names = os.listdir(annotations) if os.path.isdir(annotations) else ()
    if any(name.endswith(".json") for name in names):
        for line, video, captions in msrvtt_videos(annotations, collector):
            if video not in tested:
                collector.add(line, video, video, captions=captions)
    return collector.listing()
