"""What a view takes from indexed records: from its first frame to its last."""

import numpy as np
import tensorflow as tf

from keras_vatt.data.record_index import PLACE
from keras_vatt.data.sampling import decode_sound, kept_frames
from keras_vatt.data.stored_media import measured

_SAMPLE = 2  # bytes


class IndexedMedia:
    """Frames and sound of clips whose records have an index.

    It has the methods of `StoredMedia`; "frames" and "audio" of a clip are places, see
    `record_index`. The checksums of whole records are not looked at.

    Args:
        paths: list of strings, the shards.

    Attributes:
        may_fail: bool. False: what cannot be read is an error.
    """

    may_fail = False

    def __init__(self, paths):
        self._paths = paths

    def measure(self, clip, settings):
        """Returns the clip with its lengths, see `StoredMedia.measure`."""
        size = tf.io.decode_raw(clip["audio"], tf.int32)[1]
        return measured(clip, size // _SAMPLE, settings)

    def read(self, clip, frames, windows, settings):
        """Reads the frames and the sound of windows, see `StoredMedia.read`."""
        found = {}
        if frames is not None:
            stored, found["places"] = kept_frames(clip["frames"], frames)
            # One read: the frames of a clip lie one after the other.
            span, begins, sizes = tf.numpy_function(
                self._frames, [stored], (tf.string, tf.int64, tf.int64), stateful=False
            )
            span.set_shape(())
            begins.set_shape(stored.shape)
            sizes.set_shape(stored.shape)
            found["frames"] = tf.strings.substr(span, begins, sizes)
        if windows is not None:
            first, last, _ = windows.reach()
            wave = tf.numpy_function(
                self._sound, [clip["audio"], first, last], tf.string, stateful=False
            )
            wave = tf.io.decode_raw(tf.ensure_shape(wave, ()), tf.int16)
            found["audio"], found["audio_mask"] = decode_sound(
                wave, windows.since(first)
            )
        return found

    def _frames(self, places):
        """Returns bytes with all the frames, and where in them each lies."""
        places = np.frombuffer(b"".join(places.tolist()), PLACE)
        offsets, sizes = places["offset"].astype("int64"), places["size"]
        begin, end = offsets.min(), (offsets + sizes).max()
        span = self._bytes(places["shard"][0], begin, end - begin)
        return span, offsets - begin, sizes.astype("int64")

    def _sound(self, place, first, last):
        """Returns the bytes of samples `first` to `last`, of silence none."""
        (place,) = np.frombuffer(place, PLACE)
        begin = _SAMPLE * int(first)
        size = min(_SAMPLE * int(last + 1), int(place["size"])) - begin
        return self._bytes(place["shard"], int(place["offset"]) + begin, max(size, 0))

    def _bytes(self, shard, begin, size):
        path = self._paths[shard]
        with open(path, "rb") as file:
            file.seek(int(begin))
            found = file.read(int(size))
        if len(found) < size:
            raise OSError(
                f"{path!r} ends before byte {begin + size}, where its index says that "
                "there is a frame or sound. The records were changed: delete the "
                "dataset's folder and prepare again."
            )
        return found
