"""Released models by name, out of a folder laid out like the bucket."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_vatt import models, presets
from keras_vatt.conversion import architecture
from keras_vatt.presets import released
from tests import golden_files
from tests.conversion import parity
from tests.conversion.full_size import MANIFEST_OF
from tests.presets import bucket


def numpy(x):
    return keras.tree.map_structure(keras.ops.convert_to_numpy, x)


@pytest.fixture
def no_more_fetching(monkeypatch):
    """Makes the network and TensorFlow's checkpoint reader raise from now on."""

    def forbid():
        def raising(*args, **kwargs):
            raise AssertionError("the cache was to be enough")

        monkeypatch.setattr(keras.utils, "get_file", raising)
        monkeypatch.setattr(tf.train, "load_checkpoint", raising)

    return forbid


def test_the_table_is_that_of_the_manifests():
    """Sizes and parameters of ten rows, from the authors' lists of variables."""
    assert set(MANIFEST_OF.values()) == set(golden_files.MANIFESTS)
    for name, manifest in MANIFEST_OF.items():
        shapes, count = golden_files.manifest(manifest)
        row = released.RELEASED[name]
        assert row["architecture"] == architecture(shapes)
        assert row["parameters"] == count


def test_the_table_names_every_released_file_once():
    rows = released.RELEASED
    assert len(rows) == 19
    assert len({row["checkpoint"] for row in rows.values()}) == 19
    early = rows["vatt_video_medium_kinetics600"]
    assert early["checkpoint"].endswith("k600_modality_specific_pretrain/ckpt-90000")
    assert early["score"] == {"top-1": 82.4, "top-5": 96.1}
    # 200 classes more than Kinetics-400, each a column of 1,024 and a bias.
    assert early["parameters"] == 154_753_424 + 200 * 1025
    agnostic = rows["vatt_video_medium_agnostic_moments_in_time"]
    assert agnostic["checkpoint"] == (
        "finetune/vit_medium/mit_modality_agnostic_pretrain/ckpt-150000"
    )
    assert agnostic["parameters"] == 156_852_624 - 61 * 1025
    assert all(name in presets.names() for name in rows)
    shown = models.VATTVideoBackbone.presets
    assert shown["vatt_video_base_kinetics400"]["metadata"]["params"] == 87_753_616
    assert "vatt_tiny" in models.VATTBackbone.presets


@pytest.mark.parametrize("golden", bucket.NAMES)
def test_converted_once_and_equal_to_golden(golden, base, no_more_fetching):
    bucket.fill(base, golden)
    name = bucket.NAMES[golden]
    model = presets.load(name, base=str(base))
    no_more_fetching()
    again = presets.load(name)
    assert again.get_config()["backbone"] == model.get_config()["backbone"]
    arrays = golden_files.arrays(golden)
    if golden in golden_files.PRETRAINING:
        inputs = {m: arrays[f"in/{m}"] for m in parity.MODALITIES}
        found = model.predict_on_batch(inputs)
        for output, released_name in parity.EMBEDDINGS.items():
            np.testing.assert_allclose(
                numpy(found[output]), arrays[released_name], atol=2e-4
            )
        for each in (model, again):
            ids = each.preprocessor({"text": ["A red car"]})["text"]
            assert list(np.asarray(ids)[0][:4]) == [4, 5, 1, 0]
    else:
        (x,) = (v for k, v in arrays.items() if k.startswith("in/"))
        logits = numpy(model(x))
        if golden.startswith("vit"):
            found = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
        else:
            found = 1 / (1 + np.exp(-logits))
        (expected,) = (v for k, v in arrays.items() if k.startswith("out/prob"))
        np.testing.assert_allclose(found, expected, atol=2e-4)
    assert isinstance(type(model).from_preset(name), type(model))


@pytest.mark.parametrize("golden", ["tx_fac", "ut_fac"])
def test_towers_and_classifiers_out_of_a_pretraining_preset(golden, base):
    bucket.fill(base, golden)
    name = bucket.NAMES[golden]
    arrays = golden_files.arrays(golden)
    presets.path(name, base=str(base))
    for modality, cls in (
        ("video", models.VATTVideoBackbone),
        ("audio", models.VATTAudioBackbone),
    ):
        tower = cls.from_preset(name)
        expected = arrays[f"out/{modality}/features_pooled"]
        pooled = numpy(tower(arrays[f"in/{modality}"]))["pooled_output"]
        np.testing.assert_allclose(pooled, expected, atol=2e-4)
    classifier = models.VATTVideoClassifier.from_preset(name, num_classes=3)
    assert numpy(classifier(arrays["in/video"])).shape[1] == 3
    features = numpy(classifier.backbone(arrays["in/video"]))["pooled_output"]
    expected = arrays["out/video/features_pooled"]
    np.testing.assert_allclose(features, expected, atol=2e-4)
    assert classifier.preprocessor.modality == "video"
    assert classifier.preprocessor.frame_rate == 10.0
    frames, height, width, _ = classifier.backbone.video_shape
    raw = np.zeros((1, 2 * frames, height + 9, width + 20, 3), "uint8")
    assert classifier.preprocessor(raw).shape == (1, frames, height, width, 3)
    image = models.VATTImageClassifier.from_preset(name, num_classes=3)
    assert image.backbone.drop_token_rate == 0.0
    assert numpy(image(arrays["in/video"][:, 0])).shape[1] == 3
    with pytest.raises(ValueError, match="pass `num_classes=`"):
        models.VATTAudioClassifier.from_preset(name)


def test_another_size_number_of_classes_dtype_and_no_weights(base):
    bucket.fill(base, "vit_classifier")
    name = bucket.NAMES["vit_classifier"]
    presets.path(name, base=str(base))
    model = presets.load(name)
    frames, height, width, channels = model.backbone.video_shape
    assert model.preprocessor.frame_stride == 2

    longer = presets.load(name, video_shape=(2 * frames, height, width, channels))
    assert (
        longer.backbone.position_embedding.grid[0]
        > (model.backbone.position_embedding.grid[0])
    )
    assert longer.preprocessor.num_frames == 2 * frames
    tables = model.backbone.position_embedding.tables
    for one, other in zip(
        tables, longer.backbone.position_embedding.tables, strict=True
    ):
        np.testing.assert_array_equal(numpy(one), numpy(other))

    other = models.VATTVideoClassifier.from_preset(name, num_classes=7)
    assert other.num_classes == 7
    kernel = model.backbone.tubelet_embedding.kernel
    same = other.backbone.tubelet_embedding.kernel
    np.testing.assert_array_equal(numpy(kernel), numpy(same))

    half = presets.load(name, dtype="bfloat16")
    assert half.backbone.compute_dtype == "bfloat16"

    random = presets.load(name, load_weights=False)
    assert random.count_params() == model.count_params()
    new = random.backbone.tubelet_embedding.kernel
    assert np.abs(numpy(new) - numpy(kernel)).max() > 1e-3


def test_no_weights_need_no_network(cache, no_more_fetching):
    no_more_fetching()
    for name in bucket.NAMES.values():
        model = presets.load(name, load_weights=False, dropout=0.0)
        assert type(model).from_preset(name, load_weights=False).count_params() == (
            model.count_params()
        )
    name = bucket.NAMES["tx_fac"]
    tower = models.VATTVideoBackbone.from_preset(name, load_weights=False)
    assert isinstance(tower, models.VATTVideoBackbone)
    assert not list(cache.glob("presets/*"))


def test_unknown_override_of_a_folder_names_the_nearest(base):
    bucket.fill(base, "wat_classifier")
    name = bucket.NAMES["wat_classifier"]
    with pytest.raises(ValueError, match="'dropuot'.*'dropout'"):
        presets.load(name, base=str(base), dropuot=0.1)
