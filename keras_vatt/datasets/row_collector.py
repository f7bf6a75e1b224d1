"""Rows of a public dataset, gathered entry by entry."""

import contextlib

from keras_vatt.data.clip_row import ClipRow
from keras_vatt.data.listing import Listing
from keras_vatt.data.skipped import Skipped
from keras_vatt.datasets.line import AnnotationError
from keras_vatt.datasets.media_folder import MediaFolder


class RowCollector:
    """Gathers rows, and the reason for each entry that becomes none.

    Args:
        media: string. The folder of the media files.
        sound: bool. Whether files of sound alone count.

    Example:
    ```python
    collector = RowCollector("ESC-50/audio", sound=True)
    for line in read_table("esc50.csv", ("filename", "category")):
        with collector.skipping(line):
            collector.add(line, line.text("filename"), "1-100032-A-0", needs="audio")
    collector.listing(["dog"])
    ```
    """

    def __init__(self, media, sound=False):
        self.media = MediaFolder(media, sound)
        self._rows = {}
        self._skipped = []

    @contextlib.contextmanager
    def skipping(self, line):
        """Leaves an entry out whose values cannot be read, with its reason."""
        try:
            yield
        except AnnotationError as error:
            self.skip(line.where, line.file, str(error))

    def add(self, line, clip_id, stem, parent="", path=None, **fields):
        """Adds a clip, or the reason why it is none.

        Args:
            line: `Line` that lists it.
            clip_id: string.
            stem: string. Name of its file, without suffix.
            parent: string. Folders that the file may stand in.
            path: string or None. The file, where it was found already.
            **fields: the other fields of `ClipRow`.
        """
        path = path or self.media.find(stem, parent)
        if path is None:
            self.skip_missing(clip_id, stem, parent)
        elif clip_id in self._rows:
            self.skip(
                clip_id,
                path,
                f"{clip_id!r} is listed twice, again in {line.file!r}, {line.where}. "
                f"Expected it once; it stays in {self._rows[clip_id].split!r}.",
            )
        else:
            self._rows[clip_id] = ClipRow(clip_id, path, **fields)

    def skip_missing(self, clip_id, stem, parent=""):
        """Notes that there is no media file of a name."""
        name = f"{parent}/{stem}" if parent else stem
        self.skip(
            clip_id,
            name,
            f"No media file {name!r} is in {self.media.folder!r}. Expected your copy "
            "of it, in any container. Add it or leave the clip out.",
        )

    def skip(self, clip_id, path, reason):
        """Notes an entry that becomes no clip."""
        self._skipped.append(Skipped(clip_id, path, reason))

    def listing(self, class_names=()):
        """Returns the `Listing` of all that was added, and its labels in order."""
        rows = list(self._rows.values())
        return Listing(rows, self._skipped, list(class_names), self.media.folder)
