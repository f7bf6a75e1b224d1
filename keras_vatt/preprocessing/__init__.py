"""Raw frames, waveforms and words to what the models take."""

from keras_vatt.preprocessing.vatt_audio_converter import VATTAudioConverter
from keras_vatt.preprocessing.vatt_preprocessor import VATTPreprocessor
from keras_vatt.preprocessing.vatt_tokenizer import VATTTokenizer
from keras_vatt.preprocessing.vatt_video_converter import VATTVideoConverter

__all__ = [
    "VATTAudioConverter",
    "VATTPreprocessor",
    "VATTTokenizer",
    "VATTVideoConverter",
]
