"""What the classifiers share."""

import keras
from keras import ops

from keras_vatt.losses import SmoothedCrossentropy
from keras_vatt.models.task import VATTTask


class VATTClassifier(VATTTask):
    """Base of the classifiers: a tower, dropout, one linear map on its pooled output.

    Args:
        backbone: the tower.
        num_classes: int. Number of classes.
        num_views: int. Views of a clip, standing together in the batch. Their logits
            are averaged outside training.
        dropout: float. Dropout rate on the pooled output.
        preprocessor: optional `VATTPreprocessor`.
        compile: bool. Compile with the class' default loss.
        **kwargs: as in `keras.Model`.
    """

    kernel_initializer = "glorot_uniform"

    def __init__(
        self,
        backbone,
        num_classes,
        num_views=1,
        dropout=0.5,
        preprocessor=None,
        compile=True,
        **kwargs,
    ):
        super().__init__(backbone=backbone, preprocessor=preprocessor, **kwargs)
        self.num_classes = num_classes
        self.num_views = num_views
        self.dropout = dropout
        self.dropout_layer = keras.layers.Dropout(
            dropout, dtype=backbone.dtype_policy, name="classifier_dropout"
        )
        self.classifier_dense = keras.layers.Dense(
            num_classes,
            kernel_initializer=self.kernel_initializer,
            bias_initializer=self.bias_initializer(num_classes),
            # In float32: half-precision logits round close probabilities together.
            dtype="float32",
            name="classifier_dense",
        )
        self.classifier_dense.build((None, backbone.output["pooled_output"].shape[-1]))
        self.built = True  # all variables exist
        if compile:
            self.compile(**self.default_compile())

    def bias_initializer(self, num_classes):
        """Initialiser of the classes' biases."""
        return "zeros"

    def call(self, inputs, training=None):  # (b * views, ...)
        x = self.backbone(self.input_of(inputs), training=training)["pooled_output"]
        x = self.dropout_layer(x, training=training)
        logits = self.classifier_dense(x)  # (b * views, classes)
        if training or self.num_views == 1:
            return logits
        logits = ops.reshape(logits, (-1, self.num_views, self.num_classes))
        return ops.mean(logits, axis=1)  # (b, classes)

    def input_of(self, inputs):
        """The tower's input."""
        return inputs

    def default_compile(self):
        """Arguments of `compile` used on construction."""
        return {
            "optimizer": keras.optimizers.SGD(0.005, momentum=0.9),
            "loss": SmoothedCrossentropy(),
            "metrics": [
                keras.metrics.SparseCategoricalAccuracy(name="top1"),
                keras.metrics.SparseTopKCategoricalAccuracy(5, name="top5"),
            ],
        }

    def get_config(self):
        config = super().get_config()
        config.update(
            {
                "num_classes": self.num_classes,
                "num_views": self.num_views,
                "dropout": self.dropout,
            }
        )
        return config
