"""What the model sees of the clips of a source: a picture, and a line a clip."""

import os

import tensorflow as tf

from keras_vatt import data, presets
from keras_vatt.evaluation.draw_samples import draw_samples
from keras_vatt.preprocessing import VATTPreprocessor, VATTTokenizer
from keras_vatt.preprocessing.vatt_tokenizer import PADDING, UNKNOWN


def inspect_clips(
    source,
    output="inspect.png",
    preset="vatt_tiny",
    split="train",
    clips=None,
    views=False,
    seed=0,
    num_candidates=1,
    num_windows=4,
    num_crops=3,
    vocabulary=None,
    allow_outside=False,
    **options,
):
    """Draws augmented training samples, or the test views, of some clips.

    What is drawn is what training on `source` with this seed starts with: the first
    elements of `data.load`, at the preset's sizes and time base.

    Args:
        source: string. What `data.load` reads: a prepared folder, DMVR records, a
            folder of media files with or without a CSV, one media file.
        output: string. The PNG file to write.
        preset: string. A name of `presets.names()` or a preset folder, of which only
            the preprocessor is used. No weights are fetched.
        split: string.
        clips: int or None. How many are drawn: 4 in training, 1 with its test views.
            Training repeats clips where there are fewer.
        views: bool. Whether test views are drawn, in stored order.
        seed: int. Of training.
        num_candidates: int. Captions a clip.
        num_windows: int. Windows of a clip's test views.
        num_crops: int. Crops of a window in tests, 1 or 3.
        vocabulary: list of words, path of a word list, or None: the preset's, else
            that of `source`, else of its captions.
        allow_outside: bool. Whether media files outside the folder may be read.
        **options: of training, passed to `data.load`: `crop`, `color_jitter`, `flip`,
            `jitter`.

    Returns:
        list of a dict a clip: "id", "window" (list of begin and end in seconds),
        "seconds" (of the clip), "captions", and the shapes "video", "audio" and "text".

    Raises:
        FileNotFoundError: if there is nothing to read.
        ValueError: if an argument does not fit, or no clip can be read.

    Example:
    ```python
    for row in inspect_clips("videos", "seen.png", clips=2):
        print(row["id"], row["window"])
    ```
    """
    clips = (1 if views else 4) if clips is None else clips
    output = os.fspath(output)
    if clips < 1:
        raise ValueError(f"`clips` must be at least 1. Received: clips={clips}")
    if os.path.splitext(output)[1].lower() != ".png":
        raise ValueError(f"`output` must end in .png. Received: output={output!r}")
    if not views:
        num_windows, num_crops = 1, 1
    preprocessor = preprocessor_for(source, split, preset, vocabulary)
    dataset = data.load(
        source,
        split,
        "inspect",
        clips,
        preprocessor,
        num_candidates,
        training=not views,
        repeat=not views,
        seed=seed,
        drop_remainder=False,
        num_windows=num_windows,
        num_crops=num_crops,
        allow_outside=allow_outside,
        prefetch=0,
        **options,
    )
    batch = first_batch(dataset)
    folder = os.path.dirname(os.path.abspath(output))
    os.makedirs(folder, exist_ok=True)
    draw_samples(batch, preprocessor, num_windows, num_crops).savefig(output)
    return [row_of(batch, number) for number in range(len(batch["id"]))]


def first_batch(dataset):
    """Returns the first batch as numpy arrays; a ValueError says what does not fit."""
    try:
        return next(dataset.take(1).as_numpy_iterator())
    except tf.errors.InvalidArgumentError as error:  # a clip that does not fit
        raise ValueError(_first_line(error.message)) from None


def preprocessor_for(source, split, preset, vocabulary):
    """Returns a preset's preprocessor, with words of the source where it has none."""
    # One layer: the model is built for its sizes and time base, and dropped.
    model = presets.load(
        preset, load_weights=False, vocabulary=vocabulary, num_layers=1
    )
    found = model.preprocessor
    if found is None or found.video_converter is None or found.audio_converter is None:
        raise ValueError(
            f"The preset {preset!r} does not see both frames and sound. Expected a "
            "pretraining one, such as 'vatt_tiny'."
        )
    if found.tokenizer is not None:
        return found
    words = os.path.join(os.fspath(source), "vocabulary.txt")
    if not os.path.isfile(words):
        try:
            words = data.vocabulary(source, split=split)
        except ValueError:  # no captions: there are no words to know
            words = [PADDING, UNKNOWN]
    return VATTPreprocessor(
        found.video_converter, found.audio_converter, VATTTokenizer(words)
    )


def _first_line(message):
    """Returns what a function within a `tf.data` graph said, without its traceback."""
    lines = [line for line in message.splitlines() if line.startswith("ValueError: ")]
    line = lines[0] if lines else message.splitlines()[0]
    return line.removeprefix("ValueError: ")


def row_of(batch, number):
    """Returns what is said of a clip of a batch."""
    clips = len(batch["id"])
    row = {
        "id": batch["id"][number].decode("utf-8", "backslashreplace"),
        "window": batch["window"][number].tolist(),
        "seconds": float(batch["seconds"][number]),
        "captions": [text.decode() for text in batch["captions"][number] if text],
    }
    for name in ("video", "audio", "text"):
        views = len(batch[name]) // clips
        row[name] = (views, *batch[name].shape[1:])
    return row
