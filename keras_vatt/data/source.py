"""The stored clips of a split, wherever and however they are stored."""

import dataclasses
from collections.abc import Callable

import tensorflow as tf

from keras_vatt.data.stored_media import StoredMedia


@dataclasses.dataclass(frozen=True)
class Source:
    """Where the records of a split lie, and how one is read.

    Args:
        name: string. What messages call it.
        files: tuple of (path, records to skip, records to take).
        parse: function of a record (string tensor) that returns the clip: a dict of
            "id" string, "captions" (a dict of "text", "start", "end", "own", each
            `(K,)`), "labels" int64 `(n,)` and, where records hold the media, "frames"
            string `(T,)` (JPEG), "timestamps" float32 `(T,)` seconds, "frame_rate"
            float32 (0: unknown, taken as the model's), "audio" int16 or float32 `(S,)`;
            with an index, the places of frames and sound, see `record_index`.
        frame_rate: float or None. Frames per second of every clip, where all agree.
        class_names: tuple of strings, in the order of the labels.
        num_unlabelled: int. Clips without label, as far as is known.
        media: `StoredMedia`, `IndexedMedia` or `FileMedia`. Where frames and sound are
            taken from.
        records: function of a file's path that returns the dataset of its records.
        least_buffer: int. Records that are shuffled among each other at least: all,
            where they are no more than numbers.
    """

    name: str
    files: tuple
    parse: Callable
    frame_rate: float | None = None
    class_names: tuple = ()
    num_unlabelled: int = 0
    media: object = StoredMedia()
    records: Callable = tf.data.TFRecordDataset
    least_buffer: int = 0

    @property
    def num_clips(self):
        """Clips of the split."""
        return sum(take for _, _, take in self.files)

    def shard(self, num_shards, index):
        """Returns the part of one of several hosts.

        The parts are disjoint, contiguous, differ by one clip at most, and are all
        there is together.

        Args:
            num_shards: int. Hosts in all.
            index: int. Which of them, from 0.

        Raises:
            ValueError: if there is no such part, or it would be empty.
        """
        if not 0 <= index < num_shards:
            raise ValueError(
                "`shard_index` must lie in [0, num_shards). Received: "
                f"shard_index={index}, num_shards={num_shards}"
            )
        total = self.num_clips
        begin, end = total * index // num_shards, total * (index + 1) // num_shards
        if begin == end:
            raise ValueError(
                f"{self.name} has {total} clips, too few for num_shards={num_shards}. "
                "Expected at least a clip for each. Use fewer shards."
            )
        files, first = [], 0
        for path, skip, take in self.files:
            low, high = max(begin, first), min(end, first + take)
            if low < high:
                files.append((path, skip + low - first, high - low))
            first += take
        return dataclasses.replace(self, files=tuple(files))
