"""Projection heads into one space common to all modalities."""

import keras
from keras import ops

from keras_vatt.layers.fine_and_coarse_head import batch_norm


@keras.saving.register_keras_serializable(package="keras_vatt")
class JointHead(keras.layers.Layer):
    """Maps the pooled features of every modality to one common space.

    Each modality: relu, a linear map without bias, BatchNorm. Features of any subset
    of the modalities may be given; what they allow is returned.

    Args:
        joint_dim: int. Width of the common space.

    Call arguments:
        features: dict with any of `video`, `audio`, `text`, each `(batch, width)`.
        training: bool. Batch statistics are of the batch given.

    Returns:
        Dict as `FineAndCoarseHead` returns it: `video_to_audio` and `video_to_text`
        are the same array; with sound and text come `audio_to_text` and
        `text_to_audio` as well, the same arrays as `audio_to_video`, `text_to_video`.

    Example:

    ```python
    head = keras_vatt.layers.JointHead()
    head.build({"video": (None, 768), "audio": (None, 768), "text": (None, 512)})
    head({"text": np.zeros((2, 512), "float32")})["text_to_video"].shape  # (2, 512)
    ```

    Reference: paper section 3.3; the authors' released code.
    """

    def __init__(self, joint_dim=512, **kwargs):
        super().__init__(**kwargs)
        self.joint_dim = joint_dim

    def build(self, features_shape):
        self.denses, self.norms = {}, {}
        for modality, shape in sorted(features_shape.items()):
            self.denses[modality] = keras.layers.Dense(
                self.joint_dim,
                use_bias=False,
                dtype=self.dtype_policy,
                name=f"{modality}_dense",
            )
            self.denses[modality].build(shape)
            self.norms[modality] = batch_norm(self, f"{modality}_norm")
            self.norms[modality].build((None, self.joint_dim))

    def call(self, features, training=None):
        joint = {
            modality: self.norms[modality](
                self.denses[modality](ops.relu(x)), training=training
            )
            for modality, x in features.items()
        }
        return {
            f"{modality}_to_{other}": x
            for modality, x in joint.items()
            for other in ("video", "audio", "text")
            if other != modality
        }

    def get_config(self):
        config = super().get_config()
        config.update({"joint_dim": self.joint_dim})
        return config
