import keras
import keras_hub
import numpy as np
import pytest
import tensorflow as tf

from keras_vatt.preprocessing import (
    VATTAudioConverter,
    VATTPreprocessor,
    VATTTokenizer,
    VATTVideoConverter,
)


@keras.saving.register_keras_serializable(package="tests")
class TinyBackbone(keras_hub.models.Backbone):
    def __init__(self, dtype=None, **kwargs):
        inputs = keras.Input((2,))
        outputs = keras.layers.Dense(1)(inputs)
        super().__init__(inputs=inputs, outputs=outputs, dtype=dtype, **kwargs)


@pytest.fixture
def preprocessor():
    return VATTPreprocessor(
        VATTVideoConverter((8, 8), num_frames=4, frame_rate=25.0, frame_stride=2),
        VATTAudioConverter(num_samples=16, audio_stride=2),
        VATTTokenizer(["<pad>", "<unk>", "a", "dog"], sequence_length=4),
    )


@pytest.fixture
def raw():
    rng = np.random.default_rng(0)
    return {
        "video": rng.integers(0, 256, (2, 12, 10, 14, 3), "uint8"),
        "audio": rng.uniform(-1, 1, (2, 50)).astype("float32"),
        "text": np.array([["a dog", "dog"], ["a cat", ""]]),
    }


def test_raw_to_final_once(preprocessor, raw):
    final = preprocessor(raw)
    assert {name: (x.shape, str(x.dtype)) for name, x in final.items()} == {
        "video": ((2, 4, 8, 8, 3), "uint8"),
        "audio": ((2, 16, 1), "float32"),
        "text": ((2, 2, 4), "int32"),
    }
    np.testing.assert_array_equal(
        final["text"], [[[2, 3, 0, 0], [3, 0, 0, 0]], [[2, 1, 0, 0], [0, 0, 0, 0]]]
    )
    again, masks = preprocessor(final, {"text_mask": np.ones(2)})
    for name in final:
        np.testing.assert_array_equal(again[name], final[name])
    np.testing.assert_array_equal(masks["text_mask"], [1, 1])


def test_pipelines_agree(preprocessor, raw):
    final = preprocessor(raw)
    dataset = tf.data.Dataset.from_tensor_slices(raw).map(preprocessor).batch(2)
    batch = next(iter(dataset))
    for name in final:
        np.testing.assert_array_equal(batch[name].numpy(), final[name])


def test_backend_tensors_will_do(preprocessor, raw):
    tensor = keras.ops.convert_to_tensor(raw["audio"])
    np.testing.assert_array_equal(
        preprocessor({"audio": tensor})["audio"], preprocessor(raw)["audio"]
    )


def test_one_modality(raw):
    preprocessor = VATTPreprocessor(
        audio_converter=VATTAudioConverter(num_samples=16), modality="audio"
    )
    assert preprocessor(raw["audio"]).shape == (2, 16, 1)
    assert preprocessor.num_samples == 16 and preprocessor.sample_rate == 48000


@pytest.mark.parametrize(
    "x, message",
    [
        ({"text": ["a dog"]}, "captions as strings.*VATTTokenizer.*or pass word ids"),
        ({"video": np.zeros((1, 2, 8, 8, 3), "uint8")}, "raw video.*VideoConverter"),
        ({"picture": np.zeros(3)}, "keys.*'picture'"),
        (np.zeros(3), "must be a dict.*ndarray.*modality="),
    ],
)
def test_what_is_missing_is_named(x, message):
    with pytest.raises(ValueError, match=message):
        VATTPreprocessor()(x)


def test_word_ids_need_no_tokenizer():
    ids = np.array([[2, 0]], "int32")
    np.testing.assert_array_equal(VATTPreprocessor()({"text": ids})["text"], ids)


def test_preset_round_trip(tmp_path, preprocessor, raw):
    preset = str(tmp_path)
    TinyBackbone().save_to_preset(preset)
    preprocessor.save_to_preset(preset)
    assert not (tmp_path / "image_converter.json").exists()
    again = VATTPreprocessor.from_preset(preset)
    final = preprocessor(raw)
    for name, value in again(raw).items():
        np.testing.assert_array_equal(value, final[name])
    assert (again.frame_rate, again.frame_stride, again.audio_stride) == (25.0, 2, 2)
    assert VATTTokenizer.from_preset(preset).get_vocabulary()[3] == "dog"
    assert VATTVideoConverter.from_preset(preset).num_frames == 4
    assert VATTAudioConverter.from_preset(preset).num_samples == 16


def test_presets_without_a_tokenizer(tmp_path):
    TinyBackbone().save_to_preset(str(tmp_path))
    VATTPreprocessor(modality="video").save_to_preset(str(tmp_path))
    again = VATTPreprocessor.from_preset(str(tmp_path))
    assert again.tokenizer is None and again.modality == "video"
