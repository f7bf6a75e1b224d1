"""Audio tagging."""

import math

import keras
from keras import ops

from keras_vatt import distribution
from keras_vatt.losses import ClassBalancedCrossentropy
from keras_vatt.models.classifier import VATTClassifier
from keras_vatt.models.vatt_audio_backbone import VATTAudioBackbone


@keras.saving.register_keras_serializable(package="keras_vatt")
class VATTAudioClassifier(VATTClassifier):
    """Tags sounds; a clip may have several labels.

    Args:
        backbone: a `VATTAudioBackbone`, waveform or spectrogram.
        num_classes: int, at least 2. Number of classes.
        num_views: int. Views of a clip, see `VATTVideoClassifier`.
        dropout: float. Dropout rate on the pooled output.
        preprocessor: optional `VATTPreprocessor`.
        class_names: optional strings, the classes in their order.
        compile: bool. Compile with SGD, class-balanced sigmoid cross-entropy, the areas
            under the ROC and precision-recall curves, for multi-hot labels.

    Call arguments:
        audio: float array in [-1, 1], `(batch, samples, channels)`.

    Returns:
        Logits `(batch, num_classes)`, float32.

    Example:

    ```python
    backbone = keras_vatt.models.VATTAudioBackbone(
        (38_400, 1), num_layers=2, num_heads=2, hidden_dim=128, mlp_dim=512
    )
    classifier = keras_vatt.models.VATTAudioClassifier(backbone, num_classes=10)
    classifier(np.zeros((2, 38_400, 1), "float32")).shape  # (2, 10)
    ```

    Reference: paper section 4.2.
    """

    backbone_cls = VATTAudioBackbone
    modality = "audio"

    def __init__(
        self,
        backbone,
        num_classes,
        num_views=1,
        dropout=0.0,
        preprocessor=None,
        class_names=None,
        compile=True,
        **kwargs,
    ):
        super().__init__(
            backbone,
            num_classes,
            num_views,
            dropout,
            preprocessor,
            class_names,
            compile,
            **kwargs,
        )

    def bias_initializer(self, num_classes):
        # So that at the start every class has the probability 1 / num_classes.
        return keras.initializers.Constant(-math.log(max(num_classes - 1, 1)))

    def probabilities(self, logits):
        return ops.sigmoid(logits)

    def default_compile(self):
        return {
            "optimizer": keras.optimizers.SGD(0.005, momentum=0.9),
            "loss": ClassBalancedCrossentropy(),
            "metrics": [
                keras.metrics.AUC(
                    multi_label=True,
                    num_labels=self.num_classes,
                    from_logits=True,
                    name="AUC",
                ),
                keras.metrics.AUC(
                    curve="PR",
                    multi_label=True,
                    num_labels=self.num_classes,
                    from_logits=True,
                    name="PR_AUC",
                ),
            ],
        }

    def compute_loss(
        self, x=None, y=None, y_pred=None, sample_weight=None, training=True
    ):
        """The loss of the global batch: how rare a label is, all replicas tell."""
        y, y_pred = distribution.gather((y, y_pred))
        if sample_weight is not None:
            sample_weight = distribution.gather(sample_weight)
        return super().compute_loss(x, y, y_pred, sample_weight, training=training)
