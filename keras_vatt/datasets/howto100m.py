"""HowTo100M."""

import os

from keras_vatt.data.caption import Caption
from keras_vatt.data.caption_neighbours import caption_neighbours
from keras_vatt.datasets.line import Line
from keras_vatt.datasets.read_json import read_json
from keras_vatt.datasets.read_table import read_table
from keras_vatt.datasets.row_collector import RowCollector

_COLUMNS = ("start", "end", "text")
_TOGETHER = ("caption.json", "raw_caption.json")


def howto100m(annotations, media):
    """Returns the clips of HowTo100M: narrated videos, a clip a caption.

    The captions of the clips before and after are kept with each, as candidates.

    Args:
        annotations: string. `caption.json`; or a folder with it; or a folder with
            `<id>.json` or `<id>.csv` (columns start, end, text) a video, which is
            read only for the videos that there are.
        media: string. Folder of the videos `<id>.mp4` (or another container).

    Returns:
        `Listing`, all "train" and without labels. A video that is listed and missing
        is skipped once, not once a caption.

    Raises:
        FileNotFoundError: if a file or folder is missing.
        ValueError: if a file is not as expected.

    Example:
    ```python
    clips = keras_vatt.datasets.howto100m("caption.json", "videos")
    keras_vatt.datasets.prepare(clips, "records", frame_rate=10.0)
    ```

    Source: Miech et al., ICCV 2019. Layout: the dataset's README (caption.json);
    antoine77340/MIL-NCE_HowTo100M, video_loader.py (a CSV a video).
    """
    collector = RowCollector(media)
    for video, lines in _videos(os.fspath(annotations), collector):
        path = collector.media.find(video)
        if path is None:
            collector.skip_missing(video, video)
            continue
        spans = {}
        for line in lines:
            with collector.skipping(line):
                span = line.span("start", "end")
                _, texts = spans.setdefault(span, (line, []))
                texts.append(line.text("text"))
        timeline = [(*span, texts) for span, (_, texts) in sorted(spans.items())]
        for (start, end), (line, texts) in sorted(spans.items()):
            if not texts:
                continue
            captions = [Caption(text) for text in texts]
            captions += caption_neighbours(timeline, start, end)
            collector.add(
                line,
                f"{video}#{start!r}-{end!r}",
                video,
                path=path,
                start=start,
                end=end,
                captions=tuple(captions),
            )
    return collector.listing()


def _videos(annotations, collector):
    """Yields ids of videos and the lines of their captions."""
    path = annotations
    if os.path.isdir(annotations):
        found = [os.path.join(annotations, name) for name in _TOGETHER]
        path = next(filter(os.path.isfile, found), None)
    if path is not None:
        for video, captions in read_json(path).items():
            yield video, _lines(path, f"video {video!r}", captions)
        return
    for video in collector.media.stems():
        path = os.path.join(annotations, video)
        if os.path.isfile(f"{path}.json"):
            yield video, _lines(f"{path}.json", "", read_json(f"{path}.json", _COLUMNS))
        elif os.path.isfile(f"{path}.csv"):
            yield video, list(read_table(f"{path}.csv", _COLUMNS))
        else:
            collector.skip(
                video,
                collector.media.find(video),
                f"There is no {video}.json nor {video}.csv in {annotations!r}. "
                "Expected the captions of the video. Add them or leave it out.",
            )


def _lines(file, where, captions):
    """Returns the lines of a video's parallel lists, one wrong one if they are none."""
    lists = [captions.get(name) for name in _COLUMNS] if captions else [None]
    if (
        not all(isinstance(values, list) for values in lists)
        or len(set(map(len, lists))) > 1
    ):
        return [Line(file, f"{where} (lists of one length)".strip(), {})]
    return [
        Line(file, f"{where} [{index}]".strip(), dict(zip(_COLUMNS, values)))
        for index, values in enumerate(zip(*lists))
    ]
