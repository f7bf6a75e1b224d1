"""Action recognition."""

import keras

from keras_vatt.models.classifier import VATTClassifier
from keras_vatt.models.vatt_video_backbone import VATTVideoBackbone


@keras.saving.register_keras_serializable(package="keras_vatt")
class VATTVideoClassifier(VATTClassifier):
    """Classifies videos.

    Args:
        backbone: a `VATTVideoBackbone`.
        num_classes: int. Number of classes.
        num_views: int. Views of a clip, standing together in the batch: `(batch *
            num_views, ...)` in, `(batch, classes)` out. Averaged outside training.
        dropout: float. Dropout rate on the pooled output.
        preprocessor: optional `VATTPreprocessor`.
        class_names: optional strings, the classes in their order.
        compile: bool. Compile with SGD, smoothed softmax cross-entropy, top-1 and
            top-5, for class ids as labels.

    Call arguments:
        video: float array in [-1, 1] or uint8, `(batch, frames, height, width, 3)`.

    Returns:
        Logits `(batch, num_classes)`, float32.

    Example:

    ```python
    backbone = keras_vatt.models.VATTVideoBackbone(
        (8, 64, 64, 3), num_layers=2, num_heads=2, hidden_dim=128, mlp_dim=512
    )
    classifier = keras_vatt.models.VATTVideoClassifier(backbone, num_classes=10)
    classifier(np.zeros((2, 8, 64, 64, 3), "uint8")).shape  # (2, 10)
    ```

    Reference: paper section 4.2.
    """

    backbone_cls = VATTVideoBackbone
    modality = "video"
    kernel_initializer = "glorot_normal"
