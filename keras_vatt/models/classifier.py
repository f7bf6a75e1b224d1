"""What the classifiers share."""

import keras
from keras import ops

from keras_vatt.losses import SmoothedCrossentropy
from keras_vatt.models.predict_files import predict_files
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
        class_names: optional strings, the classes in their order.
        compile: bool. Compile with the class' default loss.
        **kwargs: as in `keras.Model`.

    Raises:
        ValueError: if there are not as many names as classes.
    """

    # What is classified: "video", "audio" or "image".
    modality = "video"
    kernel_initializer = "glorot_uniform"

    def __init__(
        self,
        backbone,
        num_classes,
        num_views=1,
        dropout=0.5,
        preprocessor=None,
        class_names=None,
        compile=True,
        **kwargs,
    ):
        if class_names is not None and len(class_names) != num_classes:
            raise ValueError(
                "`class_names` must name every class once. Received: "
                f"{len(class_names)} names, num_classes={num_classes}."
            )
        super().__init__(backbone=backbone, preprocessor=preprocessor, **kwargs)
        self.num_classes = num_classes
        self.num_views = num_views
        self.dropout = dropout
        self.class_names = None if class_names is None else list(class_names)
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

    def probabilities(self, logits):
        """What logits `(..., classes)` say of each class."""
        return ops.softmax(logits, axis=-1)

    def predict_files(self, paths, top=5, **options):
        """Classifies media files, from the windows and crops that a test takes.

        Decoding, time base, sizes and scaling are the preprocessor's. A video
        classifier takes photos as well (a clip that stands still), an audio classifier
        the sound of videos, an image classifier frames of videos. A file that cannot
        be used is named, and the others are still answered.

        Args:
            paths: sequence of strings.
            top: int. Classes a file, the likeliest first.
            num_windows: int or None. W, windows spread over a file. None: 4, and 1
                for images.
            num_crops: int or None. 1 (the centre) or 3 (along the longer side). None:
                3, and 1 for images.
            min_resize: int. Short side in pixels before the crops; 0: the crop's.
            batch_size: int. Views at a time.

        Returns:
            A list of dicts, one a file: `"path"`, and `"labels"` (class names, or
            numbers where there are none) with `"probabilities"`, floats; or `"error"`,
            what is wrong with the file.

        Raises:
            ValueError: if there is no preprocessor, or a number does not fit.

        Example:

        ```python
        classifier = keras_vatt.presets.load("vatt_video_base_kinetics400")
        classifier.predict_files(["clip.mp4", "photo.jpg"], top=3)
        ```

        Reference: design, section 3 ("Views").
        """
        return predict_files(self, paths, top, **options)

    def default_compile(self):
        """Arguments of `compile` used on construction."""
        return {
            "optimizer": keras.optimizers.SGD(0.005, momentum=0.9),
            "loss": SmoothedCrossentropy(),
            "metrics": [
                keras.metrics.SparseCategoricalAccuracy(name="top1"),
                keras.metrics.SparseTopKCategoricalAccuracy(
                    min(5, self.num_classes), name="top5"
                ),
            ],
        }

    def get_config(self):
        config = super().get_config()
        config.update(
            {
                "num_classes": self.num_classes,
                "num_views": self.num_views,
                "dropout": self.dropout,
                "class_names": self.class_names,
            }
        )
        return config
