"""From a stored clip to what a task needs of it."""

import tensorflow as tf

from keras_vatt.data.color_jitter import draw_colors
from keras_vatt.data.random_resized_crop import random_resized_crop
from keras_vatt.data.random_view import random_view
from keras_vatt.data.sampling import (
    choose_captions,
    decode_frames,
    random_offset,
    window_offsets,
)
from keras_vatt.preprocessing.frames import eval_views
from keras_vatt.preprocessing.windows import Windows, window_indices


def view(clip, seed, settings, media):
    """Returns one training view or all test views of a clip.

    Video, sound and captions come from one window (or the same windows).

    Args:
        clip: dict, see `Source`.
        seed: int32 `(2,)`. The same seed gives the same view; unused in tests.
        settings: `ViewSettings`.
        media: `StoredMedia` or `FileMedia`, where the clip's frames and sound are.

    Returns:
        A dict of "label" int32 (-1 for none) or float32 `(classes,)`, and as the task
        needs them "video" uint8 `(V, T, H, W, 3)`, "audio" float32 `(W, S, 1)`,
        "audio_mask" float32, "text" string `(C,)`, "caption" and "id" strings and
        "window" float32 `(W, 2)`, the windows' seconds into the clip, which is
        "seconds" long. V is crops times
        windows, crop-major; in training V = W = 1. Where media may fail, also
        "is_whole" bool: whether the clip counts.

    Source: design 3, "Views"; design 6.
    """
    seeds = tf.unstack(tf.random.split(seed, 4)) if settings.training else [None] * 4
    window_seed, crop_seed, color_seed, caption_seed = seeds
    taken = {"label": _label(clip["labels"], settings)}
    clip = media.measure(clip, settings)
    frames, windows, share = None, None, None
    if settings.task != "audio":
        frames, offsets, share = _frames(clip["shown"], settings, window_seed)
    if settings.task != "video":
        windows = _sound(clip["num_samples"], settings, window_seed, share)
    found = media.read(clip, frames, windows, settings)
    if settings.task != "audio":
        taken["video"] = _video(
            found["frames"], found["places"], settings, crop_seed, color_seed
        )
    if settings.task != "video":
        taken["audio"], taken["audio_mask"] = found["audio"], found["audio_mask"]
    if media.may_fail:
        taken["is_whole"] = found["is_whole"]
    if settings.task not in ("video", "audio"):
        span = settings.num_frames * settings.frame_stride
        begin = tf.cast(offsets[0], tf.float32) / settings.frame_rate
        end = tf.cast(offsets[-1] + span, tf.float32) / settings.frame_rate
        taken["text"] = choose_captions(
            clip["captions"], begin, end, settings.num_candidates, caption_seed
        )
        own = tf.boolean_mask(clip["captions"]["text"], clip["captions"]["own"] > 0)
        taken["caption"] = tf.strings.reduce_join(own[:1])
        taken["id"] = clip["id"]
        ends = tf.stack([offsets, offsets + span], axis=1)
        taken["window"] = tf.cast(ends, tf.float32) / settings.frame_rate
        length = tf.cast(tf.size(clip["shown"]), tf.float32)
        taken["seconds"] = length / settings.frame_rate
    return taken


def _label(labels, settings):
    count = tf.size(labels)
    if settings.task in ("video", "audio"):
        message = "A clip has no label, which the task needs. Leave it out."
        with tf.control_dependencies([tf.debugging.assert_positive(count, message)]):
            labels = tf.identity(labels)
    if settings.num_classes:
        ones = tf.one_hot(labels, settings.num_classes)  # (n, classes)
        return tf.reduce_max(tf.pad(ones, [[0, 1], [0, 0]]), axis=0)
    return tf.cast(tf.concat([labels, [-1]], axis=0)[0], tf.int32)


def _frames(shown, settings, seed):
    """Which frames are kept `(w, t)`, where windows start `(w,)`, and at what share."""
    length = tf.size(shown)
    steps, stride = settings.num_frames, settings.frame_stride
    if seed is None:
        offsets = window_offsets(length, steps, stride, settings.num_windows)
    else:
        offsets = random_offset(length, steps, stride, seed)[None]
    kept = window_indices(length, offsets[:, None], steps, stride)
    share = tf.cast(offsets[0], tf.float64) / tf.cast(tf.maximum(length, 1), tf.float64)
    message = "A clip has no frames. Expected at least one. Leave it out, or load it "
    message += "with task='audio'."
    with tf.control_dependencies([tf.debugging.assert_positive(length, message)]):
        return tf.gather(shown, kept), offsets, share


def _video(frames, places, settings, crop_seed, color_seed):
    height, width = settings.image_size  # frames (u, h, w, 3) or (u,), places (w, t)
    if not settings.training:
        if frames.dtype == tf.string:
            frames = decode_frames(frames)
        views = eval_views(
            frames, settings.image_size, settings.min_resize, settings.num_crops
        )
        views = [tf.gather(crop, places) for crop in views]  # (w, t, h, w, 3) each
        video = tf.concat(views, axis=0)  # crop-major
    else:
        places = tf.ensure_shape(places, (1, settings.num_frames))
        frames = tf.gather(frames, places[0])  # (t, h, w, 3) or (t,)
        colors = None
        if settings.color_jitter:
            colors = draw_colors(color_seed, settings.color_jitter)
        kwargs = {"flip": settings.flip, "colors": colors}
        if settings.crop == "jitter":
            kwargs["jitter"] = settings.jitter
        crop = random_resized_crop if settings.crop == "area" else random_view
        video = crop(frames, settings.image_size, crop_seed, **kwargs)[None]
    count = settings.num_windows * settings.num_crops
    return tf.ensure_shape(video, (count, settings.num_frames, height, width, 3))


def _sound(length, settings, seed, share):
    """The windows of samples."""
    steps, stride = settings.num_samples, settings.audio_stride
    if seed is None:
        offsets = window_offsets(length, steps, stride, settings.num_windows)
    elif share is None:
        offsets = random_offset(length, steps, stride, seed)[None]
    else:
        # Sound starts where the frames do, each counted by its own length.
        offset = tf.round(share * tf.cast(length, tf.float64))
        offsets = tf.cast(offset, tf.int32)[None]
    return Windows(length, offsets, steps, stride)
