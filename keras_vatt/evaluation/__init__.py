"""Scores of a pretrained model: one function a file, each returns a dict."""

from keras_vatt.evaluation.classification_scores import classification_scores
from keras_vatt.evaluation.classify_dataset import classify_dataset
from keras_vatt.evaluation.embed_dataset import embed_dataset
from keras_vatt.evaluation.evaluate_folder import evaluate_folder
from keras_vatt.evaluation.linear_probe import linear_probe
from keras_vatt.evaluation.retrieval_scores import retrieval_scores
from keras_vatt.evaluation.zero_shot_retrieval import zero_shot_retrieval

__all__ = [
    "classification_scores",
    "classify_dataset",
    "embed_dataset",
    "evaluate_folder",
    "linear_probe",
    "retrieval_scores",
    "zero_shot_retrieval",
]
