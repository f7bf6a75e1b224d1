"""Scores of retrieval and classification: numpy arrays in, floats out."""

from keras_vatt.metrics.accuracy_metrics import accuracy_metrics
from keras_vatt.metrics.multilabel_metrics import multilabel_metrics
from keras_vatt.metrics.retrieval_metrics import retrieval_metrics
from keras_vatt.metrics.similarity import similarity

__all__ = [
    "accuracy_metrics",
    "multilabel_metrics",
    "retrieval_metrics",
    "similarity",
]
