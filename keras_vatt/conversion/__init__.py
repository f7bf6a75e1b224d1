"""Released TensorFlow checkpoints to models."""

from keras_vatt.conversion.architecture import architecture
from keras_vatt.conversion.compare import compare
from keras_vatt.conversion.convert import convert
from keras_vatt.conversion.from_released_checkpoint import from_released_checkpoint
from keras_vatt.conversion.model_of import model_of
from keras_vatt.conversion.released_checkpoint import ReleasedCheckpoint
from keras_vatt.conversion.released_names import released_variables

__all__ = [
    "ReleasedCheckpoint",
    "architecture",
    "compare",
    "convert",
    "from_released_checkpoint",
    "model_of",
    "released_variables",
]
