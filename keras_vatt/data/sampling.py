"""The window that frames, sound and captions of a clip share (design 3 and 6).

Plain TensorFlow functions of one stored clip; randomness comes in as a seed.
"""

import tensorflow as tf

from keras_vatt.preprocessing.windows import centre_offset, window_indices


def frame_positions(timestamps, stored_rate, frame_rate):
    """Returns which stored frame is on show at each tick of the model's rate.

    Args:
        timestamps: float32 `(T,)`, seconds, ascending.
        stored_rate: float. Frames per second as stored.
        frame_rate: float. Frames per second the model expects.

    Returns:
        int32 `(L,)`, indices into the stored frames.
    """
    count = tf.shape(timestamps)[0]
    # Within half a percent the stored frames are the ticks: 24.98 is no resampling.
    same = tf.abs(stored_rate / frame_rate - 1.0) < 0.005

    def resampled():
        first = timestamps[0]
        seconds = timestamps[-1] - first + 1.0 / stored_rate
        # A clip of T frames at the stored rate has T / rate seconds of ticks.
        ticks = tf.maximum(tf.cast(tf.round(seconds * frame_rate), tf.int32), 1)
        times = first + tf.range(ticks, dtype=tf.float32) / frame_rate
        # A frame is on show from its time on; a millisecond absorbs rounding.
        shown = tf.searchsorted(timestamps, times + 1e-3, side="right") - 1
        return tf.clip_by_value(tf.cast(shown, tf.int32), 0, count - 1)

    return tf.cond(same, lambda: tf.range(count), resampled)


def random_offset(length, num_steps, stride, seed):
    """Returns a random offset such that the window's last step is in the clip."""
    most = tf.maximum(length - (num_steps - 1) * stride, 1)
    return tf.random.stateless_uniform((), seed, 0, most, tf.int32)


def frame_window(num_frames, preprocessor, seed=None):
    """Returns which frames of a clip are kept.

    Args:
        num_frames: int. Frames of the clip at the model's frame rate, at least 1.
        preprocessor: `VATTPreprocessor`, for the number of frames and their stride.
        seed: int32 `(2,)` for a random window, or None for the one in the middle.

    Returns:
        int32 `(frames,)`, indices, and the offset.
    """
    steps, stride = preprocessor.num_frames, preprocessor.frame_stride
    if seed is None:
        offset = centre_offset(num_frames, steps, stride)
    else:
        offset = random_offset(num_frames, steps, stride, seed)
    return window_indices(num_frames, offset, steps, stride), offset


def sample_window(num_samples, preprocessor, seed=None, share=None):
    """Returns which samples of a clip's sound are kept.

    Args:
        num_samples: int. Samples of the sound; may be 0.
        preprocessor: `VATTPreprocessor`, for the number of samples and their stride.
        seed: int32 `(2,)` for a random window, or None for the one in the middle.
        share: float or None. In place of an own random offset: the proportion of
            the clip at which the frames' window starts.

    Returns:
        int32 `(samples,)`, indices.
    """
    steps, stride = preprocessor.num_samples, preprocessor.audio_stride
    if seed is None:
        offset = centre_offset(num_samples, steps, stride)
    elif share is None:
        offset = random_offset(num_samples, steps, stride, seed)
    else:
        offset = tf.round(share * tf.cast(num_samples, tf.float64))
    return window_indices(num_samples, offset, steps, stride)


def choose_captions(captions, begin, end, num_candidates, seed=None):
    """Returns the caption that overlaps a window most, then those nearest to it.

    Args:
        captions: dict of "text" string `(K,)`, "start" and "end" float32 `(K,)`,
            seconds from the clip's start.
        begin: float. The window's start in seconds.
        end: float. The window's end.
        num_candidates: int. C.
        seed: int32 `(2,)` to break ties at random, or None: the first listed wins.

    Returns:
        string `(C,)`; empty strings where there are fewer captions.
    """
    count = tf.shape(captions["text"])[0]
    order = tf.range(count)
    if seed is not None:
        order = tf.random.experimental.stateless_shuffle(order, seed)
    start = tf.gather(captions["start"], order)
    stop = tf.gather(captions["end"], order)
    overlap = tf.maximum(tf.minimum(stop, end) - tf.maximum(start, begin), 0.0)
    distance = tf.abs((start + stop) / 2.0 - (begin + end) / 2.0)
    # The best goes first, whatever its distance: it gets a distance below all.
    best = tf.argsort(distance, stable=True)
    best = tf.gather(best, tf.argsort(-tf.gather(overlap, best), stable=True))[:1]
    first = tf.reduce_any(tf.range(count)[:, None] == best[None], axis=1)
    nearest = tf.argsort(tf.where(first, -1.0, distance), stable=True)
    texts = tf.gather(captions["text"], tf.gather(order, nearest[:num_candidates]))
    texts = tf.pad(texts, [[0, num_candidates - tf.shape(texts)[0]]])
    return tf.ensure_shape(texts, (num_candidates,))


def decode_frames(frames, kept):
    """Decodes the frames of a window, each only once.

    Args:
        frames: string `(T,)`, JPEG bytes.
        kept: int32 `(n,)`, indices into them, repeated where a clip loops.

    Returns:
        uint8 `(n, h, w, 3)`.
    """
    unique, places = tf.unique(kept)
    decoded = tf.map_fn(
        lambda jpeg: tf.io.decode_jpeg(jpeg, channels=3),
        tf.gather(frames, unique),
        fn_output_signature=tf.TensorSpec((None, None, 3), tf.uint8),
    )
    return tf.gather(decoded, places)


def decode_sound(pcm, kept):
    """Returns the samples of a window, and whether there is sound at all.

    Args:
        pcm: string, 16-bit little-endian PCM; may be empty.
        kept: int32 `(n,)`, indices into the samples.

    Returns:
        float32 `(n, 1)` in [-1, 1], zeros without sound; float32 mask, 0 or 1.
    """
    samples = tf.io.decode_raw(pcm, tf.int16)
    mask = tf.cast(tf.size(samples) > 0, tf.float32)
    # One silent sample behind keeps the indices valid where there are none.
    wave = tf.cast(tf.gather(tf.pad(samples, [[0, 1]]), kept), tf.float32)
    return wave[:, None] / 32768.0, mask
