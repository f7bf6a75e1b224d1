"""Losses: contrastive ones with named scalars, and those of the classifiers."""

from keras_vatt.losses.asymmetric_nce import AsymmetricNCE
from keras_vatt.losses.class_balanced_crossentropy import ClassBalancedCrossentropy
from keras_vatt.losses.contrastive_loss import ContrastiveLoss
from keras_vatt.losses.smoothed_crossentropy import SmoothedCrossentropy
from keras_vatt.losses.symmetric_nce import SymmetricNCE

__all__ = [
    "AsymmetricNCE",
    "ClassBalancedCrossentropy",
    "ContrastiveLoss",
    "SmoothedCrossentropy",
    "SymmetricNCE",
]
