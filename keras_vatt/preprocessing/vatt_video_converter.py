"""Frames of any size and number to the model's video input."""

import keras
import keras_hub
import tensorflow as tf
from keras_hub.src.utils.preset_utils import get_preset_loader

from keras_vatt.preprocessing.frames import centre_view
from keras_vatt.preprocessing.tensors import (
    from_tensorflow,
    static_length,
    to_tensorflow,
)
from keras_vatt.preprocessing.windows import centre_offset, window_indices


@keras.saving.register_keras_serializable(package="keras_vatt")
class VATTVideoConverter(keras_hub.layers.VideoConverter):
    """Cuts the centre window and the centre crop out of raw frames.

    The frames stay uint8: the model scales them to [-1, 1] on the device. Input
    that has the target's shape already is returned unchanged.

    Args:
        image_size: pair of ints. Height and width of the output in pixels.
        num_frames: int. Frames of the output.
        frame_rate: float. Frames per second that the input is expected to have.
        frame_stride: int. Every how many input frames one is kept.
        **kwargs: Base layer arguments.

    Call arguments:
        inputs: uint8 `(T, h, w, 3)` or `(B, T, h, w, 3)`, or a list of clips
            `(T, h, w, 3)` of any sizes.

    Returns:
        uint8 `(num_frames, height, width, 3)`, with a batch axis in front where
        the input had one. A clip too short for the window loops.

    Raises:
        ValueError: if the input is no clip of RGB frames, is empty, or is neither
            uint8 nor of the target's shape.

    Example:
    ```python
    converter = VATTVideoConverter(image_size=(64, 64), num_frames=8)
    converter(np.zeros((20, 90, 120, 3), "uint8")).shape  # (8, 64, 64, 3)
    ```

    Source: design 3, "Views"; paper section 4.1 (inputs).
    """

    def __init__(
        self,
        image_size=(224, 224),
        num_frames=32,
        frame_rate=10.0,
        frame_stride=1,
        **kwargs,
    ):
        # The base constructor would add an image converter with scale and offset,
        # saved in every preset and never called: scaling is the model's business.
        super(keras_hub.layers.VideoConverter, self).__init__(**kwargs)
        # It has no weights, and while a part is not built Keras traces the whole model
        # again at each `train_on_batch` in JAX and PyTorch.
        self.built = True
        self.image_size = tuple(int(side) for side in image_size)
        self.num_frames = int(num_frames)
        self.frame_rate = float(frame_rate)
        self.frame_stride = int(frame_stride)
        if len(self.image_size) != 2 or min(self.image_size) < 1:
            raise ValueError(
                "`image_size` must be two positive ints (height, width). "
                f"Received: image_size={image_size}"
            )
        if self.num_frames < 1 or self.frame_stride < 1 or not self.frame_rate > 0:
            raise ValueError(
                "`num_frames`, `frame_stride` and `frame_rate` must be positive. "
                f"Received: num_frames={num_frames}, frame_stride={frame_stride}, "
                f"frame_rate={frame_rate}"
            )

    def call(self, inputs):
        if isinstance(inputs, (list, tuple)):
            clips = [self._convert_clip(to_tensorflow(clip)) for clip in inputs]
            return from_tensorflow(tf.stack(clips))
        frames = to_tensorflow(inputs)
        if frames.shape.rank == 5:
            return from_tensorflow(self._convert_batch(frames))
        return from_tensorflow(self._convert_clip(frames))

    def _target(self):
        return (self.num_frames, *self.image_size, 3)

    def _convert_batch(self, videos):  # (b, t, h, w, 3)
        if tuple(videos.shape[1:]) == self._target():
            return videos
        return tf.map_fn(
            self._convert_clip,
            videos,
            fn_output_signature=tf.TensorSpec(self._target(), videos.dtype),
        )

    def _convert_clip(self, frames):  # (t, h, w, 3)
        if frames.shape.rank != 4 or frames.shape[-1] != 3:
            raise ValueError(
                "A video must be RGB frames (time, height, width, 3), with or "
                f"without a batch axis in front. Received: shape={frames.shape}"
            )
        if tuple(frames.shape) == self._target():
            return frames
        if frames.dtype != tf.uint8:
            raise ValueError(
                "Frames to convert must be uint8 in [0, 255]. Received: "
                f"dtype={frames.dtype.name}, shape={frames.shape}. Pass the decoded "
                f"frames, or frames of the final shape {self._target()}."
            )
        if 0 in frames.shape.as_list():
            raise ValueError(
                "A video must have at least one frame of at least one pixel. "
                f"Received: shape={frames.shape}. Leave clips without frames out."
            )
        length = static_length(frames, 0)
        # Where the shape is known only at run time, the stride must not be
        # applied a second time either.
        done = tf.reduce_all(tf.equal(tf.shape(frames), self._target()))
        stride = tf.where(done, 1, self.frame_stride)
        offset = centre_offset(length, self.num_frames, stride)
        kept = window_indices(length, offset, self.num_frames, stride)
        frames = centre_view(tf.gather(frames, kept), self.image_size)
        return tf.ensure_shape(frames, self._target())

    @classmethod
    def from_preset(cls, preset, **kwargs):
        """Returns the converter saved in a preset folder.

        Args:
            preset: string. Path of the folder.
            **kwargs: Constructor arguments that replace the saved ones.
        """
        # One converter serves every backbone, so nothing is looked up by it.
        return get_preset_loader(preset).load_video_converter(cls, **kwargs)

    def get_config(self):
        config = super(keras_hub.layers.VideoConverter, self).get_config()
        config.update(
            {
                "image_size": self.image_size,
                "num_frames": self.num_frames,
                "frame_rate": self.frame_rate,
                "frame_stride": self.frame_stride,
            }
        )
        return config
