"""Models by name."""

from keras_vatt.presets.load import load
from keras_vatt.presets.table import names, path

__all__ = ["load", "names", "path"]
