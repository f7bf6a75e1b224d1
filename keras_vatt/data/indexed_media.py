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
        found, stored, reach = {}, tf.zeros((0,), tf.string), (0, -1)
        if frames is not None:
            stored, found["places"] = kept_frames(clip["frames"], frames)
        if windows is not None:
            reach = windows.reach()[:2]
        # Both at once: a call of Python's costs more than what it reads.
        images, wave = tf.numpy_function(
            self._read,
            [stored, clip["audio"], *reach],
            [tf.string, tf.string],
            stateful=False,
        )
        if frames is not None:
            found["frames"] = tf.ensure_shape(images, stored.shape)
        if windows is not None:
            wave = tf.io.decode_raw(tf.ensure_shape(wave, ()), tf.int16)
            found["audio"], found["audio_mask"] = decode_sound(
                wave, windows.since(reach[0])
            )
        return found

    def _read(self, frames, sound, first, last):
        """Returns the bytes of each frame, and of samples `first` to `last`."""
        images, wave = [], b""
        if len(frames):
            places = np.frombuffer(b"".join(frames.tolist()), PLACE)
            offsets, sizes = places["offset"].tolist(), places["size"].tolist()
            images = self._bytes(places["shard"][0], zip(offsets, sizes))
        if last >= first:
            (place,) = np.frombuffer(sound, PLACE)
            begin = _SAMPLE * int(first)
            # Of silence there are none.
            size = min(_SAMPLE * int(last + 1), int(place["size"])) - begin
            reach = (int(place["offset"]) + begin, max(size, 0))
            (wave,) = self._bytes(place["shard"], [reach])
        return np.array(images, object), wave

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
