"""Models by name."""

from keras_vatt.presets.load import load, load_as
from keras_vatt.presets.path import path
from keras_vatt.presets.register import register
from keras_vatt.presets.table import names
from keras_vatt.presets.words import fetch_words

__all__ = ["fetch_words", "load", "load_as", "names", "path"]

register()
