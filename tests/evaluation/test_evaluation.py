import json

import keras
import numpy as np
import pytest

from keras_vatt import evaluation, models, presets

TOY = {"hidden_dim": 32, "mlp_dim": 32, "num_layers": 1, "num_heads": 1, "head_dim": 16}


@pytest.fixture(scope="module")
def pretrainer():
    keras.utils.set_random_seed(1)
    backbone = models.VATTBackbone(
        models.VATTVideoBackbone(video_shape=(4, 16, 16, 3), **TOY),
        models.VATTAudioBackbone(audio_shape=(512, 1), **TOY),
        models.VATTTextBackbone(vocabulary_size=20, num_words=5, **TOY),
    )
    return models.VATTPretrainer(backbone, fine_dim=8, coarse_dim=6)


def clips(count, rng=None):
    rng = rng or np.random.default_rng(0)
    return {
        "video": rng.integers(0, 255, (count, 4, 16, 16, 3)).astype("uint8"),
        "audio": rng.normal(size=(count, 512, 1)).astype("float32"),
        "text": rng.integers(1, 20, (count, 2, 5)).astype("int32"),
        "audio_mask": np.ones(count, "float32"),
        "text_mask": np.ones(count, "float32"),
        "id": np.array([f"clip{i}".encode() for i in range(count)], dtype=object),
    }


def test_embeddings_are_those_of_the_model_row_by_row(pretrainer):
    data = clips(5)
    parts = [{k: v[i : i + 2] for k, v in data.items()} for i in (0, 2, 4)]
    found = evaluation.embed_dataset(pretrainer, parts)
    inputs = {k: data[k] for k in ("video", "audio")} | {"text": data["text"][:, 0]}
    expected = pretrainer(inputs, training=False)
    for name, value in expected.items():
        value = keras.ops.convert_to_numpy(value)
        np.testing.assert_allclose(found[name], value, atol=1e-5)
    video = pretrainer.backbone.towers["video"](data["video"])["pooled_output"]
    np.testing.assert_allclose(
        found["video"], keras.ops.convert_to_numpy(video), atol=1e-5
    )
    assert found["id"].tolist() == [f"clip{i}" for i in range(5)]


def test_batches_for_fit_are_read_too_and_modalities_chosen(pretrainer):
    data = clips(2)
    batch = ({"video": data["video"]}, {"audio_mask": data["audio_mask"]})
    found = evaluation.embed_dataset(pretrainer, [batch], modalities=["video"])
    assert {"video", "video_to_audio", "audio_mask"} <= set(found)
    assert "audio" not in found


def test_a_broken_clip_is_named(pretrainer):
    data = clips(4)
    data["audio"][2, 7] = np.nan
    with pytest.raises(ValueError, match=r"row 2 .*clip2"):
        evaluation.embed_dataset(pretrainer, [data])
    with pytest.raises(ValueError, match="no .'text'."):
        evaluation.embed_dataset(pretrainer, [{k: data[k] for k in ("video", "audio")}])
    with pytest.raises(ValueError, match="empty"):
        evaluation.embed_dataset(pretrainer, [])


def test_clips_without_the_query_take_no_part(pretrainer):
    data = clips(4)
    data["text_mask"][1] = 0
    data["audio_mask"][:] = 0
    scores = evaluation.zero_shot_retrieval(pretrainer, [data])
    assert set(scores) == {"text_to_video"}
    assert scores["text_to_video"]["clips"] == 3
    assert scores["text_to_video"]["R5"] == 1.0


def test_alike_clips_are_not_found(pretrainer):
    data = clips(1)
    alike = {k: np.repeat(v, 12, axis=0) for k, v in data.items()}
    scores = evaluation.zero_shot_retrieval(pretrainer, [alike])
    assert [scores[s]["R10"] for s in scores] == [0.0, 0.0]


@pytest.mark.parametrize("names", [("cat", "dog"), ("a", "b", "c")])
def test_probe_separates_what_is_separable_and_its_arrays_repeat_it(tmp_path, names):
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(len(names), 6)) * [1, 1, 1, 1, 1, 0] + 3
    ids = np.arange(60) % len(names)
    features = centres[ids] + 0.05 * rng.normal(size=(60, 6)) * [1, 1, 1, 1, 1, 0]
    labels = np.array(names)[ids]
    scores = evaluation.linear_probe(
        features[:40], labels[:40], features[40:], labels[40:], output=tmp_path
    )
    assert scores["top1"] == 1.0 and scores["classes"] == list(names)
    arrays = np.load(tmp_path / "probe.npz", allow_pickle=False)
    x = (features[40:] - arrays["mean"]) / arrays["scale"]
    best = np.argmax(x @ arrays["weights"] + arrays["bias"], axis=1)
    assert (np.array(names)[best] == labels[40:]).all()
    assert json.loads((tmp_path / "probe.json").read_text()) == scores


def test_probe_of_noise_is_at_chance_and_bad_labels_are_refused():
    rng = np.random.default_rng(0)
    x, labels = rng.normal(size=(400, 3)), np.arange(400) % 4
    scores = evaluation.linear_probe(x[:200], labels[:200], x[200:], labels[200:])
    assert scores["top1"] < 0.4
    with pytest.raises(ValueError, match="'owl'"):
        evaluation.linear_probe(x, ["cat"] * 399 + ["dog"], x[:1], ["owl"])
    with pytest.raises(ValueError, match="at least two"):
        evaluation.linear_probe(x, ["cat"] * 400, x, ["cat"] * 400)
    x[7, 1] = np.inf
    with pytest.raises(ValueError, match="row 7"):
        evaluation.linear_probe(x, labels, x, labels)


def test_presets_reach_evaluation():
    assert "vatt_tiny" in presets.names()
