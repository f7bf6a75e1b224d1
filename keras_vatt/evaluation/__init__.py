"""Scores and searches of a pretrained model: one function a file."""

from keras_vatt.evaluation.all_checkpoints import all_checkpoints
from keras_vatt.evaluation.attention_rollout import attention_rollout
from keras_vatt.evaluation.classification_protocol import (
    classification_scores,
    clip_logits,
)
from keras_vatt.evaluation.classify_dataset import classify_dataset
from keras_vatt.evaluation.classify_folder import classify_folder
from keras_vatt.evaluation.draw_attention import draw_attention
from keras_vatt.evaluation.draw_kept_tokens import draw_kept_tokens
from keras_vatt.evaluation.draw_samples import draw_samples
from keras_vatt.evaluation.embed_dataset import embed_dataset
from keras_vatt.evaluation.embed_files import embed_files
from keras_vatt.evaluation.evaluate_folder import evaluate_folder
from keras_vatt.evaluation.index import Index
from keras_vatt.evaluation.inspect_clips import inspect_clips
from keras_vatt.evaluation.inspect_tokens import inspect_tokens
from keras_vatt.evaluation.kept_tokens import kept_tokens
from keras_vatt.evaluation.linear_probe import linear_probe
from keras_vatt.evaluation.load_for_search import load_for_search, preset_name
from keras_vatt.evaluation.probe_protocol import probe_features, probe_scores
from keras_vatt.evaluation.protocol import PROTOCOLS
from keras_vatt.evaluation.query_embedder import QueryEmbedder, embed_query
from keras_vatt.evaluation.retrieval_protocol import (
    both_averages,
    retrieval_embeddings,
)
from keras_vatt.evaluation.retrieval_scores import retrieval_scores
from keras_vatt.evaluation.run_protocol import run_protocol
from keras_vatt.evaluation.serve import serve
from keras_vatt.evaluation.write_table import write_table
from keras_vatt.evaluation.zero_shot_retrieval import zero_shot_retrieval

__all__ = [
    "Index",
    "PROTOCOLS",
    "QueryEmbedder",
    "all_checkpoints",
    "attention_rollout",
    "both_averages",
    "classification_scores",
    "classify_dataset",
    "classify_folder",
    "clip_logits",
    "draw_attention",
    "draw_kept_tokens",
    "draw_samples",
    "embed_dataset",
    "embed_files",
    "embed_query",
    "evaluate_folder",
    "inspect_clips",
    "inspect_tokens",
    "kept_tokens",
    "linear_probe",
    "load_for_search",
    "preset_name",
    "probe_features",
    "probe_scores",
    "retrieval_embeddings",
    "retrieval_scores",
    "run_protocol",
    "serve",
    "write_table",
    "zero_shot_retrieval",
]
