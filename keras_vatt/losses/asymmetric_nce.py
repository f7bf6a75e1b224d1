"""The released models' loss: NCE, and MIL-NCE where a clip has several texts."""

import keras
from keras import ops

from keras_vatt.losses.contrastive_loss import MASKED, ContrastiveLoss, mean_of_valid


@keras.saving.register_keras_serializable(package="keras_vatt")
class AsymmetricNCE(ContrastiveLoss):
    """One denominator over both directions: the loss of the released models.

    For clip i with candidates c, `-logsumexp_c s(x_i, y_ic)` plus the logsumexp over
    `{s(x_i, y_jc)}` and `{s(x_j, y_ic)}` together, j over the batch. With several
    candidates a clip this is MIL-NCE; with one it is NCE. A clip whose y is invalid
    is no negative for others and its own term is dropped; its x stays a negative.

    See `ContrastiveLoss` for the arguments and the call.

    Example:

    ```python
    loss = keras_vatt.losses.AsymmetricNCE()
    embeddings = {
        "video_to_audio": np.random.rand(4, 32),
        "audio_to_video": np.random.rand(4, 32),
        "video_to_text": np.random.rand(4, 16),
        "text_to_video": np.random.rand(4, 5, 16),  # five candidates a clip
    }
    loss(embeddings, {"text_mask": [1, 1, 0, 1]})["loss"]
    ```

    Reference: paper section 3.3 and MIL-NCE (arXiv 1912.06430).
    """

    def pair_loss(self, scores, x_mask, y_mask):
        batch = ops.shape(scores)[0]
        positives = ops.diagonal(scores, axis1=0, axis2=1)  # (c, b)
        forward = ops.where(y_mask[None, :, None], scores, MASKED)  # (b, b, c)
        backward = ops.transpose(scores, (1, 0, 2))
        denominator = ops.concatenate(
            [ops.reshape(forward, (batch, -1)), ops.reshape(backward, (batch, -1))],
            axis=1,
        )
        terms = ops.logsumexp(denominator, axis=1) - ops.logsumexp(positives, axis=0)
        return mean_of_valid(terms, y_mask)
