"""What the tasks share."""

import keras
import keras_hub

from keras_vatt import distribution
from keras_vatt.models.tower import load_as
from keras_vatt.preprocessing import VATTPreprocessor


class VATTTask(keras_hub.models.Task):
    """Base of the tasks: a backbone, a preprocessor, and a `call` that reads down.

    Not a functional model, as its inputs vary: any subset of the modalities, uint8 or
    float frames, one or several texts a clip.

    Args:
        backbone: the encoders.
        preprocessor: optional `VATTPreprocessor`.
        **kwargs: as in `keras.Model`.
    """

    preprocessor_cls = VATTPreprocessor

    def __init__(self, backbone, preprocessor=None, **kwargs):
        super().__init__(compile=False, **kwargs)
        self.backbone = backbone
        self.preprocessor = preprocessor

    def compile(self, *args, jit_compile="auto", **kwargs):
        """As `keras.Model.compile`; `"auto"` compiles with XLA where that pays."""
        if jit_compile == "auto":
            jit_compile = distribution.jit_compile_pays()
        super().compile(*args, jit_compile=jit_compile, **kwargs)

    def make_train_function(self, force=False):
        """As Keras', once the optimizer is built."""
        distribution.build_optimizer(self)
        return super().make_train_function(force)

    def get_compile_config(self):
        """What `compile_from_config` takes; whether XLA pays is another machine's."""
        return {**super().get_compile_config(), "jit_compile": "auto"}

    def compile_from_config(self, config):
        """Compiles as saved, with the optimizer's variables built."""
        self.compile(**keras.saving.deserialize_keras_object(config))
        self.optimizer.build(self.trainable_variables)

    @classmethod
    def from_preset(cls, preset, load_weights=True, **kwargs):
        """Loads the task of a preset, by name, path, `hf://` or `kaggle://`.

        A classifier comes out of a pretraining preset as well, with a new head. The
        arguments are those of `keras_vatt.presets.load`.
        """
        return load_as(cls, preset, load_weights, **kwargs)

    def save_task_weights(self, filepath):
        """Saves what the backbone does not hold, without the optimizer's state."""
        keras.saving.save_weights(self, filepath, objects_to_skip=self._not_of_task())

    def load_task_weights(self, filepath):
        """Loads what `save_task_weights` wrote."""
        keras.saving.load_weights(self, filepath, objects_to_skip=self._not_of_task())

    def _not_of_task(self):
        skipped = list(self.backbone._flatten_layers())
        return skipped if self.optimizer is None else [*skipped, self.optimizer]
