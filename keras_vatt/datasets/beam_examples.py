"""`encode_clip` mapped by Apache Beam."""

import json
import os

from keras_vatt.data.skipped import Skipped

# Beside the unfinished dataset: each worker's part of what was skipped.
_SKIPPED = "skipped.beam"


def beam_examples(rows, encode, folder, split):
    """Returns a Beam transform that encodes rows, wherever Beam runs it.

    Args:
        rows: list of `ClipRow`.
        encode: `encode_clip` with its settings, a function of one row.
        folder: string. Where to write which clips were skipped; every worker must
            see it.
        split: string.

    Returns:
        `beam.PTransform` to pairs of a clip's id and its example.

    Source: TFDS, "Generate big datasets with Apache Beam".
    """
    import apache_beam as beam

    def outcome(row):
        return row.clip_id, encode(row)

    def is_skipped(pair):
        return isinstance(pair[1], Skipped)

    def as_json(pair):
        item = pair[1]
        return json.dumps([item.clip_id, item.path, item.reason])

    def expand(pipeline):
        # Reshuffled, so that the rows are spread over the workers before decoding.
        rows_everywhere = pipeline | beam.Create(rows) | beam.Reshuffle()
        outcomes = rows_everywhere | "encode" >> beam.Map(outcome)
        skipped = outcomes | "skipped" >> beam.Filter(is_skipped)
        path = os.path.join(folder, f"{_SKIPPED}-{split}")
        _ = skipped | beam.Map(as_json) | beam.io.WriteToText(path)
        return outcomes | "kept" >> beam.Filter(lambda pair: not is_skipped(pair))

    return beam.ptransform_fn(expand)()


def read_skipped(folder):
    """Returns the clips that workers left out, and removes their notes.

    Args:
        folder: string. As passed to `beam_examples`.

    Returns:
        list of `Skipped`, sorted by id.
    """
    import tensorflow as tf

    skipped = []
    for path in tf.io.gfile.glob(os.path.join(folder, f"{_SKIPPED}-*")):
        with tf.io.gfile.GFile(path) as file:
            skipped += [Skipped(*json.loads(line)) for line in file if line.strip()]
        tf.io.gfile.remove(path)
    return sorted(skipped, key=lambda item: item.clip_id)
