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
        # A clip's candidates first: all that follows is smaller by their number.
        pairs = ops.logsumexp(scores, axis=2)  # (b, b)
        forward = ops.logsumexp(ops.where(y_mask[None, :], pairs, MASKED), axis=1)
        backward = ops.logsumexp(pairs, axis=0)
        terms = ops.logaddexp(forward, backward) - ops.diagonal(pairs)
        return mean_of_valid(terms, y_mask)
