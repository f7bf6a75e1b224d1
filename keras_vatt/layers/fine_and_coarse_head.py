"""The released models' projection heads: a fine and a coarse common space."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_vatt")
class FineAndCoarseHead(keras.layers.Layer):
    """Maps pooled features to a fine video-audio and a coarser video-text space.

    Video reaches the text space through the audio space, as sound and sight are
    closer than either is to words. Features of any subset of the modalities may be
    given; what they allow is returned.

    Args:
        fine_dim: int. Width of the video-audio space.
        coarse_dim: int. Width of the video-text space.

    Call arguments:
        features: dict with any of `video`, `audio`, `text`, each `(batch, width)`.
        training: bool. Batch statistics are of the batch given.

    Returns:
        Dict with `video_to_audio` and `video_to_text` (for video), `audio_to_video`
        (for audio), `text_to_video` (for text), each `(batch, space)`.

    Example:

    ```python
    head = keras_vatt.layers.FineAndCoarseHead()
    shapes = {"video": (None, 768), "audio": (None, 768), "text": (None, 512)}
    head.build(shapes)
    head({"text": np.zeros((2, 512), "float32")})["text_to_video"].shape  # (2, 256)
    ```

    Reference: paper section 3.3 (equation 6); FAC of MMV (arXiv 2006.16228).
    """

    def __init__(self, fine_dim=512, coarse_dim=256, **kwargs):
        super().__init__(**kwargs)
        self.fine_dim = fine_dim
        self.coarse_dim = coarse_dim

    def build(self, features_shape):
        self.video_hidden_dense = self._dense(
            self.fine_dim, False, "video_hidden_dense"
        )
        self.video_hidden_norm = batch_norm(self, "video_hidden_norm")
        self.video_to_audio_dense = self._dense(
            self.fine_dim, False, "video_to_audio_dense"
        )
        self.video_to_audio_norm = batch_norm(self, "video_to_audio_norm")
        self.video_to_text_dense = self._dense(
            self.coarse_dim, False, "video_to_text_dense"
        )
        self.video_to_text_norm = batch_norm(self, "video_to_text_norm")
        self.audio_to_video_dense = self._dense(
            self.fine_dim, True, "audio_to_video_dense"
        )
        self.text_to_video_dense = self._dense(
            self.coarse_dim, True, "text_to_video_dense"
        )
        fine, coarse = (None, self.fine_dim), (None, self.coarse_dim)
        self.video_hidden_dense.build(features_shape["video"])
        self.video_hidden_norm.build(fine)
        self.video_to_audio_dense.build(fine)
        self.video_to_audio_norm.build(fine)
        self.video_to_text_dense.build(fine)
        self.video_to_text_norm.build(coarse)
        self.audio_to_video_dense.build(features_shape["audio"])
        self.text_to_video_dense.build(features_shape["text"])

    def call(self, features, training=None):
        outputs = {}
        if "video" in features:
            x = self.video_hidden_dense(features["video"])
            x = self.video_hidden_norm(x, training=training)
            x = self.video_to_audio_dense(ops.relu(x))
            x = self.video_to_audio_norm(x, training=training)
            outputs["video_to_audio"] = x
            x = self.video_to_text_dense(ops.relu(x))
            outputs["video_to_text"] = self.video_to_text_norm(x, training=training)
        if "audio" in features:
            outputs["audio_to_video"] = self.audio_to_video_dense(features["audio"])
        if "text" in features:
            outputs["text_to_video"] = self.text_to_video_dense(features["text"])
        return outputs

    def get_config(self):
        config = super().get_config()
        config.update({"fine_dim": self.fine_dim, "coarse_dim": self.coarse_dim})
        return config

    def _dense(self, units, use_bias, name):
        return keras.layers.Dense(
            units, use_bias=use_bias, dtype=self.dtype_policy, name=name
        )


def batch_norm(owner, name):
    """The heads' BatchNorm. In JAX it sees the global batch; elsewhere the features
    were gathered before the head, so its statistics are global too."""
    return keras.layers.BatchNormalization(
        momentum=0.9, epsilon=1e-5, dtype=owner.dtype_policy, name=name
    )
