"""The spectrogram tower's front end, against numpy written from the definition."""

import keras
import numpy as np
import pytest

from keras_vatt.preprocessing import LogMelSpectrogram


def mel(frequency):
    return 2595 * np.log10(1 + np.asarray(frequency) / 700)


def expected(wave, rate, length, hop, bands, low, high):
    """float64, frame by frame and band by band."""
    frames = -(-len(wave) // hop)
    fft = 1
    while fft < length:
        fft *= 2
    wave = np.pad(wave.astype("float64"), (0, frames * hop + fft))
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)
    magnitude = np.stack(
        [
            np.abs(np.fft.rfft(wave[k * hop : k * hop + length] * window, fft))
            for k in range(frames)
        ]
    )
    edges = np.linspace(mel(low), mel(high), bands + 2)
    bins = mel(np.linspace(0, rate / 2, fft // 2 + 1))
    triangles = np.stack(
        [
            np.interp(bins, edges[k : k + 3], [0.0, 1.0, 0.0], left=0, right=0)
            for k in range(bands)
        ],
        axis=1,
    )
    triangles[0] = 0  # no constant part
    x = np.log(1 + 10_000 * magnitude @ triangles)
    return (x - x.min()) / (x.max() - x.min())


def test_the_released_sizes_against_numpy():
    rng = np.random.default_rng(0)
    time = np.arange(153_600) / 48_000
    tone = 0.3 * np.sin(2 * np.pi * 1000 * time) + 0.01 * rng.standard_normal(153_600)
    noise = 0.1 * rng.standard_normal(153_600)
    waves = np.stack([tone, noise]).astype("float32")
    found = keras.ops.convert_to_numpy(LogMelSpectrogram()(waves[..., None]))
    assert found.shape == (2, 150, 80, 1) and found.dtype == "float32"
    for one, wave in zip(found, waves):
        want = expected(wave, 48_000, 2048, 1024, 80, 80, 7600)
        np.testing.assert_allclose(one[..., 0], want, atol=2e-4)
    # 1,000 Hz lies in the band whose centre is nearest on the mel scale.
    centres = np.linspace(mel(80), mel(7600), 82)[1:-1]
    loudest = np.argmax(found[0, 5:140, :, 0], axis=1)
    assert set(loudest) == {np.argmin(np.abs(centres - mel(1000)))}


def test_other_sizes_and_ends():
    wave = np.random.default_rng(1).standard_normal(1000).astype("float32")
    layer = LogMelSpectrogram(
        8000, window=0.02, hop=0.0125, num_bands=12, min_frequency=50, max_frequency=4e3
    )
    found = keras.ops.convert_to_numpy(layer(wave[None, :, None]))[0, ..., 0]
    want = expected(wave, 8000, 160, 100, 12, 50, 4000)
    assert found.shape == (10, 12)
    np.testing.assert_allclose(found, want, atol=2e-4)
    assert layer.compute_output_shape((None, 1000, 1)) == (None, 10, 12, 1)


def test_silence_is_zeros():
    silence = LogMelSpectrogram()(np.zeros((1, 4800, 1), "float32"))
    assert not keras.ops.convert_to_numpy(silence).any()


@pytest.mark.parametrize(
    "kwargs, message",
    [({"hop": 0.0}, "hop=0.0"), ({"sample_rate": 8000}, "max_frequency=7600.*8000")],
)
def test_bad_values_are_refused(kwargs, message):
    with pytest.raises(ValueError, match=f"(?s){message}"):
        LogMelSpectrogram(**kwargs)
