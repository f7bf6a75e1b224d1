"""Scores of a pretrained model: one function a file, each returns a dict."""

from keras_vatt.evaluation.all_checkpoints import all_checkpoints
from keras_vatt.evaluation.classification_protocol import (
    classification_scores,
    clip_logits,
    image_logits,
)
from keras_vatt.evaluation.draw_samples import draw_samples
from keras_vatt.evaluation.embed_dataset import embed_dataset
from keras_vatt.evaluation.evaluate_folder import evaluate_folder
from keras_vatt.evaluation.inspect_clips import inspect_clips
from keras_vatt.evaluation.linear_probe import linear_probe
from keras_vatt.evaluation.probe_protocol import probe_features, probe_scores
from keras_vatt.evaluation.protocol import PROTOCOLS
from keras_vatt.evaluation.retrieval_protocol import (
    both_averages,
    retrieval_embeddings,
)
from keras_vatt.evaluation.retrieval_scores import retrieval_scores
from keras_vatt.evaluation.run_protocol import run_protocol
from keras_vatt.evaluation.zero_shot_retrieval import zero_shot_retrieval

__all__ = [
    "PROTOCOLS",
    "all_checkpoints",
    "both_averages",
    "classification_scores",
    "clip_logits",
    "draw_samples",
    "embed_dataset",
    "evaluate_folder",
    "image_logits",
    "inspect_clips",
    "linear_probe",
    "probe_features",
    "probe_scores",
    "retrieval_embeddings",
    "retrieval_scores",
    "run_protocol",
    "zero_shot_retrieval",
]
