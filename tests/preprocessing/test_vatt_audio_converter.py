import numpy as np
import pytest
import tensorflow as tf

from keras_vatt.preprocessing import VATTAudioConverter


def test_int16_and_float_agree():
    converter = VATTAudioConverter(num_samples=4)
    wave = np.array([0, 16384, -32768, 32767, 8192, 0], "int16")
    # The middle window of 6 starts at 1.
    expected = np.array([0.5, -1.0, 32767 / 32768, 0.25], "float32")[:, None]
    np.testing.assert_array_equal(converter(wave), expected)
    np.testing.assert_array_equal(converter(wave / 32768.0), expected)
    np.testing.assert_array_equal(converter(wave[:, None]), expected)
    np.testing.assert_array_equal(converter(wave[None])[0], expected)
    np.testing.assert_array_equal(converter(wave[None, :, None])[0], expected)
    assert converter(wave).dtype == "float32"


def test_loops_strides_and_silence():
    short = np.array([0.1, 0.2, 0.3], "float32")
    out = VATTAudioConverter(num_samples=5)(short)[:, 0]
    np.testing.assert_array_equal(out, short[[0, 1, 2, 0, 1]])
    steps = np.arange(10, dtype="float32") / 10
    out = VATTAudioConverter(num_samples=4, audio_stride=2)(steps)[:, 0]
    np.testing.assert_array_equal(out, steps[[1, 3, 5, 7]])
    empty = VATTAudioConverter(num_samples=4)(np.zeros(0, "float32"))
    np.testing.assert_array_equal(empty, np.zeros((4, 1)))


def test_final_form_passes_and_graphs_agree():
    converter = VATTAudioConverter(num_samples=4, audio_stride=2)
    waves = np.random.default_rng(0).uniform(-1, 1, (3, 20)).astype("float32")
    expected = converter(waves)
    assert expected.shape == (3, 4, 1)
    np.testing.assert_array_equal(converter(expected), expected)
    dataset = tf.data.Dataset.from_tensor_slices(waves).map(converter).batch(3)
    dataset = dataset.map(converter)
    assert dataset.element_spec.shape == (None, 4, 1)
    np.testing.assert_array_equal(next(iter(dataset)).numpy(), expected)
    ragged = [waves[0], waves[1][:7], waves[2][:0]]
    np.testing.assert_array_equal(converter(ragged)[0], expected[0])


@pytest.mark.parametrize(
    "wave, message",
    [
        (np.array([0.0, np.nan, 0.0]), r"finite.*audio\[1\]=nan"),
        (np.array([[0.0, 0.0, np.inf]]), r"finite.*audio\[0, 2\]=inf"),
        (np.zeros(5, "int64"), "float in .* or int16.*int64"),
        (np.zeros((2, 5, 2), "float32"), r"mono.*\(2, 5, 2\)"),
    ],
)
def test_bad_waveforms_are_refused(wave, message):
    with pytest.raises(ValueError, match=message):
        VATTAudioConverter(num_samples=2)(wave)


def test_non_finite_in_a_graph_is_refused():
    dataset = tf.data.Dataset.from_tensors(np.array([0.0, np.nan], "float32"))
    dataset = dataset.map(VATTAudioConverter(num_samples=2))
    with pytest.raises(tf.errors.InvalidArgumentError, match="NaN or infinity"):
        next(iter(dataset))
