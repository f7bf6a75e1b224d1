"""Waveforms of any length to the model's audio input."""

import keras
import keras_hub
import numpy as np
import tensorflow as tf
from keras_hub.src.utils.preset_utils import get_preset_loader

from keras_vatt.preprocessing.tensors import (
    first_non_finite,
    from_tensorflow,
    static_length,
    to_tensorflow,
)
from keras_vatt.preprocessing.windows import centre_offset, window_indices


@keras.saving.register_keras_serializable(package="keras_vatt")
class VATTAudioConverter(keras_hub.layers.AudioConverter):
    """Cuts the centre window out of a waveform, or loops a shorter one.

    Input that has the target's shape and is float32 is returned unchanged.

    Args:
        num_samples: int. Samples of the output.
        sample_rate: int. Samples per second that the input is expected to have.
        audio_stride: int. Every how many input samples one is kept (no low-pass,
            as the released fine-tuning does).
        **kwargs: Base layer arguments.

    Call arguments:
        inputs: waveform `(S,)`, `(S, 1)`, `(B, S)` or `(B, S, 1)`; float in
            [-1, 1], or int16. A list of waveforms of any lengths will do too.

    Returns:
        float32 `(num_samples, 1)` in [-1, 1], with a batch axis in front where the
        input had one. No samples at all become silence.

    Raises:
        ValueError: if a value is not finite, or the dtype or shape is not of those.

    Example:
    ```python
    converter = VATTAudioConverter(num_samples=38400)
    converter(np.zeros((2, 48000), "int16")).shape  # (2, 38400, 1)
    ```

    Source: design 3, "Time base"; paper section 4.1 (inputs).
    """

    def __init__(self, num_samples=153600, sample_rate=48000, audio_stride=1, **kwargs):
        super().__init__(**kwargs)
        # It has no weights, and while a part is not built Keras traces the whole model
        # again at each `train_on_batch` in JAX and PyTorch.
        self.built = True
        self.num_samples = int(num_samples)
        self.sample_rate = int(sample_rate)
        self.audio_stride = int(audio_stride)
        if min(self.num_samples, self.sample_rate, self.audio_stride) < 1:
            raise ValueError(
                "`num_samples`, `sample_rate` and `audio_stride` must be positive. "
                f"Received: num_samples={num_samples}, sample_rate={sample_rate}, "
                f"audio_stride={audio_stride}"
            )

    def audio_shape(self):
        """Returns the shape of one converted waveform."""
        return (self.num_samples, 1)

    def call(self, inputs):
        if isinstance(inputs, (list, tuple)) and len(np.shape(inputs[:1])) > 1:
            waves = [to_tensorflow(wave) for wave in inputs]
            waves = [tf.reshape(self._to_float(wave), (1, -1)) for wave in waves]
            return from_tensorflow(tf.concat([self._cut(w) for w in waves], axis=0))
        waves = self._to_float(to_tensorflow(inputs))
        rank = waves.shape.rank
        if rank not in (1, 2, 3) or (rank == 3 and waves.shape[-1] != 1):
            raise ValueError(
                "A waveform must be mono: (samples,), (samples, 1), (batch, samples) "
                f"or (batch, samples, 1). Received: shape={waves.shape}"
            )
        if tuple(waves.shape[-2:]) == self.audio_shape():
            return from_tensorflow(waves)
        if rank == 3:
            return from_tensorflow(self._cut(waves[..., 0]))
        if rank == 2 and waves.shape[-1] != 1:
            return from_tensorflow(self._cut(waves))
        return from_tensorflow(self._cut(tf.reshape(waves, (1, -1)))[0])

    def _cut(self, waves):  # (b, s)
        length = static_length(waves, 1)
        done = tf.equal(length, self.num_samples)
        # As with frames: a window cut already is not decimated again.
        stride = (
            tf.where(done, 1, self.audio_stride)
            if waves.shape[1] is None
            else (self.audio_stride)
        )
        offset = centre_offset(length, self.num_samples, stride)
        kept = window_indices(length, offset, self.num_samples, stride)
        # One silent sample behind keeps the indices valid for an empty waveform.
        waves = tf.pad(waves, ((0, 0), (0, 1)))
        return tf.gather(waves, kept, axis=1)[..., None]

    def _to_float(self, waves):
        if waves.dtype == tf.int16:
            return tf.cast(waves, tf.float32) / 32768.0
        if not waves.dtype.is_floating:
            raise ValueError(
                "A waveform must be float in [-1, 1] or int16. Received: "
                f"dtype={waves.dtype.name}. Convert it to one of them."
            )
        waves = tf.cast(waves, tf.float32)
        if not tf.executing_eagerly():
            return tf.debugging.assert_all_finite(
                waves, "Audio: a waveform holds NaN or infinity; leave it out."
            )
        bad = first_non_finite(waves.numpy())
        if bad is not None:
            raise ValueError(
                "A waveform must be finite. Received: "
                f"audio{list(bad)}={waves.numpy()[bad]}. Repair or leave the clip out."
            )
        return waves

    @classmethod
    def from_preset(cls, preset, **kwargs):
        """Returns the converter saved in a preset folder.

        Args:
            preset: string. Path of the folder.
            **kwargs: Constructor arguments that replace the saved ones.
        """
        # One converter serves every backbone, so nothing is looked up by it.
        return get_preset_loader(preset).load_audio_converter(cls, **kwargs)

    def get_config(self):
        config = super().get_config()
        config.update(
            {
                "num_samples": self.num_samples,
                "sample_rate": self.sample_rate,
                "audio_stride": self.audio_stride,
            }
        )
        return config
