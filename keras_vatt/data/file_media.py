"""What a view takes from a media file that was not prepared."""

import threading
import warnings

import numpy as np
import tensorflow as tf

from keras_vatt.data.clip_extent import clip_extent
from keras_vatt.data.decode import video_stream
from keras_vatt.data.decode_windows import decode_windows
from keras_vatt.data.limits import DEFAULT_LIMITS
from keras_vatt.data.media import MediaError, open_media

# Larger frames are scaled down to this short side, as `prepare` does.
_SHORT_SIDE = 256


class FileMedia:
    """Frames and sound of media files, read by PyAV where a window lies.

    It has the methods of `StoredMedia`; a record is the number of a row. A file that
    cannot be read is warned of once a clip, with its name, the reason and how many were
    skipped so far, and is not whole.

    Args:
        rows: list of `ClipRow`.
        class_names: list of strings. The labels, in the order of their ids.
        root: string or None. The data root; the current folder if None.
        allow_outside: bool. Whether files outside the root may be read.
        limits: `Limits`, of a frame's pixels.

    Attributes:
        may_fail: bool. That `read` can find a clip that is not whole.

    Source: design 6.
    """

    may_fail = True

    def __init__(
        self,
        rows,
        class_names=(),
        root=None,
        allow_outside=False,
        limits=DEFAULT_LIMITS,
    ):
        self._rows = rows
        self._numbers = {name: number for number, name in enumerate(class_names)}
        self._open = (root, allow_outside)
        self._limits = limits
        self._extents = {}  # by row, frame rate and need: headers are read once
        self._lock = threading.Lock()
        self._skipped = set()  # numbers of rows
        self._failures = 0
        self._any_whole = False

    def parse(self, number):
        """Returns what the row of a clip says, see `Source`; opens nothing.

        The end of a caption that holds for the whole clip is NaN until `measure`.
        """
        kinds = (tf.string, tf.string, tf.float32, tf.float32, tf.int64, tf.int64)
        clip_id, texts, starts, ends, own, labels = tf.numpy_function(
            self._row, [number], kinds, stateful=False
        )
        captions = {"text": texts, "start": starts, "end": ends, "own": own}
        for value in (*captions.values(), labels):
            value.set_shape((None,))
        clip_id.set_shape(())
        return {"row": number, "id": clip_id, "captions": captions, "labels": labels}

    def measure(self, clip, settings):
        """Returns the clip with its lengths, see `StoredMedia.measure`."""
        rate = 0.0 if settings.task == "audio" else settings.frame_rate
        kinds = (tf.float32, tf.int32, tf.int32, tf.bool)
        seconds, ticks, samples, is_whole = tf.numpy_function(
            lambda row: self._measure(row, rate), [clip["row"]], kinds
        )
        for value in (seconds, ticks, samples, is_whole):
            value.set_shape(())
        captions = dict(clip["captions"])
        end = captions["end"]
        captions["end"] = tf.where(tf.math.is_nan(end), seconds, end)
        return {
            **clip,
            "captions": captions,
            "shown": tf.range(ticks),
            "num_samples": samples,
            "is_whole": is_whole,
        }

    def read(self, clip, frames, windows, settings):
        """Reads the frames and the sound of windows, see `StoredMedia.read`."""
        height, width = settings.image_size
        short_side = max(_SHORT_SIDE, settings.min_resize, height, width)
        rate = 0.0 if settings.task == "audio" else settings.frame_rate
        ticks, places = tf.zeros((0,), tf.int32), None
        if frames is not None:
            ticks, places = tf.unique(tf.reshape(frames, (-1,)))
            places = tf.reshape(places, tf.shape(frames))
        wanted = tf.zeros((0, 0), tf.int32) if windows is None else windows.indices()
        images, wave, is_whole = tf.numpy_function(
            lambda *args: self._read(*args, rate, short_side),
            [clip["row"], ticks, wanted, clip["is_whole"]],
            (tf.uint8, tf.int16, tf.bool),
        )
        is_whole.set_shape(())
        found = {"is_whole": is_whole}
        if frames is not None:
            found["frames"] = tf.ensure_shape(images, (None, None, None, 3))
            found["places"] = places
        if windows is not None:
            wave = tf.cast(tf.ensure_shape(wave, wanted.shape), tf.float32)
            found["audio"] = wave[..., None] / 32768
            found["audio_mask"] = tf.cast(clip["num_samples"] > 0, tf.float32)
        return found

    def _row(self, number):
        row = self._rows[number]
        begin = row.start or 0.0
        captions = [caption for caption in row.captions if caption.text.strip()]
        nan = float("nan")
        return (
            np.array(row.clip_id.encode("utf-8", "backslashreplace"), object),
            np.array([c.text.encode("utf-8", "replace") for c in captions], object),
            np.float32([0 if c.start is None else c.start - begin for c in captions]),
            np.float32([nan if c.end is None else c.end - begin for c in captions]),
            np.int64([c.own for c in captions]),
            np.int64([self._numbers[label] for label in row.labels]),
        )

    def _measure(self, number, rate):
        try:
            extent = self._extent(int(number), rate)
        except MediaError as error:
            self._report(int(number), error)
            return np.float32(0), np.int32(1), np.int32(0), np.bool_(False)
        return (
            np.float32(extent.seconds),
            np.int32(extent.num_ticks),
            np.int32(extent.num_samples),
            np.bool_(True),
        )

    def _read(self, number, ticks, samples, is_whole, rate, short_side):
        """Returns uint8 `(u, h, w, 3)`, int16 `(W, S)` and whether all went well."""
        number = int(number)
        if is_whole:
            try:
                found = self._decode(number, ticks, samples, rate, short_side)
            except MediaError as error:
                self._report(number, error)
            else:
                self._any_whole = True
                return *found, np.bool_(True)
        nothing = np.zeros((len(ticks), short_side, short_side, 3), "uint8")
        return nothing, np.zeros(samples.shape, "int16"), np.bool_(False)

    def _decode(self, number, ticks, samples, rate, short_side):
        root, allow_outside = self._open
        frames, places, wave = decode_windows(
            self._rows[number].path,
            self._extent(number, rate),
            ticks,
            samples,
            short_side,
            self._limits,
            root,
            allow_outside,
        )
        return frames[places], wave

    def _extent(self, number, rate):
        if (number, rate) not in self._extents:
            row = self._rows[number]
            with open_media(row.path, *self._open) as container:
                needs = "video" if rate else row.needs
                if not rate and video_stream(container, row.path, "audio") is None:
                    needs = "audio"
                extent = clip_extent(
                    container, row.start, row.end, rate, repr(row.path), needs
                )
            self._extents[number, rate] = extent
        return self._extents[number, rate]

    def _report(self, number, error):
        """Warns of a clip once; raises if not one of all could be read."""
        with self._lock:
            is_new = number not in self._skipped
            self._skipped.add(number)
            count = len(self._skipped)
            self._failures += 1
            is_hopeless = self._failures >= len(self._rows) and not self._any_whole
        if is_new:
            warnings.warn(
                f"Skipped {self._rows[number].clip_id!r} (so far {count} of "
                f"{len(self._rows)} clips): {error}",
                stacklevel=2,
            )
        if is_hopeless:
            raise ValueError(
                f"None of {len(self._rows)} clips could be read, the last because: "
                f"{error} Expected at least one. The warnings name the others."
            )
