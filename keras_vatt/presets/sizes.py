"""The sizes that can be built with random weights."""

from keras_vatt.conversion.convert import TIME_OF

# (hidden, MLP, layers, heads) of the published sizes; a head is 64 wide.
SMALL = {"hidden_dim": 512, "mlp_dim": 2048, "num_layers": 6, "num_heads": 8}
BASE = {"hidden_dim": 768, "mlp_dim": 3072, "num_layers": 12, "num_heads": 12}
MEDIUM = {"hidden_dim": 1024, "mlp_dim": 4096, "num_layers": 12, "num_heads": 16}
LARGE = {"hidden_dim": 1024, "mlp_dim": 4096, "num_layers": 24, "num_heads": 16}
# Ours, not published: trains in minutes on two cores. A few hundred steps on clips
# that are seen a dozen times do not overfit, and dropout slows them fivefold.
TINY = {
    "hidden_dim": 128,
    "mlp_dim": 512,
    "num_layers": 4,
    "num_heads": 2,
    "dropout": 0.0,
}


def _specific(video, audio, text):
    return {
        "form": "specific",
        "video": {"video_shape": (32, 224, 224, 3), **video},
        "audio": {"audio_shape": (153600, 1), **audio},
        "text": {"num_words": 16, **text},
        "time": TIME_OF["specific"],
    }


SIZES = {
    "vatt_tiny": {
        "form": "specific",
        "description": "4 layers of 128 a tower, 8 frames of 64x64 and 0.8 s of sound; "
        "random weights, to pretrain on two cores.",
        # 32 patches of a clip are few, 300 of its sound are most of a step's work.
        "video": {"video_shape": (8, 64, 64, 3), "drop_token_rate": 0.0, **TINY},
        "audio": {"audio_shape": (38400, 1), "drop_token_rate": 0.75, **TINY},
        "text": {"num_words": 16, **TINY},
        "task": {"fine_dim": 128, "coarse_dim": 64},
        "time": TIME_OF["specific"],
    },
    "vatt_tiny_agnostic": {
        "form": "agnostic",
        "description": "vatt_tiny with one encoder for all modalities; random weights.",
        "backbone": {
            "video_shape": (8, 64, 64, 3),
            "audio_shape": (38400, 1),
            "num_words": 16,
            "output_dim": 128,
            "drop_token_rate": {"video": 0.0, "audio": 0.75},  # as in vatt_tiny
            **TINY,
        },
        "task": {"fine_dim": 128, "coarse_dim": 64},
        "time": TIME_OF["specific"],
    },
    "vatt_base_base_small": {
        "description": "The paper's Base-Base-Small; random weights.",
        **_specific(BASE, BASE, SMALL),
    },
    "vatt_medium_base_small": {
        "description": "The paper's Medium-Base-Small; random weights.",
        **_specific(MEDIUM, BASE, SMALL),
    },
    "vatt_large_base_small": {
        "description": "The paper's Large-Base-Small; random weights.",
        **_specific(LARGE, BASE, SMALL),
    },
    "vatt_medium_agnostic": {
        "form": "agnostic",
        "description": "The paper's modality-agnostic Medium; random weights.",
        "backbone": dict(MEDIUM),
        "time": TIME_OF["specific"],
    },
}
