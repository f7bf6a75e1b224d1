"""Holes in spectrograms."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_vatt")
class SpectrogramMask(keras.layers.Layer):
    """Sets runs of frames and of mel bands to zero, in training only.

    Every mask of every clip is drawn for itself: its width uniformly from 0 to the
    largest, its start uniformly from where it fits.

    Args:
        num_time_masks: int. Runs of frames.
        max_frames: int. Most frames of a run.
        num_band_masks: int. Runs of mel bands.
        max_bands: int. Most bands of a run.
        seed: optional int, seed of the draws.

    Call arguments:
        spectrogram: float array `(batch, frames, bands, 1)`.
        training: bool.

    Returns:
        Array of the same shape and dtype.

    Raises:
        ValueError: if an argument is negative, or a run can be longer than its axis.

    Example:
    ```python
    mask = keras_vatt.preprocessing.SpectrogramMask(seed=1)
    mask(np.ones((2, 150, 80, 1), "float32"), training=True)
    ```

    Source: SpecAugment (Park et al. 2019), without its time warping; sizes are ours.
    """

    def __init__(
        self,
        num_time_masks=2,
        max_frames=24,
        num_band_masks=2,
        max_bands=12,
        seed=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if min(num_time_masks, max_frames, num_band_masks, max_bands) < 0:
            raise ValueError(
                "Numbers and sizes of masks must be at least 0. Received: "
                f"num_time_masks={num_time_masks}, max_frames={max_frames}, "
                f"num_band_masks={num_band_masks}, max_bands={max_bands}"
            )
        self.num_time_masks = num_time_masks
        self.max_frames = max_frames
        self.num_band_masks = num_band_masks
        self.max_bands = max_bands
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.built = True

    def call(self, spectrogram, training=None):  # (b, t, f, 1)
        if not training:
            return spectrogram
        batch, (frames, bands) = ops.shape(spectrogram)[0], spectrogram.shape[1:3]
        times = self._kept(batch, frames, self.num_time_masks, self.max_frames)
        mels = self._kept(batch, bands, self.num_band_masks, self.max_bands)
        kept = times[:, :, None, None] & mels[:, None, :, None]  # (b, t, f, 1)
        return spectrogram * ops.cast(kept, spectrogram.dtype)

    def _kept(self, batch, length, count, most):
        """What no mask covers, bool `(b, length)`."""
        if most > length:
            raise ValueError(
                f"A mask of up to {most} does not fit an axis of {length}. Lower "
                "`max_frames` or `max_bands`."
            )
        shape = (batch, count, 1)
        width = keras.random.uniform(shape, 0.0, most + 1.0, seed=self.seed_generator)
        width = ops.minimum(ops.floor(width), float(most))
        start = keras.random.uniform(shape, seed=self.seed_generator)
        start = ops.floor(start * (length - width + 1.0))
        place = ops.cast(ops.arange(length), "float32")  # (length,)
        covered = (place >= start) & (place < start + width)  # (b, count, length)
        return ops.logical_not(ops.any(covered, axis=1))

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        config = super().get_config()
        config.update(
            {
                "num_time_masks": self.num_time_masks,
                "max_frames": self.max_frames,
                "num_band_masks": self.num_band_masks,
                "max_bands": self.max_bands,
                "seed": self.seed,
            }
        )
        return config
