"""Scores and searches of a pretrained model: one function a file."""

from keras_vatt.evaluation.embed_dataset import embed_dataset
from keras_vatt.evaluation.embed_files import embed_files
from keras_vatt.evaluation.evaluate_folder import evaluate_folder
from keras_vatt.evaluation.index import Index
from keras_vatt.evaluation.linear_probe import linear_probe
from keras_vatt.evaluation.load_for_search import load_for_search, preset_name
from keras_vatt.evaluation.query_embedder import QueryEmbedder, embed_query
from keras_vatt.evaluation.retrieval_scores import retrieval_scores
from keras_vatt.evaluation.serve import serve
from keras_vatt.evaluation.write_table import write_table
from keras_vatt.evaluation.zero_shot_retrieval import zero_shot_retrieval

__all__ = [
    "Index",
    "QueryEmbedder",
    "embed_dataset",
    "embed_files",
    "embed_query",
    "evaluate_folder",
    "linear_probe",
    "load_for_search",
    "preset_name",
    "retrieval_scores",
    "serve",
    "write_table",
    "zero_shot_retrieval",
]
