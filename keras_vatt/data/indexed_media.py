"""What a view takes from indexed records: the bytes of its window and no others."""

import numpy as np
import tensorflow as tf

from keras_vatt.data.record_index import PLACE
from keras_vatt.data.sampling import decode_sound, kept_frames
from keras_vatt.data.stored_media import StoredMedia

_SAMPLE = 2  # bytes


class IndexedMedia(StoredMedia):
    """Frames and sound of clips whose records have an index.

    "frames" and "audio" of a clip are places, see `record_index`.

    Args:
        paths: list of strings, the shards.
    """

    def __init__(self, paths):
        self._paths = paths

    def num_samples(self, clip):
        """Returns how many samples the sound of a clip has, int32."""
        size = tf.io.decode_raw(clip["audio"], tf.int32)[1]
        return size // _SAMPLE

    def read(self, clip, frames, samples, settings):
        """Reads the frames and the sound of windows, see `StoredMedia.read`."""
        found = {}
        if frames is not None:
            places, found["places"] = kept_frames(clip["frames"], frames)
            # One read: the frames of a clip lie one after the other.
            span, begins, sizes = tf.numpy_function(
                self._frames, [places], (tf.string, tf.int64, tf.int64), stateful=False
            )
            span.set_shape(())
            begins.set_shape(places.shape)
            sizes.set_shape(places.shape)
            found["frames"] = tf.strings.substr(span, begins, sizes)
        if samples is not None:
            first = tf.reduce_min(samples)
            last = tf.reduce_max(samples)
            wave = tf.numpy_function(
                self._sound, [clip["audio"], first, last], tf.string, stateful=False
            )
            wave = tf.io.decode_raw(tf.ensure_shape(wave, ()), tf.int16)
            found["audio"], found["audio_mask"] = decode_sound(wave, samples - first)
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
        is_remote = "://" in path
        opened = tf.io.gfile.GFile(path, "rb") if is_remote else open(path, "rb", 0)
        with opened as file:
            file.seek(int(begin))
            found = file.read(int(size))
        if len(found) < size:
            raise OSError(
                f"{path!r} ends before byte {begin + size}, where its index says that "
                "there is a frame or sound. The records were changed: prepare again."
            )
        return found
