"""Image classification with a video tower."""

import keras
from keras import ops

from keras_vatt.models.classifier import VATTClassifier
from keras_vatt.models.vatt_video_backbone import VATTVideoBackbone


@keras.saving.register_keras_serializable(package="keras_vatt")
class VATTImageClassifier(VATTClassifier):
    """Classifies images: each is shown as a video of equal frames.

    Args:
        backbone: a `VATTVideoBackbone` whose `video_shape` holds as many frames as one
            tubelet (4 for the released models) and whose `position_shape` keeps the
            video's table: the single temporal token gets its first entry.
        num_classes: int. Number of classes.
        num_views: int. Views of an image, see `VATTVideoClassifier`.
        dropout: float. Dropout rate on the pooled output.
        preprocessor: optional `VATTPreprocessor`.
        class_names: optional strings, the classes in their order.
        compile: bool. Compile with SGD, smoothed softmax cross-entropy, top-1 and
            top-5, for class ids as labels.

    Call arguments:
        image: float array in [-1, 1] or uint8, `(batch, height, width, 3)`.

    Returns:
        Logits `(batch, num_classes)`, float32.

    Example:

    ```python
    backbone = keras_vatt.models.VATTVideoBackbone(
        (4, 64, 64, 3), position_shape=(2, 4, 4), num_layers=2, num_heads=2,
        hidden_dim=128, mlp_dim=512, drop_token_rate=0.0,
    )
    classifier = keras_vatt.models.VATTImageClassifier(backbone, num_classes=10)
    classifier(np.zeros((2, 64, 64, 3), "uint8")).shape  # (2, 10)
    ```

    Reference: paper section 4.2 (ImageNet).
    """

    backbone_cls = VATTVideoBackbone
    modality = "image"
    kernel_initializer = "glorot_normal"

    def input_of(self, image):  # (b, h, w, c)
        frames = self.backbone.video_shape[0]
        return ops.repeat(ops.expand_dims(image, 1), frames, axis=1)
