"""Clips to tensors: stored records, vocabularies and batches."""

from keras_vatt.data.batch_ids import batch_ids
from keras_vatt.data.caption import Caption
from keras_vatt.data.clip_row import ClipRow
from keras_vatt.data.color_jitter import color_jitter
from keras_vatt.data.count_words import count_words
from keras_vatt.data.encode_clip import encode_clip
from keras_vatt.data.file_views import file_views
from keras_vatt.data.limits import Limits
from keras_vatt.data.load import load
from keras_vatt.data.media import MediaError
from keras_vatt.data.random_resized_crop import random_resized_crop
from keras_vatt.data.random_view import random_view
from keras_vatt.data.read_image import read_image
from keras_vatt.data.read_labels import read_labels
from keras_vatt.data.records import class_names
from keras_vatt.data.skipped import Skipped
from keras_vatt.data.vocabulary import vocabulary

__all__ = [
    "Caption",
    "ClipRow",
    "Limits",
    "MediaError",
    "Skipped",
    "batch_ids",
    "class_names",
    "color_jitter",
    "count_words",
    "encode_clip",
    "file_views",
    "load",
    "random_resized_crop",
    "random_view",
    "read_image",
    "read_labels",
    "vocabulary",
]
