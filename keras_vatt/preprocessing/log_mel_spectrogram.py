"""Waveforms to the input of the spectrogram tower."""

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="keras_vatt")
class LogMelSpectrogram(keras.layers.Layer):
    """Log-mel magnitudes of waveforms, scaled to [0, 1] clip by clip.

    `keras.layers.MelSpectrogram` centres its windows and has decibels; the released
    front end pads at the end alone and takes log(1 + 10,000 x). Its mel matrix (HTK)
    is the same and is taken from there.

    Args:
        sample_rate: int. Samples per second.
        window: float. Length of a Hann window in seconds; rounded down to samples.
        hop: float. Seconds from one window to the next; likewise.
        num_bands: int. Mel bands.
        min_frequency: float. Lower edge of the lowest band in Hz.
        max_frequency: float. Upper edge of the highest band in Hz.
        log_factor: float. The 10,000 above.

    Call arguments:
        waveform: float array `(batch, samples, 1)` in [-1, 1].

    Returns:
        float32 `(batch, frames, bands, 1)` in [0, 1], a frame for every begun hop;
        zeros for silence.

    Raises:
        ValueError: if an argument is not positive, or the bands do not lie below half
            the sample rate.

    Example:
    ```python
    front = keras_vatt.preprocessing.LogMelSpectrogram()
    front(np.zeros((2, 153600, 1), "float32")).shape  # (2, 150, 80, 1)
    ```

    Source: design 3, "Released recipes" (spectrogram); paper section 4.2.
    """

    def __init__(
        self,
        sample_rate=48000,
        window=0.04267,
        hop=0.02134,
        num_bands=80,
        min_frequency=80.0,
        max_frequency=7600.0,
        log_factor=10000.0,
        **kwargs,
    ):
        # The transform is float32 on every backend, whatever the policy.
        super().__init__(autocast=False, **kwargs)
        self.sample_rate = sample_rate
        self.window = window
        self.hop = hop
        self.num_bands = num_bands
        self.min_frequency = min_frequency
        self.max_frequency = max_frequency
        self.log_factor = log_factor
        self.window_samples = int(window * sample_rate)
        self.hop_samples = int(hop * sample_rate)
        if min(self.window_samples, self.hop_samples, num_bands) < 1:
            raise ValueError(
                "Window and hop must hold a sample, and there must be a band. "
                f"Received: window={window}, hop={hop}, sample_rate={sample_rate}, "
                f"num_bands={num_bands}"
            )
        if not 0 <= min_frequency < max_frequency <= sample_rate / 2:
            raise ValueError(
                "Expected 0 <= min_frequency < max_frequency <= sample_rate / 2. "
                f"Received: min_frequency={min_frequency}, max_frequency="
                f"{max_frequency}, sample_rate={sample_rate}"
            )
        self.fft_length = 2 ** (self.window_samples - 1).bit_length()
        turns = np.arange(self.window_samples) / self.window_samples  # periodic
        hann = 0.5 - 0.5 * np.cos(2 * np.pi * turns)
        # Zeros behind it: Keras would centre a window shorter than the transform.
        hann = np.pad(hann, (0, self.fft_length - self.window_samples))
        self._hann = hann.astype("float32")
        matrix = keras.layers.MelSpectrogram().linear_to_mel_weight_matrix(
            num_bands,
            self.fft_length // 2 + 1,
            sample_rate,
            min_frequency,
            max_frequency,
        )
        self._mel = ops.convert_to_numpy(matrix)  # (bins, bands)
        self.built = True

    def call(self, waveform):  # (b, s, 1)
        x = ops.cast(waveform[..., 0], "float32")
        frames = self._num_frames(x.shape[1])
        end = (frames - 1) * self.hop_samples + self.fft_length
        x = ops.pad(x, ((0, 0), (0, max(0, end - x.shape[1]))))
        real, imaginary = ops.stft(
            x,
            self.fft_length,
            self.hop_samples,
            self.fft_length,
            window=self._hann,
            center=False,
        )
        x = ops.sqrt(real**2 + imaginary**2)[:, :frames]  # (b, t, bins)
        x = ops.log1p(self.log_factor * ops.matmul(x, self._mel))  # (b, t, bands)
        low = ops.min(x, axis=(1, 2), keepdims=True)
        high = ops.max(x, axis=(1, 2), keepdims=True)
        return ((x - low) / ops.maximum(high - low, 1e-6))[..., None]

    def _num_frames(self, samples):
        return -(-samples // self.hop_samples)

    def compute_output_shape(self, input_shape):
        frames = None if input_shape[1] is None else self._num_frames(input_shape[1])
        return (input_shape[0], frames, self.num_bands, 1)

    def get_config(self):
        config = super().get_config()
        config.update(
            {
                "sample_rate": self.sample_rate,
                "window": self.window,
                "hop": self.hop,
                "num_bands": self.num_bands,
                "min_frequency": self.min_frequency,
                "max_frequency": self.max_frequency,
                "log_factor": self.log_factor,
            }
        )
        return config
