"""Scores of a pretrained model: one function a file, each returns a dict."""

from keras_vatt.evaluation.draw_samples import draw_samples
from keras_vatt.evaluation.embed_dataset import embed_dataset
from keras_vatt.evaluation.evaluate_folder import evaluate_folder
from keras_vatt.evaluation.inspect_clips import inspect_clips
from keras_vatt.evaluation.linear_probe import linear_probe
from keras_vatt.evaluation.retrieval_scores import retrieval_scores
from keras_vatt.evaluation.zero_shot_retrieval import zero_shot_retrieval

__all__ = [
    "draw_samples",
    "embed_dataset",
    "evaluate_folder",
    "inspect_clips",
    "linear_probe",
    "retrieval_scores",
    "zero_shot_retrieval",
]
