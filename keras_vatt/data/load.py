"""Stored clips to batches for `fit`."""

import functools
import warnings

import tensorflow as tf

from keras_vatt.data import records
from keras_vatt.data.augment import random_view
from keras_vatt.data.decode import SAMPLE_RATE
from keras_vatt.data.sampling import (
    choose_captions,
    decode_frames,
    decode_sound,
    frame_positions,
    frame_window,
    sample_window,
)
from keras_vatt.preprocessing.frames import centre_view

TASKS = ("pretrain", "video", "audio", "evaluate")


def load(
    source,
    split="train",
    task="pretrain",
    batch_size=32,
    preprocessor=None,
    num_candidates=1,
    training=None,
    seed=0,
    drop_remainder=None,
    repeat=False,
    cache=False,
    shuffle_buffer=256,
    jitter=0.2,
    flip=True,
    num_parallel_calls=tf.data.AUTOTUNE,
):
    """Returns batches of a prepared dataset.

    Frames, sound and captions of a clip come from one window. Sizes and time base
    are the preprocessor's. Only the frames kept are decoded, all in the graph.

    Args:
        source: string. What `keras_vatt.datasets.prepare` wrote to.
        split: string. "train", "validation", "test" or what the CSV named.
        task: string. What an element is, see below.
        batch_size: int. B.
        preprocessor: `VATTPreprocessor`, as a model carries it.
        num_candidates: int. C, captions a clip.
        training: bool or None. Random windows and views, shuffled; else the middle
            ones in stored order. None: whether the split is "train".
        seed: int. The same seed gives the same batches.
        drop_remainder: bool or None. Whether an incomplete last batch is dropped.
            None: in training.
        repeat: bool. Whether the stream starts over for ever.
        cache: bool. Whether stored clips are kept in memory after the first pass.
        shuffle_buffer: int. Stored clips that are shuffled among each other.
        jitter: float. How far each axis may be stretched in training.
        flip: bool. Whether half of the training clips are mirrored. Turn it off
            where left and right matter.
        num_parallel_calls: int. Clips decoded at the same time.

    Returns:
        `tf.data.Dataset` of

        - task "pretrain": `({"video": uint8 (B, T, H, W, 3), "audio": float32
          (B, S, 1), "text": int32 (B, C, W)}, {"audio_mask": float32 (B,),
          "text_mask": float32 (B,)})`
        - task "video" or "audio": `(video or audio, int32 label (B,))`; clips
          without label are left out
        - task "evaluate": a dict of all of these, "label" (-1 for none), "id" and
          "caption" (strings, the clip's own first caption); nothing is ever
          dropped, shuffled or augmented.

    Raises:
        FileNotFoundError: if `source` holds no finished dataset.
        ValueError: if an argument, the split or the sample rate does not fit.

    Example:
    ```python
    pretrainer = keras_vatt.presets.load("vatt_tiny", vocabulary="vocabulary.txt")
    train = keras_vatt.data.load(
        "records", "train", batch_size=16, preprocessor=pretrainer.preprocessor
    )
    pretrainer.fit(train)
    ```

    Source: design 3, "Time base" and "Views"; design 6.
    """
    if task == "evaluate":
        if training or drop_remainder:
            raise ValueError(
                "Task 'evaluate' takes every clip once, in order. Received: "
                f"training={training}, drop_remainder={drop_remainder}. Leave both out."
            )
        training, drop_remainder = False, False
    training = split == "train" if training is None else training
    drop_remainder = training if drop_remainder is None else drop_remainder
    builder = records.builder(source)
    count = records.num_clips(builder.info, split, source)
    count -= _num_unlabelled(builder.info, split, task, source)
    _check(task, preprocessor, batch_size, num_candidates)
    _check_rates(builder.info, task, preprocessor)
    if drop_remainder and not repeat and count < batch_size:
        raise ValueError(
            f"Split {split!r} has {count} clips, fewer than batch_size={batch_size}, "
            "and incomplete batches are dropped. Expected at least one batch. Lower "
            "batch_size or pass drop_remainder=False."
        )
    dataset = _read(builder, split, training, seed)
    if task in ("video", "audio"):
        dataset = dataset.filter(lambda clip: tf.size(clip["labels"]) > 0)
    dataset = dataset.apply(tf.data.experimental.assert_cardinality(count))
    if cache:
        dataset = dataset.cache()
    if training:
        dataset = dataset.shuffle(min(shuffle_buffer, count), seed=seed)
    # Anew in every epoch, and the same for the same seed.
    draws = tf.data.Dataset.random(seed=seed, rerandomize_each_iteration=True)
    dataset = tf.data.Dataset.zip(dataset, draws.batch(2, drop_remainder=True))
    if repeat:
        dataset = dataset.repeat()
    view = functools.partial(
        _view,
        preprocessor=preprocessor,
        task=task,
        num_candidates=num_candidates,
        training=training,
        jitter=jitter,
        flip=flip,
    )
    dataset = dataset.map(view, num_parallel_calls=num_parallel_calls)
    dataset = dataset.batch(batch_size, drop_remainder=drop_remainder)
    dataset = dataset.map(
        functools.partial(_finish, preprocessor=preprocessor, task=task),
        num_parallel_calls=num_parallel_calls,
    )
    return dataset.prefetch(tf.data.AUTOTUNE)


def _read(builder, split, training, seed):
    """Returns the stored clips of a split, frames and sound still encoded."""
    import tensorflow_datasets as tfds

    class Undecoded(tfds.decode.SkipDecoding):
        """Passes all frames at once; its parent maps over them one by one."""

        def decode_batch_example(self, frames):
            return frames

    return builder.as_dataset(
        split=split,
        shuffle_files=training,
        decoders={"frames": Undecoded()},
        read_config=tfds.ReadConfig(
            shuffle_seed=seed,
            try_autocache=False,
            # One file after the other where the order is promised.
            interleave_cycle_length=16 if training else 1,
        ),
    )


def _view(clip, draw, preprocessor, task, num_candidates, training, jitter, flip):
    """One view of one stored clip: what `task` needs of it, text as strings."""
    seeds = tf.random.split(tf.bitcast(draw, tf.int32)[:, 0], 3) if training else None
    window_seed, view_seed, caption_seed = (
        (None, None, None) if seeds is None else tf.unstack(seeds)
    )
    view = {"label": _first_label(clip["labels"])}
    share = None
    if task != "audio":
        shown = frame_positions(
            clip["timestamps"], clip["frame_rate"], preprocessor.frame_rate
        )
        kept, offset = frame_window(tf.size(shown), preprocessor, window_seed)
        share = tf.cast(offset, tf.float64) / tf.cast(tf.size(shown), tf.float64)
        video = decode_frames(clip["frames"], tf.gather(shown, kept))
        size = preprocessor.image_size
        if training:
            video = random_view(video, size, view_seed, jitter, flip)
        else:
            video = centre_view(video, size)
        view["video"] = tf.ensure_shape(video, (preprocessor.num_frames, *size, 3))
    if task != "video":
        num_samples = tf.strings.length(clip["audio"]) // 2
        kept = sample_window(num_samples, preprocessor, window_seed, share)
        view["audio"], view["audio_mask"] = decode_sound(clip["audio"], kept)
    if task in ("pretrain", "evaluate"):
        rate = preprocessor.frame_rate
        span = preprocessor.num_frames * preprocessor.frame_stride
        begin = tf.cast(offset, tf.float32) / rate
        view["text"] = choose_captions(
            clip["captions"], begin, begin + span / rate, num_candidates, caption_seed
        )
        own = tf.boolean_mask(clip["captions"]["text"], clip["captions"]["own"] > 0)
        view["caption"] = tf.strings.reduce_join(own[:1])
        view["id"] = clip["id"]
    return view


def _finish(batch, preprocessor, task):
    """Tokenises a batch and brings it into the form of the task."""
    if task in ("video", "audio"):
        return batch[task], batch["label"]
    batch["text"] = preprocessor.tokenizer(batch["text"])  # (b, c, w)
    has_words = tf.reduce_any(batch["text"] != 0, axis=[1, 2])
    batch["text_mask"] = tf.cast(has_words, tf.float32)
    if task == "evaluate":
        return batch
    inputs = {name: batch[name] for name in ("video", "audio", "text")}
    masks = {name: batch[name] for name in ("audio_mask", "text_mask")}
    return inputs, masks


def _first_label(labels):
    return tf.cast(tf.concat([labels, [-1]], axis=0)[0], tf.int32)


def _num_unlabelled(info, split, task, source):
    """Returns how many clips a task leaves out for want of a label, and says so."""
    if task not in ("video", "audio"):
        return 0
    missing = (info.metadata or {}).get("unlabelled", {}).get(split, 0)
    total = info.splits[split].num_examples
    if missing == total:
        raise ValueError(
            f"No clip of split {split!r} in {source!r} has a label, which task "
            f"{task!r} needs. Fill the column `label` of the CSV and prepare again."
        )
    if missing:
        warnings.warn(
            f"{missing} of {total} clips of split {split!r} have no label and are "
            "left out.",
            stacklevel=3,
        )
    return missing


def _check(task, preprocessor, batch_size, num_candidates):
    if task not in TASKS:
        raise ValueError(f"`task` must be one of {TASKS}. Received: task={task!r}")
    if preprocessor is None:
        raise ValueError(
            "`preprocessor` gives sizes and time base and must not be None. Pass the "
            "model's (`pretrainer.preprocessor`) or make a `VATTPreprocessor`."
        )
    if task in ("pretrain", "evaluate") and preprocessor.tokenizer is None:
        raise ValueError(
            f"Task {task!r} needs the preprocessor's tokenizer, which is None. Make it "
            "with `tokenizer=VATTTokenizer(vocabulary)`; `keras-vatt vocabulary` "
            "writes a vocabulary of the captions."
        )
    if batch_size < 1 or num_candidates < 1:
        raise ValueError(
            "`batch_size` and `num_candidates` must be positive. Received: "
            f"batch_size={batch_size}, num_candidates={num_candidates}"
        )


def _check_rates(info, task, preprocessor):
    if task != "video" and preprocessor.sample_rate != SAMPLE_RATE:
        raise ValueError(
            f"The preprocessor expects sound at {preprocessor.sample_rate} samples/s. "
            f"Stored clips have {SAMPLE_RATE}. Use an audio converter with "
            f"sample_rate={SAMPLE_RATE} (and audio_stride for fewer samples)."
        )
    stored = (info.metadata or {}).get("frame_rate")
    if task != "audio" and stored is not None and stored < preprocessor.frame_rate:
        warnings.warn(
            f"Clips were stored at {stored:g} frames/s and the model expects "
            f"{preprocessor.frame_rate:g}: frames will repeat. Prepare them again with "
            f"--frame-rate {preprocessor.frame_rate:g}, or without it.",
            stacklevel=3,
        )
