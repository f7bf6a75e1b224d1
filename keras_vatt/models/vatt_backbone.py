"""The modality-specific form: three towers."""

import functools
import inspect

import keras

from keras_vatt.models.tower import Tower

_TOWERS = ("video_backbone", "audio_backbone", "text_backbone")


@keras.saving.register_keras_serializable(package="keras_vatt")
class VATTBackbone(Tower):
    """Three encoders, one a modality, that share no weights.

    Args:
        video_backbone: a `VATTVideoBackbone`.
        audio_backbone: a `VATTAudioBackbone`.
        text_backbone: a `VATTTextBackbone`.
        dtype: optional dtype policy. It must be the towers' own, the default.

    Call arguments:
        inputs: dict with `video`, `audio` and `text`, see the towers.

    Raises:
        ValueError: if the towers' dtype policies differ.

    Returns:
        Dict from each modality to its tower's outputs. `.towers[modality]` encodes
        one modality alone.

    Example:

    ```python
    size = dict(num_layers=2, num_heads=2, hidden_dim=128, mlp_dim=512)
    backbone = keras_vatt.models.VATTBackbone(
        keras_vatt.models.VATTVideoBackbone((8, 64, 64, 3), **size),
        keras_vatt.models.VATTAudioBackbone((38_400, 1), **size),
        keras_vatt.models.VATTTextBackbone(vocabulary_size=100, **size),
    )
    ```

    Reference: paper section 3.
    """

    def __init__(
        self, video_backbone, audio_backbone, text_backbone, dtype=None, **kwargs
    ):
        towers = (video_backbone, audio_backbone, text_backbone)
        dtype = keras.dtype_policies.get(dtype or video_backbone.dtype_policy)
        for tower in towers:
            if tower.dtype_policy != dtype:
                raise ValueError(
                    f"All towers need one dtype policy. Received {tower.dtype_policy} "
                    f"for {tower.name}, expected {dtype}. Build the towers with the "
                    "same `dtype`."
                )
        # === Layers ===
        self.video_backbone = video_backbone
        self.audio_backbone = audio_backbone
        self.text_backbone = text_backbone

        # === Functional Model ===
        video = keras.Input(video_backbone.video_shape, name="video")
        audio = keras.Input(audio_backbone.audio_shape, name="audio")
        text = keras.Input((text_backbone.num_words,), dtype="int32", name="text")
        super().__init__(
            inputs={"video": video, "audio": audio, "text": text},
            outputs={
                "video": video_backbone(video),
                "audio": audio_backbone(audio),
                "text": text_backbone(text),
            },
            dtype=dtype,
            **kwargs,
        )

    @functools.cached_property
    def towers(self):
        """The model that encodes one modality, by modality."""
        return {
            "video": self.video_backbone,
            "audio": self.audio_backbone,
            "text": self.text_backbone,
        }

    @property
    def video_shape(self):
        """Frames, height, width, channels."""
        return self.video_backbone.video_shape

    @property
    def audio_shape(self):
        """Samples and channels."""
        return self.audio_backbone.audio_shape

    @property
    def num_words(self):
        """Words of a text."""
        return self.text_backbone.num_words

    @property
    def output_dims(self):
        """Width of the pooled output, by modality."""
        return {
            modality: tower.output["pooled_output"].shape[-1]
            for modality, tower in self.towers.items()
        }

    def get_config(self):
        config = super().get_config()
        config.update(
            {
                "video_backbone": keras.saving.serialize_keras_object(
                    self.video_backbone
                ),
                "audio_backbone": keras.saving.serialize_keras_object(
                    self.audio_backbone
                ),
                "text_backbone": keras.saving.serialize_keras_object(
                    self.text_backbone
                ),
            }
        )
        return config

    @classmethod
    def from_config(cls, config):
        config = dict(config)
        own = {"name", "trainable", "dtype", *_TOWERS}
        # Arguments of the towers, as from_preset(..., video_shape=) adds them.
        flat = {name: config.pop(name) for name in set(config) - own}
        if config.get("dtype") is not None:
            flat["dtype"] = config["dtype"]
        for name in _TOWERS:
            if isinstance(config[name], dict):
                tower = dict(config[name])
                known = inspect.signature(
                    keras.saving.get_registered_object(tower["registered_name"])
                ).parameters
                given = {key: value for key, value in flat.items() if key in known}
                tower["config"] = {**tower["config"], **given}
                config[name] = keras.saving.deserialize_keras_object(tower)
        return super().from_config(config)
