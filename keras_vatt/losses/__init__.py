"""Contrastive losses: embeddings and masks in, named scalars out."""

from keras_vatt.losses.asymmetric_nce import AsymmetricNCE
from keras_vatt.losses.contrastive_loss import ContrastiveLoss
from keras_vatt.losses.symmetric_nce import SymmetricNCE

__all__ = ["AsymmetricNCE", "ContrastiveLoss", "SymmetricNCE"]
