"""The released checkpoints: what each is, where it lies, what its authors report."""

from keras_vatt.conversion.convert import TIME_OF
from keras_vatt.presets.sizes import BASE, LARGE, MEDIUM, SMALL

BUCKET = "https://storage.googleapis.com/tf_model_garden/vision/vatt/"
SOURCE = (
    "https://github.com/google-research/google-research/tree/master/vatt, "
    "arXiv 2104.11178"
)
LICENCE = "Apache 2.0"

_VIDEO = {
    "video_shape": (32, 224, 224, 3),
    "patch_size": (4, 16, 16),
    "position_shape": (8, 14, 14),
}
_AUDIO = {"audio_shape": (153600, 1), "patch_size": 128, "position_shape": (1200,)}
_SPECIFIC = {"pre_projection": False, "output_dim": None, "head_dim": 64}
_FROM_AGNOSTIC = {"pre_projection": True, "output_dim": 1024, "head_dim": 64}
_WORDS = {"vocabulary_size": 65536, "embedding_dim": 300, "head_dim": 64}
_HEAD = {"fine_dim": 512, "coarse_dim": 256}


def _pretraining(video):
    return {
        "form": "specific",
        "video": {**_VIDEO, **_SPECIFIC, **video},
        "audio": {**_AUDIO, **_SPECIFIC, **BASE},
        "text": {**_WORDS, **SMALL},
        "task": _HEAD,
    }


_AGNOSTIC = {
    "form": "agnostic",
    "backbone": {
        "video_shape": _VIDEO["video_shape"],
        "video_patch_size": _VIDEO["patch_size"],
        "audio_shape": _AUDIO["audio_shape"],
        "audio_patch_size": _AUDIO["patch_size"],
        "position_shapes": {"video": (8, 14, 14), "audio": (1200,), "text": (16,)},
        "output_dim": 1024,
        **_WORDS,
        **MEDIUM,
    },
    "task": _HEAD,
}


def _classifier(form, size, agnostic, classes):
    inputs = _VIDEO if form == "video_classifier" else _AUDIO
    projections = _FROM_AGNOSTIC if agnostic else _SPECIFIC
    return {
        "form": form,
        "backbone": {**inputs, **projections, **size},
        "task": {"num_classes": classes},
    }


def _row(title, task, dataset, checkpoint, parameters, architecture, score=None):
    """A row of the table; `score` is what the authors report, None if nothing."""
    return {
        "title": title,
        "task": task,
        "dataset": dataset,
        "checkpoint": checkpoint,
        "parameters": parameters,
        "time": TIME_OF[architecture["form"]],
        "architecture": architecture,
        "score": score,
        "source": SOURCE,
        "licence": LICENCE,
    }


def _pretrained(title, folder, parameters, architecture):
    return _row(
        title,
        "pretraining",
        "HowTo100M, AudioSet",
        f"pretrain/{folder}/ckpt-500000",
        parameters,
        architecture,
    )


# Name in ours, title, folder, whether out of the agnostic model, size, parameters with
# 400 classes.
_TOWERS = {
    "base": ("Base", "vit_base", False, BASE, 87_753_616),
    "medium": ("Medium", "vit_medium", False, MEDIUM, 154_753_424),
    "large": ("Large", "vit_large", False, LARGE, 305_908_112),
    "medium_agnostic": ("Medium, agnostic", "vit_medium", True, MEDIUM, 156_852_624),
}
# Name in ours and theirs, title, classes, steps.
_ACTIONS = {
    "kinetics400": ("k400", "Kinetics-400", 400, 100_000),
    "kinetics600": ("k600", "Kinetics-600", 600, 100_000),
    "kinetics700": ("k700", "Kinetics-700", 700, 100_000),
    "moments_in_time": ("mit", "Moments in Time", 339, 150_000),
}
_TOP1_TOP5 = {
    "kinetics400": {
        "base": (79.6, 94.9),
        "medium": (81.1, 95.6),
        "large": (82.1, 95.5),
        "medium_agnostic": (79.9, 94.9),
    },
    "kinetics600": {
        "base": (80.5, 95.5),
        "medium": (82.4, 96.1),
        "large": (83.6, 96.6),
        "medium_agnostic": (80.8, 95.5),
    },
    "kinetics700": {"large": (72.7, 90.5)},
    "moments_in_time": {
        "base": (38.7, 67.5),
        "medium": (39.5, 68.2),
        "large": (41.1, 67.7),
        "medium_agnostic": (37.8, 65.9),
    },
}


def _video_classifiers():
    for dataset, scores in _TOP1_TOP5.items():
        short, title, classes, steps = _ACTIONS[dataset]
        for tower, (top1, top5) in scores.items():
            size_title, folder, agnostic, size, with_400 = _TOWERS[tower]
            form = "agnostic" if agnostic else "specific"
            # One run was published ten thousand steps before its end.
            is_early = (dataset, tower) == ("kinetics600", "medium")
            width = _FROM_AGNOSTIC["output_dim"] if agnostic else size["hidden_dim"]
            yield (
                f"vatt_video_{tower}_{dataset}",
                _row(
                    f"Video, {size_title}",
                    "video classification",
                    title,
                    f"finetune/{folder}/{short}_modality_{form}_pretrain/"
                    f"ckpt-{90_000 if is_early else steps}",
                    with_400 + (classes - 400) * (width + 1),
                    _classifier("video_classifier", size, agnostic, classes),
                    {"top-1": top1, "top-5": top5},
                ),
            )


RELEASED = {
    "vatt_base_base_small_howto100m_audioset": _pretrained(
        "Base-Base-Small", "tx_fac_bbs", 213_540_652, _pretraining(BASE)
    ),
    "vatt_medium_base_small_howto100m_audioset": _pretrained(
        "Medium-Base-Small", "tx_fac_mbs", 280_569_132, _pretraining(MEDIUM)
    ),
    "vatt_large_base_small_howto100m_audioset": _pretrained(
        "Large-Base-Small", "tx_fac_lbs", 431_723_820, _pretraining(LARGE)
    ),
    "vatt_medium_agnostic_howto100m_audioset": _pretrained(
        "Medium, agnostic", "ut_fac_medium", 182_653_696, _AGNOSTIC
    ),
    **dict(_video_classifiers()),
    "vatt_audio_base_audioset": _row(
        "Audio, Base",
        "audio tagging",
        "AudioSet",
        "finetune/wat_base/audioset_modality_specific_pretrain/ckpt-50000",
        86_484_239,
        _classifier("waveform_classifier", BASE, False, 527),
        {"mAP": 39.4, "AUC": 97.1, "d-prime": 2.895},
    ),
    "vatt_audio_medium_agnostic_audioset": _row(
        "Audio, Medium, agnostic",
        "audio tagging",
        "AudioSet",
        "finetune/wat_medium/audioset_modality_agnostic_pretrain/ckpt-50000",
        155_160_079,
        _classifier("waveform_classifier", MEDIUM, True, 527),
        {"mAP": 39.3, "AUC": 97.0, "d-prime": 2.884},
    ),
}
