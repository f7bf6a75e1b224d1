"""The one TFDS builder: rows of any source to stored clips."""

import collections
import functools

import tensorflow_datasets as tfds

from keras_vatt.data import records
from keras_vatt.data.csv_rows import read_source
from keras_vatt.data.encode_clip import encode_clip
from keras_vatt.data.skipped import Skipped
from keras_vatt.datasets.beam_examples import beam_examples, read_skipped
from keras_vatt.datasets.in_order import in_order


class ClipsBuilder(tfds.core.GeneratorBasedBuilder):
    """Encodes the clips of a source and writes them as a TFDS dataset.

    TFDS writes into a folder named `incomplete...` and renames it when all is there,
    so what bears the dataset's name is whole. With options or a runner for Beam in
    the `DownloadConfig` the same `encode_clip` is mapped by Beam.

    It is a builder like any other: `tfds build vatt_clips --manual_dir FOLDER
    --imports keras_vatt.datasets.clips_builder` reads the CSV, or the videos, of a
    folder; `--beam_pipeline_options` runs it on a cluster.

    Args:
        listing: `Listing`, or None to read the manual folder of `tfds build`.
        metadata: dict kept with the dataset (JSON values); class names, what was
            skipped and how many clips have no label are added.
        encode: dict of arguments for `encode_clip`.
        workers: int. Threads that decode; PyAV and TensorFlow release the GIL.
        on_clip: called with every clip's outcome, an example or `Skipped`, where
            Beam is not used.
        **kwargs: Arguments of the TFDS builder, `data_dir` among them.

    Attributes:
        skipped: list of `Skipped`, the clips that could not be encoded.

    Source: design 6, "Stored"; design 7 (`tfds.core.DatasetInfo`).
    """

    name = records.NAME
    VERSION = tfds.core.Version(records.VERSION)
    MANUAL_DOWNLOAD_INSTRUCTIONS = (
        "A folder with media files and, if they have captions or labels, one CSV with "
        "the columns video_path, start, end, caption, label, split."
    )

    def __init__(
        self,
        listing=None,
        metadata=None,
        encode=None,
        workers=2,
        on_clip=None,
        **kwargs,
    ):
        self._listing = listing
        self._metadata = dict(metadata or {})
        self._encode = dict(encode or {})
        self._workers = workers
        self._on_clip = on_clip or (lambda outcome: None)
        self._with_beam = False
        self.skipped = []
        super().__init__(**kwargs)

    def _info(self):
        class_names = self._listing.class_names if self._listing else None
        return tfds.core.DatasetInfo(
            builder=self,
            description="Clips: JPEG frames, PCM sound, captions with their times.",
            features=records.features(class_names),
            metadata=tfds.core.MetadataDict(self._metadata),
            disable_shuffling=False,
        )

    def _split_generators(self, dl_manager):
        if self._listing is None:
            self._read(read_source(dl_manager.manual_dir))
        splits = collections.defaultdict(list)
        for row in self._listing.rows:
            splits[row.split].append(row)
        return {
            split: self._generate_examples(split, rows)
            for split, rows in splits.items()
        }

    def _read(self, listing):
        """Takes a listing that only the manual folder could tell."""
        if listing.class_names:
            self.info.features["labels"].feature.names = listing.class_names
        self._listing = listing
        self._encode.setdefault("root", listing.root)

    def _generate_examples(self, split, rows):
        encode = functools.partial(encode_clip, **self._encode)
        if self._with_beam:
            return beam_examples(rows, encode, self.data_dir, split)
        return self._encoded(rows, encode)

    def _encoded(self, rows, encode):
        for row, outcome in in_order(encode, rows, self._workers):
            self._on_clip(outcome)
            if isinstance(outcome, Skipped):
                self.skipped.append(outcome)
            else:
                yield row.clip_id, outcome

    def _process_pipeline_result(self, pipeline_result):
        self.skipped = read_skipped(self.data_dir)

    def _download_and_prepare(self, dl_manager, download_config):
        self._with_beam = bool(
            download_config.beam_runner or download_config.beam_options
        )
        super()._download_and_prepare(dl_manager, download_config)
        left_out = {item.clip_id for item in self.skipped}
        unlabelled = collections.Counter({split: 0 for split in self.info.splits})
        for row in self._listing.rows:
            unlabelled[row.split] += row.clip_id not in left_out and not row.labels
        self.info.metadata.update(
            class_names=self._listing.class_names,
            skipped=[[item.clip_id, item.path, item.reason] for item in self.skipped],
            unlabelled=dict(unlabelled),
        )
