"""YouCook2."""

from keras_vatt.data.caption import Caption
from keras_vatt.data.caption_neighbours import caption_neighbours
from keras_vatt.datasets.annotation_file import annotation_file
from keras_vatt.datasets.line import AnnotationError, Line
from keras_vatt.datasets.read_json import read_json
from keras_vatt.datasets.row_collector import RowCollector

_SPLITS = {"training": "train", "validation": "validation"}


def youcook2(annotations, media):
    """Returns the clips of YouCook2: cooking videos, a clip a described segment.

    Zero-shot retrieval uses the segments of "validation".

    Args:
        annotations: string. `youcookii_annotations_trainval.json`, or its folder.
        media: string. Folder of the videos `<id>.mp4` (or another container), flat or
            as `training/<recipe>/<id>`.

    Returns:
        `Listing`, without labels. A video that is missing is skipped once. Sentences
        of the segments before and after are kept with each, as candidates.

    Raises:
        FileNotFoundError: if a file or folder is missing.
        ValueError: if the file is not as expected.

    Example:
    ```python
    clips = keras_vatt.datasets.youcook2("YouCookII/annotations", "raw_videos")
    keras_vatt.datasets.prepare(clips, "records")
    ```

    Source: Zhou et al., AAAI 2018. Layout: the dataset's own file; checked against
    ninatu/howtocaption, data_loader/video_datasets (`YouCook2`: ids of clips).
    """
    path = annotation_file(annotations, "youcookii_annotations_trainval.json")
    collector = RowCollector(media)
    for video, entry in read_json(path, ("database",))["database"].items():
        whole = Line(path, f"database[{video!r}]", entry)
        with collector.skipping(whole):
            split = _SPLITS[whole.choice("subset", _SPLITS)]
            found = collector.media.find(video)
            if found is None:
                collector.skip_missing(video, video)
                continue
            clips = []
            for index, annotation in enumerate(entry.get("annotations", ())):
                where = f"database[{video!r}], annotations[{index}]"
                line = Line(path, where, annotation)
                with collector.skipping(line):
                    start, end = _segment(line)
                    clips.append((start, end, line.integer("id"), line))
            clips = [clip for clip in clips if clip[3].text("sentence")]
            clips.sort(key=lambda clip: clip[:3])
            timeline = [(s, e, [line.text("sentence")]) for s, e, _, line in clips]
            for start, end, number, line in clips:
                captions = [Caption(line.text("sentence"))]
                captions += caption_neighbours(timeline, start, end)
                collector.add(
                    line,
                    f"{video}_{number}",
                    video,
                    path=found,
                    start=start,
                    end=end,
                    captions=tuple(captions),
                    split=split,
                )
    return collector.listing()


def _segment(line):
    """Returns the start and end of a segment, in seconds."""
    segment = line.values.get("segment")
    if not isinstance(segment, list) or len(segment) != 2:
        raise line.error("segment", "a list of two times in seconds")
    try:
        return Line(
            line.file, line.where, {"start": segment[0], "end": segment[1]}
        ).span("start", "end")
    except AnnotationError:
        raise line.error("segment", "two times in seconds, ascending") from None
