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
            frames = tf.numpy_function(
                self._frames, [stored], tf.string, stateful=False
            )
            found["frames"] = tf.ensure_shape(frames, stored.shape)
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
        """Returns the bytes of each frame."""
        places = np.frombuffer(b"".join(places.tolist()), PLACE)
        offsets, sizes = places["offset"].tolist(), places["size"].tolist()
        found = self._bytes(places["shard"][0], zip(offsets, sizes))
        return np.array(found, object)

    def _sound(self, place, first, last):
        """Returns the bytes of samples `first` to `last`, of silence none."""
        (place,) = np.frombuffer(place, PLACE)
        begin = _SAMPLE * int(first)
        size = min(_SAMPLE * int(last + 1), int(place["size"])) - begin
        reach = (int(place["offset"]) + begin, max(size, 0))
        return self._bytes(place["shard"], [reach])[0]

    def _bytes(self, shard, reaches):
        """Returns what lies in a shard, for pairs of a first byte and a size."""
        path, found = self._paths[shard], []
        with open(path, "rb", buffering=0) as file:
            for begin, size in reaches:
                file.seek(begin)
                found.append(file.read(size))
                if len(found[-1]) < size:
                    raise OSError(
                        f"{path!r} ends before byte {begin + size}, where its index "
                        "says that there is a frame or sound. The records were "
                        "changed: delete the dataset's folder and prepare again."
                    )
        return found
