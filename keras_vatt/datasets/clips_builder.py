"""The one TFDS builder: rows of any source to stored clips."""

import collections
import concurrent.futures
import functools

import tensorflow_datasets as tfds

from keras_vatt.data import records
from keras_vatt.data.encode_clip import encode_clip
from keras_vatt.data.skipped import Skipped


class ClipsBuilder(tfds.core.GeneratorBasedBuilder):
    """Encodes the clips of rows and writes them as a TFDS dataset.

    TFDS writes into a folder named `incomplete...` and renames it when all is there,
    so what bears the dataset's name is whole.

    Args:
        rows: list of `ClipRow`.
        class_names: list of strings.
        metadata: dict kept with the dataset (JSON values); `skipped` is added.
        encode: dict of arguments for `encode_clip`.
        workers: int. Threads that decode; PyAV and TensorFlow release the GIL.
        on_clip: called with every clip's outcome, an example or `Skipped`.
        **kwargs: Arguments of the TFDS builder, `data_dir` among them.

    Source: design 6, "Stored"; design 7 (`tfds.core.DatasetInfo`).
    """

    name = records.NAME
    VERSION = tfds.core.Version(records.VERSION)

    def __init__(
        self,
        rows=(),
        class_names=(),
        metadata=None,
        encode=None,
        workers=2,
        on_clip=None,
        **kwargs,
    ):
        self._rows = list(rows)
        self._class_names = list(class_names)
        self._metadata = dict(metadata or {})
        self._encode = dict(encode or {})
        self._workers = workers
        self._on_clip = on_clip or (lambda outcome: None)
        super().__init__(**kwargs)

    def _info(self):
        return tfds.core.DatasetInfo(
            builder=self,
            description="Clips: JPEG frames, PCM sound, captions with their times.",
            features=records.features(self._class_names),
            metadata=tfds.core.MetadataDict(self._metadata),
            disable_shuffling=False,
        )

    def _split_generators(self, dl_manager):
        splits = collections.defaultdict(list)
        for row in self._rows:
            splits[row.split].append(row)
        return {split: self._generate_examples(rows) for split, rows in splits.items()}

    def _generate_examples(self, rows):
        encode = functools.partial(encode_clip, **self._encode)
        for row, outcome in _in_order(encode, rows, self._workers):
            self._on_clip(outcome)
            if isinstance(outcome, Skipped):
                skipped = [outcome.clip_id, outcome.path, outcome.reason]
                self.info.metadata["skipped"].append(skipped)
            else:
                counts = self.info.metadata["unlabelled"]
                counts[row.split] = counts.get(row.split, 0) + (not row.labels)
                yield row.clip_id, outcome


def _in_order(function, items, workers):
    """Yields items and results in order, a few ahead: memory stays flat."""
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        waiting = collections.deque()
        try:
            for item in items:
                waiting.append((item, pool.submit(function, item)))
                if len(waiting) > 2 * workers:
                    done, future = waiting.popleft()
                    yield done, future.result()
            while waiting:
                done, future = waiting.popleft()
                yield done, future.result()
        finally:
            for _, future in waiting:
                future.cancel()
