"""What training needs beyond Keras' own `fit`."""

from keras_vatt.training.calibrate import calibrate

__all__ = ["calibrate"]
