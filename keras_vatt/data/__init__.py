"""Clips to tensors: stored records, vocabularies and batches."""

from keras_vatt.data.clip_row import Caption
from keras_vatt.data.clip_row import ClipRow
from keras_vatt.data.encode_clip import Skipped
from keras_vatt.data.encode_clip import encode_clip
from keras_vatt.data.media import MediaError

__all__ = [
    "Caption",
    "ClipRow",
    "MediaError",
    "Skipped",
    "encode_clip",
]
