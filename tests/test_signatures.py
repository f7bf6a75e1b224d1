"""Every constructor argument is an attribute and a config key (house rule 1)."""

import copy
import importlib
import inspect
import pkgutil

import keras
import pytest

AREAS = ("layers", "losses", "metrics", "preprocessing", "models", "training")

# A toy value for an argument of that name, in whatever class it stands: unlike the
# default where it can be, so that a value lost on the way shows.
TOY = {
    "num_layers": 1,
    "num_heads": 2,
    "head_dim": 4,
    "hidden_dim": 8,
    "mlp_dim": 16,
    "output_dim": 8,
    "embedding_dim": 6,
    "vocabulary_size": 7,
    "num_words": 5,
    "num_classes": 3,
    "fine_dim": 4,
    "coarse_dim": 2,
    "joint_dim": 4,
    "table_sizes": (3, 2, 2),
    "video_shape": (4, 8, 8, 3),
    "audio_shape": (32, 1),
    "video_patch_size": (2, 4, 4),
    "audio_patch_size": 8,
    "dropout": 0.2,
    "rate": 0.3,
    "remat": True,
    "count": 6,
    "drop_token_rate": 0.25,
    "seed": 3,
    "temperature": 0.1,
    "audio_text_weight": 0.5,
    "image_size": (8, 8),
    "num_frames": 4,
    "frame_rate": 25.0,
    "num_samples": 32,
    "sample_rate": 16000,
    "vocabulary": ["<pad>", "<unk>", "dog"],
    "sequence_length": 5,
    "std": 0.02,
    "alpha": 2.0,
    "hop": 0.02,
    "num_bands": 8,
    "max_frequency": 4000.0,
    "num_time_masks": 1,
    "max_frames": 3,
    "add_begin": True,
    "add_end": True,
    "levels": (0.1, 0.05),
    "steps": (2, 5),
    "warmup_from": 0.01,
    "backbone_clipnorm": 0.5,
    "momentum": 0.8,
    "label_smoothing": 0.2,
    "mixup_alpha": 2.0,
    "audio_noise": 0.05,
    "class_names": ["cat", "dog", "owl"],
}
# Where one name means different things in different classes.
TOY_OF = {
    "VATTVideoBackbone": {"patch_size": (2, 4, 4)},
    "VATTAudioBackbone": {"patch_size": 8},
    "BackboneClippedSGD": {"head": ("top",)},
    "VATTTokenizer": {"vocabulary": ["<pad>", "<unk>", "<bos>", "<eos>", "dog"]},
    "VATTWordPieceTokenizer": {
        "vocabulary": ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]", "dog"]
    },
}
# What a part is made of is made first, by the same rule.
PARTS = {
    "video_backbone": "VATTVideoBackbone",
    "audio_backbone": "VATTAudioBackbone",
    "text_backbone": "VATTTextBackbone",
    "video_converter": "VATTVideoConverter",
    "audio_converter": "VATTAudioConverter",
    "tokenizer": "VATTTokenizer",
    "classifier": "VATTVideoClassifier",
}
BACKBONES = {
    "VATTPretrainer": "VATTBackbone",
    "VATTVideoClassifier": "VATTVideoBackbone",
    "VATTAudioClassifier": "VATTAudioBackbone",
    "VATTImageClassifier": "VATTVideoBackbone",
}
# How it is made and not what it is.
NOT_CONFIG = {"compile"}
# Written beside the config, as a file that people can read.
ASSETS = {"vocabulary"}


def registered_classes():
    """{name: class} of all that keras_vatt registers with Keras."""
    found = {}
    for area in AREAS:
        package = importlib.import_module(f"keras_vatt.{area}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for name, member in vars(importlib.import_module(module.name)).items():
                if (
                    inspect.isclass(member)
                    and member.__module__ == module.name
                    and keras.saving.get_registered_name(member) != name
                ):
                    found[name] = member
    return found


CLASSES = registered_classes()


def arguments_of(cls):
    """Names of the constructor's own arguments, `*args` and `**kwargs` left out."""
    return {
        name: parameter
        # Of `__init__`: for a class without its own, Python 3.11.2 looks at Keras'
        # `__new__` first, which takes anything.
        for name, parameter in inspect.signature(cls.__init__).parameters.items()
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        and name != "self"
    }


def toy_arguments(cls):
    toys = TOY | TOY_OF.get(cls.__name__, {})
    arguments = {}
    for name, parameter in arguments_of(cls).items():
        if name == "backbone":
            arguments[name] = toy(BACKBONES[cls.__name__])
        elif name in PARTS:
            arguments[name] = toy(PARTS[name])
        elif name in toys:
            arguments[name] = toys[name]
        elif parameter.default is parameter.empty:
            pytest.fail(f"{cls.__name__}({name}=?): give it a value in TOY above")
    return arguments


def toy(name):
    cls = CLASSES[name]
    return cls(**toy_arguments(cls))


def test_discovery_finds_the_public_names():
    assert {"AsymmetricNCE", "DropToken", "VATTTokenizer"} <= set(CLASSES)


@pytest.mark.parametrize("area", ["layers", "losses", "models", "preprocessing"])
def test_public_classes_are_registered(area):
    public = {
        name: member
        for name, member in vars(importlib.import_module(f"keras_vatt.{area}")).items()
        if inspect.isclass(member)
        and not inspect.isabstract(member)
        and "get_config" in dir(member)
    }
    assert sorted(set(public) - set(CLASSES)) == []
    for name, member in public.items():
        assert keras.saving.get_registered_name(member) == f"keras_vatt>{name}"


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_every_argument_is_an_attribute_and_a_config_key(name):
    cls = CLASSES[name]
    given = toy_arguments(cls)
    instance = cls(**given)
    config = instance.get_config()

    wanted = set(arguments_of(cls)) - NOT_CONFIG
    assert sorted(wanted - set(config)) == [], "missing in get_config"
    assert sorted(one for one in wanted if not hasattr(instance, one)) == []
    for argument, value in given.items():
        if argument not in ASSETS and not isinstance(value, keras.layers.Layer):
            assert plain(config[argument]) == plain(value), argument

    saved = keras.saving.serialize_keras_object(instance)
    twin = keras.saving.deserialize_keras_object(copy.deepcopy(saved))
    assert type(twin) is cls
    assert keras.saving.serialize_keras_object(twin) == saved


def plain(value):
    """Tuples and lists compare equal: JSON has but lists."""
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value
