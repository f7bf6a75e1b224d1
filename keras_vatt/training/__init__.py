"""What `fit()` needs besides a model."""

from keras_vatt.training.augmented_classifier import AugmentedClassifier
from keras_vatt.training.backbone_clipped_sgd import BackboneClippedSGD
from keras_vatt.training.calibrate import calibrate
from keras_vatt.training.freeze import freeze
from keras_vatt.training.released_recipes import (
    finetuning_optimizer,
    finetuning_schedule,
    pretraining_optimizer,
    pretraining_schedule,
)
from keras_vatt.training.stepwise_cosine import StepwiseCosine

__all__ = [
    "AugmentedClassifier",
    "BackboneClippedSGD",
    "StepwiseCosine",
    "calibrate",
    "finetuning_optimizer",
    "finetuning_schedule",
    "freeze",
    "pretraining_optimizer",
    "pretraining_schedule",
]
