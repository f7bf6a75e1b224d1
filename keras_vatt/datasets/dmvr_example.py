"""One encoded clip as DMVR stores it."""

import numpy as np
import tensorflow as tf

from keras_vatt.data import dmvr


def dmvr_example(example, class_names=()):
    """Returns a clip as a DMVR `SequenceExample`.

    The waveform is floats in [-1, 1], as DMVR's own generator writes it, and not the
    integers that 16-bit samples are.

    Args:
        example: dict, what `keras_vatt.data.encode_clip` returns.
        class_names: list of strings, in the order of the labels' numbers.

    Returns:
        `tf.train.SequenceExample`.

    Raises:
        ValueError: if a label is none of `class_names`.

    Example:
    ```python
    example = keras_vatt.data.encode_clip(row, root="videos", frame_rate=10.0)
    dmvr_example(example, ["cat", "dog"]).SerializeToString()
    ```

    Source: DMVR's `generate_from_file.py`, whose names of features these are.
    """
    result = tf.train.SequenceExample()
    context, sequences = result.context.feature, result.feature_lists.feature_list

    def put(name, kind, values):
        getattr(context[name], kind).value.extend(values)

    for jpeg in example["frames"]:
        sequences[dmvr.FRAMES].feature.add().bytes_list.value.append(jpeg)
    samples = np.frombuffer(example["audio"], "<i2").astype("float32") / 32768.0
    if len(samples):
        waveform = sequences[dmvr.WAVEFORM].feature.add()
        waveform.float_list.value.extend(samples.tolist())
    put(dmvr.FILENAME, "bytes_list", [example["path"].encode()])
    put(dmvr.START, "int64_list", [round(1e6 * example["start"])])
    put(dmvr.END, "int64_list", [round(1e6 * example["end"])])
    own = [caption["text"] for caption in example["captions"] if caption["own"]]
    if own:
        put(dmvr.CAPTIONS, "bytes_list", [text.encode() for text in own])
    labels = example["labels"]
    unknown = sorted(set(labels) - set(class_names))
    if unknown:
        raise ValueError(
            f"The labels {unknown} are none of the {len(class_names)} class names. "
            "Expected names of the list. Add them to it."
        )
    if labels:
        put(dmvr.LABELS, "int64_list", [class_names.index(name) for name in labels])
        put(dmvr.LABEL_NAMES, "bytes_list", [name.encode() for name in labels])
    return result
