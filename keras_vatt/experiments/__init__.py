"""Experiments: short functions that run the public steps with values that work."""

from keras_vatt.experiments.pretrain_folder import (
    prepare_folder,
    pretrain_folder,
)

__all__ = ["prepare_folder", "pretrain_folder"]
