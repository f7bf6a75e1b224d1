"""What a view takes from a stored record: frames and sound that it holds."""

import tensorflow as tf

from keras_vatt.data.sampling import decode_sound, frame_positions, kept_frames


class StoredMedia:
    """Frames and sound of a clip that was stored whole.

    Attributes:
        may_fail: bool. Whether `read` can find a clip that cannot be used, and then
            returns "is_whole" false for it.
    """

    may_fail = False

    def measure(self, clip, settings):
        """Returns the clip with its lengths, before anything is decoded.

        Args:
            clip: dict, see `Source`.
            settings: `ViewSettings`.

        Returns:
            The clip with "shown" int32 `(L,)`, the frame at each tick of the model's
            rate (where the task needs frames), and "num_samples" int32.
        """
        return measured(clip, tf.size(clip["audio"]), settings)

    def read(self, clip, frames, windows, settings):
        """Takes the frames and the sound of windows, and nothing else.

        Args:
            clip: dict, as `measure` returned it.
            frames: int32 `(W, T)`, indices of frames, or None for none.
            windows: `Windows` of samples, W of S each, or None for none.
            settings: `ViewSettings`.

        Returns:
            A dict: of frames "frames" string `(u,)`, JPEG bytes, or uint8
            `(u, h, w, 3)`, and "places" int32 `(W, T)`, which of them is shown where;
            of samples "audio" float32 `(W, S, 1)` in [-1, 1] and "audio_mask"
            float32, 0 where there is no sound.
        """
        found = {}
        if frames is not None:
            found["frames"], found["places"] = kept_frames(clip["frames"], frames)
        if windows is not None:
            found["audio"], found["audio_mask"] = decode_sound(clip["audio"], windows)
        return found


def measured(clip, num_samples, settings):
    """Returns the clip with its lengths, see `StoredMedia.measure`."""
    clip = {**clip, "num_samples": num_samples}
    if settings.task != "audio":
        clip["shown"] = frame_positions(
            clip["timestamps"], clip["frame_rate"], settings.frame_rate
        )
    return clip
