"""The three converters together, as a task carries them."""

import keras
import keras_hub
import tensorflow as tf
from keras_hub.src.utils.preset_utils import get_preset_loader

from keras_vatt.preprocessing.tensors import from_tensorflow, to_tensorflow

_MODALITIES = ("video", "audio", "text", "image")


@keras.saving.register_keras_serializable(package="keras_vatt")
class VATTPreprocessor(keras_hub.models.Preprocessor):
    """Raw frames, waveforms and captions to the models' inputs.

    What is in final form already passes unchanged, so batches of
    `keras_vatt.data.load` can go through it.

    Args:
        video_converter: `VATTVideoConverter` or None.
        audio_converter: `VATTAudioConverter` or None.
        tokenizer: `VATTTokenizer` or None (then text must be word ids).
        modality: None, or "video", "audio", "text" or "image": what a bare array is,
            for models of one modality.
        **kwargs: Base layer arguments.

    Call arguments:
        x: dict with any of "video" (uint8 frames of any size), "audio" (waveforms),
            "text" (strings or word ids) and "image" (uint8 `(h, w, 3)`, a batch or a
            list of them, converted as videos of one frame); or one bare array, see
            `modality`.
        y: passes unchanged.
        sample_weight: passes unchanged.

    Returns:
        x converted: video uint8 `(B, T, H, W, 3)`, image uint8 `(B, H, W, 3)`, audio
        float32 `(B, S, 1)`, text int32 `(B, W)` or `(B, C, W)`; with y and
        sample_weight where given.

    Raises:
        ValueError: if x names an unknown modality, or one whose converter is
            missing.

    Example:
    ```python
    preprocessor = VATTPreprocessor(
        VATTVideoConverter((64, 64), num_frames=8),
        VATTAudioConverter(num_samples=38400),
        VATTTokenizer(["<pad>", "<unk>", "dog"]),
    )
    preprocessor({"text": ["a dog", "two dogs"]})["text"].shape  # (2, 16)
    ```

    Source: design 3, "Time base" and "Views"; design 4.
    """

    def __init__(
        self,
        video_converter=None,
        audio_converter=None,
        tokenizer=None,
        modality=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if modality not in (None, *_MODALITIES):
            raise ValueError(
                f"`modality` must be None or one of {_MODALITIES}. "
                f"Received: modality={modality!r}"
            )
        self.video_converter = video_converter
        self.audio_converter = audio_converter
        self.tokenizer = tokenizer
        self.modality = modality
        self.built = True  # there is nothing to build

    @property
    def frame_rate(self):
        """Frames per second before the stride."""
        return self._part("video").frame_rate

    @property
    def frame_stride(self):
        """Every how many frames one is kept."""
        return self._part("video").frame_stride

    @property
    def num_frames(self):
        """Frames of a clip."""
        return self._part("video").num_frames

    @property
    def image_size(self):
        """Height and width of a frame."""
        return self._part("video").image_size

    @property
    def sample_rate(self):
        """Samples per second before the stride."""
        return self._part("audio").sample_rate

    @property
    def audio_stride(self):
        """Every how many samples one is kept."""
        return self._part("audio").audio_stride

    @property
    def num_samples(self):
        """Samples of a waveform."""
        return self._part("audio").num_samples

    @property
    def num_words(self):
        """Word ids of a caption."""
        return self._part("text").sequence_length

    def call(self, x, y=None, sample_weight=None):
        if isinstance(x, dict):
            x = {name: self._convert(name, value) for name, value in x.items()}
        elif self.modality is None:
            raise ValueError(
                "`x` must be a dict with any of the keys 'video', 'audio' and 'text'. "
                f"Received: {type(x).__name__}. For bare arrays make the "
                "preprocessor with `modality=`."
            )
        else:
            x = self._convert(self.modality, x)
        return keras.utils.pack_x_y_sample_weight(x, y, sample_weight)

    def _convert(self, name, value):
        if name not in _MODALITIES:
            raise ValueError(f"`x` may have the keys {_MODALITIES}. Received: {name!r}")
        if name == "text":
            value = to_tensorflow(value)
            if value.dtype != tf.string:
                return from_tensorflow(value)
        if name == "image":
            return self._convert_images(value)
        return self._part(name)(value)

    def _convert_images(self, value):
        """Images `(h, w, 3)`, a batch or a list of them, as videos of one frame."""
        if isinstance(value, (list, tuple)):
            clips = [to_tensorflow(image)[None] for image in value]
        else:
            clips = tf.expand_dims(to_tensorflow(value), -4)  # (..., 1, h, w, 3)
        clips = self._part("video")(clips)
        return clips[..., 0, :, :, :]

    def _part(self, name):
        name = "video" if name == "image" else name
        part, argument = {
            "video": (self.video_converter, "video_converter=VATTVideoConverter(...)"),
            "audio": (self.audio_converter, "audio_converter=VATTAudioConverter(...)"),
            "text": (self.tokenizer, "tokenizer=VATTTokenizer(vocabulary)"),
        }[name]
        if part is None:
            words = "captions as strings" if name == "text" else f"raw {name}"
            raise ValueError(
                f"This preprocessor cannot take {words}: it has none of the kind. "
                f"Make it with `{argument}`"
                + (
                    ", or pass word ids (int32). A released model takes the authors' "
                    "word list by `keras_vatt.presets.load(name, vocabulary="
                    '"howto100m_en.txt")`; `keras_vatt.presets.fetch_words()` looks '
                    "for it."
                    if name == "text"
                    else "."
                )
            )
        return part

    @classmethod
    def from_preset(cls, preset, config_file="preprocessor.json", **kwargs):
        """Returns the preprocessor saved in a preset folder.

        Args:
            preset: string. Path of the folder.
            config_file: string. Name of its configuration there.
            **kwargs: Constructor arguments that replace the saved ones.
        """
        # One preprocessor serves every backbone, so nothing is looked up by it.
        loader = get_preset_loader(preset)
        return loader.load_preprocessor(cls, config_file, **kwargs)

    def get_config(self):
        config = super().get_config()
        # The base class leaves out converters that are None.
        for name in ("video_converter", "audio_converter", "tokenizer"):
            config.setdefault(name, None)
        config["modality"] = self.modality
        return config
