"""Stored clips to batches for `fit`."""

import functools

import tensorflow as tf

from keras_vatt.data import load_checks as checks
from keras_vatt.data.close_at_exit import close_at_exit
from keras_vatt.data.mixture import mixture, mixture_counts
from keras_vatt.data.open_source import open_source
from keras_vatt.data.stream import stream
from keras_vatt.data.view import view
from keras_vatt.data.view_settings import ViewSettings

# AutoGraph would find nothing to convert, and take as long as all else.
_as_written = tf.autograph.experimental.do_not_convert


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
    crop=None,
    color_jitter=None,
    num_windows=1,
    num_crops=1,
    min_resize=None,
    frame_rate=None,
    frame_stride=None,
    audio_stride=None,
    num_classes=None,
    weights=None,
    num_shards=1,
    shard_index=0,
    start_batch=0,
    prefetch=tf.data.AUTOTUNE,
    num_threads=None,
    allow_outside=False,
):
    """Returns batches of clips, stored or from media files as they are.

    Frames, sound and captions of a clip come from one window. Sizes and time base
    are the preprocessor's. Only the frames kept are decoded: stored ones in the graph,
    those of media files by PyAV, which seeks to the window.

    With `repeat=True` the stream is a function of `seed` and the count of batches
    alone: `start_batch=n` continues it exactly after n batches, in another process
    too, with the same arguments.

    Media files need no preparation and cost more a batch. One that cannot be read is
    warned of once and skipped. Order, windows and draws are those of the seed all the
    same; but `start_batch` counts clips as listed, so it is exact only if none is
    skipped: leave broken ones out before. The number of batches is then not known
    beforehand (`len` refuses). All clips are shuffled among each other, whatever
    `shuffle_buffer` says, and `cache` keeps no media.

    Args:
        source: string, or a list of strings to mix. What
            `keras_vatt.datasets.prepare` wrote to; DMVR TFRecords: a folder with
            files `<split>-00000-of-00010`, a file, or a pattern; images with labels
            as TFDS stores them (`.../imagenet2012/5.1.0`, or the folder that holds
            `imagenet2012`); or a CSV, a folder of media files with or without one, a
            media file, a `Listing`.
        split: string. "train", "validation", "test" or what the CSV named.
        task: string. What an element is, see below.
        batch_size: int. B, clips a batch on this host.
        preprocessor: `VATTPreprocessor`, as a model carries it.
        num_candidates: int. C, captions a clip.
        training: bool or None. Random windows and views, shuffled; else fixed ones in
            stored order. None: whether the split is "train".
        seed: int. The same seed gives the same batches.
        drop_remainder: bool or None. Whether an incomplete last batch is dropped.
            None: in training.
        repeat: bool. Whether the stream starts over for ever.
        cache: bool. Whether stored clips are kept in memory after the first pass:
            whole, or where records have an index the places of their frames and sound.
        shuffle_buffer: int. Stored clips that are shuffled among each other. They lie
            in memory as stored: megabytes each, or kilobytes where records have an
            index.
        jitter: float. How far each axis may be stretched in training.
        flip: bool. Whether half of the training clips are mirrored. Turn it off
            where left and right matter.
        num_parallel_calls: int. Clips decoded at the same time.
        crop: string or None. Training crops: "jitter" (stretched, short side to the
            crop's, random place) or "area" (a random part of 0.08 to 1 of the area).
            None: "area" for tasks "video" and "image", else "jitter".
        color_jitter: float or None. Share of the training clips whose colours
            change. None: 0.8 for tasks "video" and "image", else 0.
        num_windows: int. W, windows a clip in tests: one in the middle, or several
            spread evenly.
        num_crops: int. Crops a window in tests, 1 (centre) or 3 (along the longer
            side).
        min_resize: int or None. Short side in pixels before test crops. None: the
            crop's.
        frame_rate: float or None. Frames per second, in place of the preprocessor's.
            With several sources, a list of one each will do; so for the strides.
        frame_stride: int or None. Every how many frames one is kept.
        audio_stride: int or None. Every how many samples one is kept.
        num_classes: int or None. Labels become float32 `(B, num_classes)`, multi-hot;
            None: the number of a clip's first label.
        weights: list of floats. With several sources: the share of each.
        num_shards: int. Hosts that share the clips: each has its own part.
        shard_index: int. Which of them this is.
        start_batch: int. Batches to leave out at the start. Needs `repeat`.
        prefetch: int. Batches made ahead.
        num_threads: int or None. Threads for all of this. None: one a core.
        allow_outside: bool. Whether media files outside their CSV's folder may be
            read.

    Returns:
        `tf.data.Dataset` of, with V = num_windows * num_crops views a clip,
        consecutive and crop-major (in training V = W = 1),

        - task "pretrain": `({"video": uint8 (B V, T, H, W, 3), "audio": float32
          (B W, S, 1), "text": int32 (B, C, words)}, {"audio_mask": float32 (B,),
          "text_mask": float32 (B,)})`
        - task "video" or "audio": `(video or audio, int32 label (B,))`; clips
          without label are left out
        - task "image": `(uint8 (B V, H, W, 3), int32 label (B,))`, a frame of each
          clip
        - task "evaluate": a dict of all of these, "label" (-1 for none), "id" and
          "caption" (strings, the clip's own first caption); nothing is ever
          dropped, shuffled or augmented
        - task "inspect": what "pretrain" gives with the same arguments, as a dict of
          all of these, with "captions" string (B, C), what the word ids were made of;
          "window" float32 (B, W, 2), begin and end in seconds into the clip; and
          "seconds" float32 (B,), how long the clip is: what is behind loops.

    Raises:
        FileNotFoundError: if `source` holds no finished dataset and no media.
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
        checks.check_evaluation(training, drop_remainder)
        training, drop_remainder = False, False
    training = split == "train" if training is None else training
    drop_remainder = training if drop_remainder is None else drop_remainder
    paths = list(source) if isinstance(source, (list, tuple)) else [source]
    shown = "video" if task == "image" else task  # an image is a video of one frame
    checks.check_arguments(task, preprocessor, batch_size, num_candidates)
    checks.check_stream(len(paths), weights, training, repeat, start_batch)
    checks.check_views(training, num_windows, num_crops, min_resize, crop)
    time_bases = checks.time_bases(
        len(paths),
        preprocessor,
        shown,
        frame_rate=frame_rate,
        frame_stride=frame_stride,
        audio_stride=audio_stride,
    )
    sources = [open_source(path, split, allow_outside) for path in paths]
    close_at_exit()
    kept = []
    for opened, time_base in zip(sources, time_bases):
        checks.check_rates(opened, shown, preprocessor, time_base)
        checks.check_classes(opened, num_classes)
        kept.append(checks.num_kept(opened, task, num_shards))
    sources = [opened.shard(num_shards, shard_index) for opened in sources]
    if num_shards > 1:
        kept = [opened.num_clips for opened in sources]
    if drop_remainder and not repeat:
        checks.check_one_batch(sources[0].name, kept[0], batch_size)
    start = start_batch * batch_size
    starts = mixture_counts(weights, start, seed) if weights else [start]
    streams = []
    for number, opened in enumerate(sources):
        settings = ViewSettings(
            task=shown,
            training=training,
            num_candidates=num_candidates,
            num_windows=num_windows,
            num_crops=num_crops,
            min_resize=min_resize or 0,
            crop=crop or ("area" if shown == "video" else "jitter"),
            jitter=jitter,
            flip=flip,
            color_jitter=_color_jitter(color_jitter, shown),
            num_classes=num_classes or 0,
            **_sizes(preprocessor, task),
            **time_bases[number],
        )
        clips = stream(
            opened,
            # Another order and other draws for every source and host.
            seed + 1_000_003 * number + 7_919 * shard_index,
            shuffle=training,
            repeat=repeat,
            start=starts[number],
            buffer=shuffle_buffer,
            cache=cache,
            keep=_is_labelled(opened) if kept[number] < opened.num_clips else None,
            num_kept=kept[number],
        )
        one = _as_written(functools.partial(_view, source=opened, settings=settings))
        views = clips.map(one, num_parallel_calls=num_parallel_calls)
        if opened.media.may_fail:
            views = views.filter(lambda clip: clip["is_whole"]).map(_without_is_whole)
        streams.append(views)
    dataset = mixture(streams, weights, start, seed) if weights else streams[0]
    # By one thread: batches made side by side cost more, in memory and in time.
    dataset = dataset.batch(batch_size, drop_remainder)
    dataset = dataset.map(
        _as_written(functools.partial(_finish, preprocessor=preprocessor, task=task))
    )
    options = tf.data.Options()
    # Clips are made side by side: sharing out each of their operations costs more.
    options.threading.max_intra_op_parallelism = 1
    if num_threads is not None:
        options.threading.private_threadpool_size = num_threads
    return dataset.prefetch(prefetch).with_options(options)


def _view(record, seed, source, settings):
    return view(source.parse(record), seed, settings, source.media)


def _without_is_whole(clip):
    return {name: value for name, value in clip.items() if name != "is_whole"}


def _is_labelled(source):
    return lambda record: tf.size(source.parse(record)["labels"]) > 0


def _color_jitter(share, task):
    if share is None:
        return 0.8 if task == "video" else 0.0
    return share


def _sizes(preprocessor, task):
    sizes = {}
    if task != "audio":
        sizes["num_frames"] = 1 if task == "image" else preprocessor.num_frames
        sizes["image_size"] = preprocessor.image_size
    if task not in ("video", "image"):
        sizes["num_samples"] = preprocessor.num_samples
    return sizes


def _finish(batch, preprocessor, task):
    """Tokenises a batch and brings it into the form of the task."""
    for name in ("video", "audio"):
        if name in batch:  # (b, views, ...) -> (b views, ...)
            batch[name] = tf.reshape(batch[name], (-1, *batch[name].shape[2:]))
    if task == "image":
        return batch["video"][:, 0], batch["label"]
    if task in ("video", "audio"):
        return batch[task], batch["label"]
    batch["captions"] = batch["text"]
    batch["text"] = preprocessor.tokenizer(batch["text"])  # (b, c, w)
    has_words = tf.reduce_any(batch["text"] != 0, axis=[1, 2])
    batch["text_mask"] = tf.cast(has_words, tf.float32)
    if task == "inspect":
        return batch
    if task == "evaluate":
        more = ("captions", "window", "seconds")
        return {name: value for name, value in batch.items() if name not in more}
    inputs = {name: batch[name] for name in ("video", "audio", "text")}
    masks = {name: batch[name] for name in ("audio_mask", "text_mask")}
    return inputs, masks
