"""NCE in two directions, each with a denominator of its own."""

import keras
from keras import ops

from keras_vatt.losses.contrastive_loss import MASKED, ContrastiveLoss, mean_of_valid


@keras.saving.register_keras_serializable(package="keras_vatt")
class SymmetricNCE(ContrastiveLoss):
    """The two directions of a pair with a denominator each, added.

    For clip i with candidates c: `-logsumexp_c s(x_i, y_ic)` plus the logsumexp over
    all `s(x_i, y_jc)`, and the same plus the logsumexp over all `s(x_j, y_ic)`.
    Where both sides can be missing (audio-text), a similarity counts only if both
    are valid, and the sum over the clips valid in both is scaled by
    `B / (valid x * valid y)`.

    See `ContrastiveLoss` for the arguments and the call.

    Example:

    ```python
    loss = keras_vatt.losses.SymmetricNCE(temperature=0.1, video_text_weight=0.0)
    embeddings = {
        "video_to_audio": np.random.rand(4, 32),
        "audio_to_video": np.random.rand(4, 32),
    }
    loss(embeddings, {"audio_mask": [1, 1, 0, 1]})["video_audio_loss"]
    ```

    Reference: the authors' released code; for one candidate the loss of CLIP
    (arXiv 2103.00020) times two.
    """

    def pair_loss(self, scores, x_mask, y_mask):
        batch = ops.shape(scores)[0]
        pairs = ops.logsumexp(scores, axis=2)  # (b, b), see `AsymmetricNCE`
        valid = y_mask[None, :]
        if x_mask is not None:
            valid = ops.logical_and(valid, x_mask[:, None])
        masked = ops.where(valid, pairs, MASKED)
        terms = (
            ops.logsumexp(masked, axis=1)
            + ops.logsumexp(masked, axis=0)
            - 2.0 * ops.diagonal(pairs)
        )
        if x_mask is None:
            return mean_of_valid(terms, y_mask)
        both = ops.logical_and(x_mask, y_mask)
        x_count = ops.sum(ops.cast(x_mask, "float32"))
        y_count = ops.sum(ops.cast(y_mask, "float32"))
        total = ops.sum(ops.where(both, terms, ops.zeros_like(terms)))
        return total * ops.cast(batch, "float32") / ops.maximum(x_count * y_count, 1.0)
