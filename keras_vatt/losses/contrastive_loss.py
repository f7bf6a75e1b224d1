"""What both contrastive losses share: similarities, masks, weights."""

import abc

from keras import ops

# What a masked similarity is set to: far below any cosine / temperature, finite.
MASKED = -1e9

# Each term: its name, the embedding it starts from (x), the one it compares with (y).
TERMS = (
    ("video_text_loss", "video_to_text", "text_to_video"),
    ("video_audio_loss", "video_to_audio", "audio_to_video"),
    ("audio_text_loss", "audio_to_text", "text_to_audio"),
)


class ContrastiveLoss(abc.ABC):
    """Base of the noise-contrastive losses over pairs of modalities.

    It owns what every pair needs: float32 arithmetic whatever the compute dtype,
    cosine similarity over temperature, masks of missing sounds and texts, and the
    weighted sum of the named terms. A subclass adds the mathematics of one pair.

    Args:
        temperature: float > 0. Divides the cosine similarities.
        video_text_weight: float >= 0. Weight of the video-text term.
        video_audio_weight: float >= 0. Weight of the video-audio term.
        audio_text_weight: float >= 0. Weight of the audio-text term; above 0 the
            embeddings must hold `audio_to_text` and `text_to_audio` as well.

    Raises:
        ValueError: if `temperature` is not positive, a weight is negative, or all
            weights are 0.

    Reference: paper section 3.3; the authors' released code.
    """

    def __init__(
        self,
        temperature=0.07,
        video_text_weight=1.0,
        video_audio_weight=1.0,
        audio_text_weight=0.0,
    ):
        if not temperature > 0:
            raise ValueError(
                f"`temperature` must be positive. Received: {temperature!r}."
            )
        weights = (video_text_weight, video_audio_weight, audio_text_weight)
        if min(weights) < 0 or not sum(weights) > 0:
            raise ValueError(
                "The weights of a contrastive loss must be at least 0 and not all 0. "
                f"Received: video_text_weight={video_text_weight!r}, "
                f"video_audio_weight={video_audio_weight!r}, "
                f"audio_text_weight={audio_text_weight!r}."
            )
        self.temperature = temperature
        self.video_text_weight = video_text_weight
        self.video_audio_weight = video_audio_weight
        self.audio_text_weight = audio_text_weight

    def __call__(self, embeddings, masks=None):
        """Computes the loss over the (global) batch that it is given.

        Args:
            embeddings: dict of float arrays, `video_to_audio` and `audio_to_video`
                of shape `(B, D)`, `video_to_text` of shape `(B, E)` and
                `text_to_video` of shape `(B, E)` or, with C text candidates a clip,
                `(B, C, E)`. A term whose weight is 0 needs no embeddings.
            masks: optional dict with `audio_mask` and `text_mask`, each `(B,)` of
                bool or number: 1 where the clip has sound, text; 0 where not.

        Returns:
            Dict of float32 scalars: every weighted term by name (each times its
            weight) and `loss`, their sum divided by the sum of the weights.

        Raises:
            ValueError: if an embedding of a weighted term is missing.
        """
        masks = masks or {}
        weights = {
            "video_text_loss": self.video_text_weight,
            "video_audio_loss": self.video_audio_weight,
            "audio_text_loss": self.audio_text_weight,
        }
        terms = {}
        for name, x_name, y_name in TERMS:
            if not weights[name]:
                continue
            for key in (x_name, y_name):
                if key not in embeddings:
                    raise ValueError(
                        f"{type(self).__name__} with a weight of {weights[name]} for "
                        f"`{name}` needs the embedding `{key}`. Received: "
                        f"{sorted(embeddings)}. Pass it, or set the weight to 0."
                    )
            scores = self.similarity(embeddings[x_name], embeddings[y_name])
            x_mask, y_mask = self._pair_masks(x_name, y_name, masks, scores)
            terms[name] = weights[name] * self.pair_loss(scores, x_mask, y_mask)
        total = sum(terms.values()) / sum(weights.values())
        return {"loss": total, **terms}

    @abc.abstractmethod
    def pair_loss(self, scores, x_mask, y_mask):
        """Loss of one pair of modalities.

        Args:
            scores: float32 `(B, B, C)`, `scores[i, j, c]` between x of clip i and
                candidate c of y of clip j.
            x_mask: bool `(B,)`, or `None` where x is always valid (video).
            y_mask: bool `(B,)`, which clips have a valid y.

        Returns:
            A float32 scalar.
        """

    def similarity(self, x, y):
        """Cosine over temperature, `(B, D)` and `(B, [C,] D)` to `(B, B, C)`."""
        x = ops.normalize(ops.cast(x, "float32"), axis=-1)
        y = ops.normalize(ops.cast(y, "float32"), axis=-1)
        if len(y.shape) == 2:
            y = ops.expand_dims(y, 1)
        batch, candidates, width = ops.shape(y)
        flat = ops.reshape(y, (batch * candidates, width))
        scores = ops.matmul(x, ops.transpose(flat)) / self.temperature
        return ops.reshape(scores, (-1, batch, candidates))

    def get_config(self):
        return {
            "temperature": self.temperature,
            "video_text_weight": self.video_text_weight,
            "video_audio_weight": self.video_audio_weight,
            "audio_text_weight": self.audio_text_weight,
        }

    @classmethod
    def from_config(cls, config):
        return cls(**config)

    def _pair_masks(self, x_name, y_name, masks, scores):
        def mask_of(name):
            mask = masks.get(f"{name.split('_')[0]}_mask")
            return None if mask is None else ops.cast(mask, "bool")

        y_mask = mask_of(y_name)
        if y_mask is None:
            y_mask = ops.ones((ops.shape(scores)[1],), dtype="bool")
        return mask_of(x_name), y_mask


def mean_of_valid(values, mask):
    """Mean of `values` `(B,)` where `mask`, 0 if nothing is valid."""
    # `where` and not a product: a dropped clip's value may be huge or not finite.
    total = ops.sum(ops.where(mask, values, ops.zeros_like(values)))
    count = ops.sum(ops.cast(mask, "float32"))
    return total / ops.maximum(count, 1.0)
