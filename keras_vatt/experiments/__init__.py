"""Experiments: short functions that run the public steps with values that work."""

from keras_vatt.experiments.finetune_folder import finetune_folder
from keras_vatt.experiments.pretrain_folder import (
    prepare_folder,
    pretrain_folder,
)

__all__ = ["finetune_folder", "prepare_folder", "pretrain_folder"]
