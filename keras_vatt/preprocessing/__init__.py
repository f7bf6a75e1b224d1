"""Raw frames, waveforms and words to what the models take, and augmentation."""

from keras_vatt.preprocessing.audio_noise import AudioNoise
from keras_vatt.preprocessing.label_smoothing import LabelSmoothing
from keras_vatt.preprocessing.log_mel_spectrogram import LogMelSpectrogram
from keras_vatt.preprocessing.mixup import Mixup
from keras_vatt.preprocessing.scale_pixels import ScalePixels
from keras_vatt.preprocessing.spectrogram_mask import SpectrogramMask
from keras_vatt.preprocessing.vatt_audio_converter import VATTAudioConverter
from keras_vatt.preprocessing.vatt_preprocessor import VATTPreprocessor
from keras_vatt.preprocessing.vatt_tokenizer import VATTTokenizer
from keras_vatt.preprocessing.vatt_video_converter import VATTVideoConverter
from keras_vatt.preprocessing.vatt_word_piece_tokenizer import VATTWordPieceTokenizer

__all__ = [
    "AudioNoise",
    "LabelSmoothing",
    "LogMelSpectrogram",
    "Mixup",
    "ScalePixels",
    "SpectrogramMask",
    "VATTAudioConverter",
    "VATTPreprocessor",
    "VATTTokenizer",
    "VATTVideoConverter",
    "VATTWordPieceTokenizer",
]
