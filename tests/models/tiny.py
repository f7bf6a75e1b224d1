"""Models small enough to build in a test, and a batch for them."""

import numpy as np

from keras_vatt import models

SIZE = {"num_layers": 1, "num_heads": 2, "head_dim": 4, "hidden_dim": 8, "mlp_dim": 16}
VIDEO, AUDIO, WORDS = (4, 16, 16, 3), (64, 1), 4
PATCHES = {"video": (2, 8, 8), "audio": 8}


def specific(**overrides):
    """A three-tower backbone."""
    size = {**SIZE, **overrides}
    return models.VATTBackbone(
        models.VATTVideoBackbone(VIDEO, PATCHES["video"], **size),
        models.VATTAudioBackbone(AUDIO, PATCHES["audio"], **size),
        models.VATTTextBackbone(WORDS, 10, 6, **text_size(size)),
    )


def agnostic(**overrides):
    """A one-encoder backbone."""
    return models.VATTAgnosticBackbone(
        VIDEO,
        AUDIO,
        WORDS,
        PATCHES["video"],
        PATCHES["audio"],
        vocabulary_size=10,
        embedding_dim=6,
        output_dim=6,
        **{**SIZE, **overrides},
    )


def text_size(size):
    """Without what the text tower does not have."""
    return {k: v for k, v in size.items() if not k.startswith("drop_token")}


BACKBONES = {"specific": specific, "agnostic": agnostic}
STILL = {"dropout": 0.0, "drop_token_rate": 0.0}


def batch(clips=4, candidates=3):
    """Inputs and masks of a pretraining batch; one clip lacks a text, one a sound."""
    rng = np.random.default_rng(0)
    inputs = {
        "video": rng.integers(0, 256, (clips, *VIDEO)).astype("uint8"),
        "audio": rng.uniform(-1, 1, (clips, *AUDIO)).astype("float32"),
        "text": rng.integers(0, 10, (clips, candidates, WORDS)).astype("int32"),
    }
    masks = {
        "audio_mask": np.array([0] + [1] * (clips - 1), "float32"),
        "text_mask": np.array([1] * (clips - 1) + [0], "float32"),
    }
    return inputs, masks
