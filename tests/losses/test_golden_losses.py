"""The losses and their gradients, against the released code's ten cases."""

import numpy as np
import pytest

from keras_vatt.losses import AsymmetricNCE, SymmetricNCE
from tests import golden_files, gradients

# Released name of an embedding: ours. Text is (clips * candidates, width) there.
EMBEDDINGS = {
    "video/toaud": "video_to_audio",
    "video/totxt": "video_to_text",
    "audio/tovid": "audio_to_video",
    "audio/totxt": "audio_to_text",
    "text/tovid": "text_to_video",
    "text/toaud": "text_to_audio",
}
PARTS = {
    "vidtxt_loss": "video_text_loss",
    "vidaud_loss": "video_audio_loss",
    "audtxt_loss": "audio_text_loss",
}
CASES = golden_files.losses()
TOLERANCE = 1e-5


@pytest.mark.parametrize("case", CASES)
def test_values_and_gradients(case):
    value_error, gradient_error = errors(case)
    assert value_error < TOLERANCE
    assert gradient_error < TOLERANCE


def errors(case):
    """Largest relative error of the named parts, absolute of the gradients."""
    facts, arrays = CASES[case]
    loss = loss_of(facts)
    inputs = {
        EMBEDDINGS[name]: by_clip(EMBEDDINGS[name], value, facts)
        for name, value in golden_files.subset(arrays, "emb/").items()
    }
    masks = {name: arrays[name] for name in arrays if name.endswith("_mask")}
    parts = loss(inputs, masks)
    value, found = gradients.of_arrays(lambda x: loss(x, masks)["loss"], inputs)

    expected = {PARTS[name]: part for name, part in facts["parts"].items()}
    expected["loss"] = facts["loss"]
    assert set(parts) == set(expected)
    expected_gradients = {
        EMBEDDINGS[name]: by_clip(EMBEDDINGS[name], gradient, facts)
        for name, gradient in golden_files.subset(arrays, "grad/").items()
    }
    assert set(found) == set(expected_gradients)
    return (
        max(
            abs(value - facts["loss"]) / facts["loss"],
            # A part without any valid clip is 0 in both.
            *(abs(float(parts[k]) - v) / max(v, 1e-2) for k, v in expected.items()),
        ),
        max(np.abs(found[k] - v).max() for k, v in expected_gradients.items()),
    )


def test_cases_cover_both_losses_and_no_text_at_all():
    kinds = [facts["kind"] for facts, _ in CASES.values()]
    assert sorted(kinds) == ["asymmetric"] * 5 + ["symmetric"] * 5
    texts = [
        arrays["text_mask"] for _, arrays in CASES.values() if "text_mask" in arrays
    ]
    assert any(not mask.any() for mask in texts)


def loss_of(facts):
    weights = facts["weights"]
    cls = {"asymmetric": AsymmetricNCE, "symmetric": SymmetricNCE}[facts["kind"]]
    return cls(
        temperature=facts["temperature"],
        video_text_weight=weights["vid_txt"],
        video_audio_weight=weights["vid_aud"],
        audio_text_weight=weights["aud_txt"],
    )


def by_clip(name, value, facts):
    if not name.startswith("text_"):
        return value
    return value.reshape(facts["batch"], facts["candidates"], -1)
