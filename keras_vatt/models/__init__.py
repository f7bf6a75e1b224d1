"""Backbones and tasks."""

from keras_vatt.models.stop_on_non_finite import StopOnNonFinite
from keras_vatt.models.vatt_agnostic_backbone import VATTAgnosticBackbone
from keras_vatt.models.vatt_audio_backbone import VATTAudioBackbone
from keras_vatt.models.vatt_audio_classifier import VATTAudioClassifier
from keras_vatt.models.vatt_backbone import VATTBackbone
from keras_vatt.models.vatt_image_classifier import VATTImageClassifier
from keras_vatt.models.vatt_pretrainer import VATTPretrainer
from keras_vatt.models.vatt_text_backbone import VATTTextBackbone
from keras_vatt.models.vatt_video_backbone import VATTVideoBackbone
from keras_vatt.models.vatt_video_classifier import VATTVideoClassifier

__all__ = [
    "StopOnNonFinite",
    "VATTAgnosticBackbone",
    "VATTAudioBackbone",
    "VATTAudioClassifier",
    "VATTBackbone",
    "VATTImageClassifier",
    "VATTPretrainer",
    "VATTTextBackbone",
    "VATTVideoBackbone",
    "VATTVideoClassifier",
]
