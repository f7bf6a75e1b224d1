"""VATT (Video-Audio-Text Transformer, arXiv 2104.11178) for Keras 3.

The same code runs on TensorFlow, JAX and PyTorch (`KERAS_BACKEND`). Importing the
package registers every class with Keras, so that saved models and presets load by
name; what needs a heavy library (tensorflow_datasets, av, scikit-learn) is imported
when it is first used.
"""

import importlib

from keras_vatt import (
    conversion,
    layers,
    losses,
    metrics,
    models,
    preprocessing,
    presets,
    training,
)

__version__ = "0.1.0"

_LAZY = ("data", "datasets", "demo", "distribution", "evaluation")

__all__ = [
    "conversion",
    "layers",
    "losses",
    "metrics",
    "models",
    "preprocessing",
    "presets",
    "training",
    *_LAZY,
]


def __getattr__(name):
    if name in _LAZY:
        return importlib.import_module(f"keras_vatt.{name}")
    raise AttributeError(f"module 'keras_vatt' has no attribute {name!r}")
