"""What the encoders of one modality share."""

import keras
import keras_hub

from keras_vatt import distribution
from keras_vatt.preprocessing.scale_pixels import scale_pixels


class Tower(keras_hub.models.Backbone):
    """Base of the backbones: a functional graph whose video may come as uint8.

    Video travels as uint8 and is scaled to [-1, 1] on the device. A functional model
    casts its inputs to the dtype of its graph before anything else, so the scaling
    has to stand in front of it.

    A tower's layers carry its modality in their names: under torch Keras files the
    parameters by path, and of two alike one would be lost to `zero_grad`.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        distribution.show_parameters(self)

    def call(self, inputs, training=None, mask=None):
        return super().call(scale_pixels(inputs), training=training, mask=mask)

    @classmethod
    def from_preset(cls, preset, load_weights=True, **kwargs):
        """Loads the backbone of a preset, by name, path, `hf://` or `kaggle://`.

        A tower comes out of a classifier's preset or a pretraining preset as well, of
        both forms. The arguments are those of `keras_vatt.presets.load`.
        """
        return load_as(cls, preset, load_weights, **kwargs)


def load_as(cls, preset, load_weights, **kwargs):
    """What the `from_preset` of every class of ours does."""
    # The one upward import of the package, so that `from_preset` knows our names.
    from keras_vatt import presets

    return presets.load_as(cls, preset, load_weights, **kwargs)


def encode(encoder, tokens, aggregation_token, padding_mask=None):
    """Puts the aggregation token in front, encodes: all tokens `(b, 1 + n, d)`."""
    x = aggregation_token(tokens)
    if padding_mask is None:
        return encoder(x)
    return encoder(x, padding_mask=padding_mask)


def outputs_of(x):
    """Splits encoded tokens `(b, 1 + n, d)` into a tower's two named outputs."""
    return {"pooled_output": x[:, 0], "sequence_output": x[:, 1:]}


def grid_of(shape, patch_size):
    """Whole patches along each axis of an input."""
    return tuple(size // patch for size, patch in zip(shape, patch_size))


def drop_token_rates(rate):
    """Returns the share of tokens dropped by modality, from one number or a dict.

    Raises:
        ValueError: if a dict is not of video and audio.
    """
    if not isinstance(rate, dict):
        return dict.fromkeys(("video", "audio"), rate)
    if set(rate) != {"video", "audio"}:
        raise ValueError(
            "`drop_token_rate` must be a number, or a dict with one for 'video' and "
            f"one for 'audio'. Received: {rate}"
        )
    return rate


def dense_gelu(units, dtype, name):
    """The agnostic form's projections before and after the encoder."""
    return keras.layers.Dense(units, activation=exact_gelu, dtype=dtype, name=name)


@keras.saving.register_keras_serializable(package="keras_vatt")
def exact_gelu(x):
    """The error-function gelu; Keras' own default is this too, said explicitly."""
    return keras.ops.gelu(x, approximate=False)
