"""The user's own copies of a dataset's media files."""

import collections
import os

from keras_vatt.data.media import AUDIO_SUFFIXES, MEDIA_SUFFIXES


class MediaFolder:
    """Finds media files by name, in whatever folders and containers they stand.

    Copies differ: flat or in a folder a class, `.avi` or converted to `.mp4`. A file
    is found by its name without suffix; where several bear it, by its folders.

    Args:
        folder: string.
        sound: bool. Whether files of sound alone count.

    Raises:
        FileNotFoundError: if there is no such folder.

    Example:
    ```python
    MediaFolder("UCF-101").find("v_Archery_g01_c01")  # "Archery/v_Archery_g01_c01.avi"
    ```
    """

    def __init__(self, folder, sound=False):
        self.folder = os.path.abspath(folder)
        if not os.path.isdir(self.folder):
            raise FileNotFoundError(
                f"There is no folder {os.fspath(folder)!r}. Expected the folder of "
                "your copies of the dataset's media files."
            )
        suffixes = MEDIA_SUFFIXES | (AUDIO_SUFFIXES if sound else frozenset())
        self._paths = collections.defaultdict(list)
        for parent, _, names in os.walk(self.folder):
            for name in names:
                stem, suffix = os.path.splitext(name)
                if suffix.lower() in suffixes:
                    path = os.path.relpath(os.path.join(parent, name), self.folder)
                    self._paths[stem].append(path)

    def find(self, stem, parent=""):
        """Returns a file's path relative to the folder, or None if there is none.

        Args:
            stem: string. The file's name without suffix.
            parent: string. The folders it should stand in, as "training/archery".
        """
        wanted = [part for part in parent.split("/") if part][::-1]

        def rank(path):
            found = os.path.dirname(path).split(os.sep)[::-1]
            same = 0
            while same < min(len(wanted), len(found)) and wanted[same] == found[same]:
                same += 1
            is_video = os.path.splitext(path)[1].lower() in MEDIA_SUFFIXES
            return -same, not is_video, path

        return min(self._paths.get(stem, ()), key=rank, default=None)

    def stems(self):
        """Returns the names of all files, without suffixes, sorted."""
        return sorted(self._paths)
