"""The window that frames, sound and captions of a clip share (design 3 and 6).

Plain TensorFlow functions of one stored clip; randomness comes in as a seed.
"""

import tensorflow as tf

from keras_vatt.preprocessing.windows import centre_offset


def frame_positions(timestamps, stored_rate, frame_rate):
    """Returns which stored frame is on show at each tick of the model's rate.

    Args:
        timestamps: float32 `(T,)`, seconds, ascending.
        stored_rate: float. Frames per second as stored; 0 if that is unknown: every
            stored frame is then a tick.
        frame_rate: float. Frames per second the model expects.

    Returns:
        int32 `(L,)`, indices into the stored frames.
    """
    count = tf.shape(timestamps)[0]
    # Within half a percent the stored frames are the ticks: 24.98 is no resampling.
    same = (stored_rate <= 0.0) | (tf.abs(stored_rate / frame_rate - 1.0) < 0.005)

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


def window_offsets(length, num_steps, stride, num_windows):
    """Returns where the test windows of a clip start.

    Args:
        length: int. Frames or samples of the clip.
        num_steps: int. Frames or samples of a window.
        stride: int. Step between them.
        num_windows: int. W. One window lies in the middle, several are spread
            evenly from the clip's start to its end.

    Returns:
        int32 `(W,)`.
    """
    if num_windows == 1:
        return centre_offset(length, num_steps, stride)[None]
    most = tf.maximum(tf.cast(length, tf.int32) - num_steps * stride, 0)
    # Whole numbers: int(linspace(...)) in floats can fall one short.
    return tf.range(num_windows, dtype=tf.int32) * most // (num_windows - 1)


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


def kept_frames(frames, kept):
    """Returns the frames of windows, each once however often it is shown.

    Args:
        frames: string `(T,)`, JPEG bytes.
        kept: int32 `(W, n)`, indices into them, repeated where a clip loops.

    Returns:
        string `(u,)`, and int32 `(W, n)`: which of them to show where.
    """
    unique, places = tf.unique(tf.reshape(kept, (-1,)))
    return tf.gather(frames, unique), tf.reshape(places, tf.shape(kept))


def decode_frames(frames):
    """Decodes frames whole.

    Args:
        frames: string `(u,)`, JPEG bytes of equal sizes.

    Returns:
        uint8 `(u, h, w, 3)`.
    """
    return tf.map_fn(
        lambda jpeg: tf.io.decode_jpeg(jpeg, channels=3),
        frames,
        fn_output_signature=tf.TensorSpec((None, None, 3), tf.uint8),
    )


def decode_sound(samples, windows):
    """Returns the samples of windows, and whether there is sound at all.

    Args:
        samples: int16 or float32 `(S,)`; may be empty.
        windows: `Windows` of them, W of n samples each.

    Returns:
        float32 `(W, n, 1)` in [-1, 1], zeros without sound; float32 mask, 0 or 1.
    """
    samples = tf.convert_to_tensor(samples)
    has_sound = tf.size(samples) > 0
    shape = (windows.offsets.shape[0], windows.num_steps)
    wave = tf.cond(
        has_sound,
        lambda: tf.cast(_taken(samples, windows, shape), tf.float32),
        lambda: tf.zeros((tf.size(windows.offsets), windows.num_steps)),
    )
    scale = 1 / 32768 if samples.dtype == tf.int16 else 1.0
    return wave[..., None] * scale, tf.cast(has_sound, tf.float32)


def _taken(samples, windows, shape):
    """The samples of windows; of one that does not loop without their indices."""

    def gathered():
        return tf.gather(samples, windows.indices())

    if shape[0] != 1:
        return gathered()
    first, last, is_inside = windows.reach()

    def cut():
        return tf.ensure_shape(samples[None, first : last + 1 : windows.stride], shape)

    return tf.cond(is_inside, cut, gathered)
