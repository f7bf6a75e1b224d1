"""The modality-agnostic form: one encoder for all modalities."""

import functools
import math

import keras

from keras_vatt.layers import (
    AggregationToken,
    AxisPositionEmbedding,
    TokenChoice,
    TransformerEncoder,
    TubeletEmbedding,
    WaveformEmbedding,
    WordEmbedding,
)
from keras_vatt.models.tower import (
    Tower,
    dense_gelu,
    drop_token_rates,
    encode,
    grid_of,
    outputs_of,
)


@keras.saving.register_keras_serializable(package="keras_vatt")
class VATTAgnosticBackbone(Tower):
    """One Transformer encodes video, sound and words; only tokens and ends differ.

    Args:
        video_shape: four ints, frames, height, width, channels.
        audio_shape: two ints, samples and channels.
        num_words: int. Words of a text, padding included.
        video_patch_size: three ints, frames, height and width of a tubelet.
        audio_patch_size: int. Samples in a patch.
        vocabulary_size: int. Number of words known, padding (id 0) included.
        embedding_dim: int. Width of a word vector.
        num_layers: int. Transformer blocks.
        num_heads: int. Attention heads.
        hidden_dim: int. Width of a token.
        mlp_dim: int. Hidden width of a block's perceptron.
        head_dim: int. Width of an attention head.
        output_dim: int. Width of the projections after the encoder.
        position_shapes: optional dict from modality to the entries of its position
            tables. Defaults to the token grids of the input shapes.
        train_word_table: bool. See `VATTTextBackbone`.
        dropout: float. Every dropout rate, positions included.
        drop_token_rate: float, or a dict of one for "video" and one for "audio".
            Share of the tokens dropped in training; words are never dropped.
        drop_token_per_example: bool. A subset an example, or one for the batch.
        remat: bool. Whether training computes the blocks anew for their gradients:
            less memory, more time. See `TransformerBlock`.
        dtype: dtype policy of the layers.

    Call arguments:
        inputs: dict with `video`, `audio` and `text`, as `VATTBackbone` takes them.

    Returns:
        Dict from each modality to `pooled_output` `(batch, output_dim)` and
        `sequence_output` `(batch, tokens, output_dim)`. `.towers[modality]` encodes
        one modality alone.

    Example:

    ```python
    backbone = keras_vatt.models.VATTAgnosticBackbone(
        (8, 64, 64, 3), (38_400, 1), vocabulary_size=100, num_layers=2, num_heads=2,
        hidden_dim=128, mlp_dim=512, output_dim=128,
    )
    ```

    Reference: paper section 3.2; defaults are the Medium size.
    """

    def __init__(
        self,
        video_shape=(32, 224, 224, 3),
        audio_shape=(153600, 1),
        num_words=16,
        video_patch_size=(4, 16, 16),
        audio_patch_size=128,
        vocabulary_size=65536,
        embedding_dim=300,
        num_layers=12,
        num_heads=16,
        hidden_dim=1024,
        mlp_dim=4096,
        head_dim=64,
        output_dim=1024,
        position_shapes=None,
        train_word_table=True,
        dropout=0.1,
        drop_token_rate=0.5,
        drop_token_per_example=True,
        remat=False,
        dtype=None,
        **kwargs,
    ):
        grids = {
            "video": grid_of(video_shape, video_patch_size),
            "audio": grid_of(audio_shape, (audio_patch_size,)),
            "text": (num_words,),
        }
        tables = {**grids, **(position_shapes or {})}
        rates = drop_token_rates(drop_token_rate)
        # === Layers ===
        self.embeddings = {
            "video": TubeletEmbedding(
                hidden_dim, video_patch_size, dtype=dtype, name="tubelet_embedding"
            ),
            "audio": WaveformEmbedding(
                hidden_dim, audio_patch_size, dtype=dtype, name="waveform_embedding"
            ),
            "text": WordEmbedding(
                vocabulary_size,
                embedding_dim,
                train_word_table,
                dtype=dtype,
                name="word_embedding",
            ),
        }
        self.pre_projections = {
            m: dense_gelu(hidden_dim, dtype, f"{m}_pre_projection") for m in grids
        }
        self.position_embeddings = {
            m: AxisPositionEmbedding(
                tables[m],
                grids[m],
                dropout=dropout,
                dtype=dtype,
                name=f"{m}_position_embedding",
            )
            for m in grids
        }
        self.drop_tokens = {
            m: TokenChoice(
                math.prod(grids[m]),
                rates[m],
                drop_token_per_example,
                dtype=dtype,
                name=f"{m}_drop_token",
            )
            for m in ("video", "audio")
        }
        self.aggregation_tokens = {
            m: AggregationToken(dtype=dtype, name=f"{m}_aggregation_token")
            for m in grids
        }
        self.encoder = TransformerEncoder(
            num_layers,
            num_heads,
            head_dim,
            mlp_dim,
            dropout=dropout,
            remat=remat,
            dtype=dtype,
            name="encoder",
        )
        self.post_projections = {
            m: dense_gelu(output_dim, dtype, f"{m}_post_projection") for m in grids
        }

        # === Functional Model ===
        inputs = {
            "video": keras.Input(video_shape, name="video"),
            "audio": keras.Input(audio_shape, name="audio"),
            "text": keras.Input((num_words,), dtype="int32", name="text"),
        }
        outputs = {}
        for modality, raw in inputs.items():
            if modality == "text":
                kept = None
                padding_mask = keras.ops.not_equal(raw, 0)
                x = self.embeddings[modality](raw)  # (b, w, 300)
            else:
                kept = self.drop_tokens[modality](raw)  # (b, n), in training only
                padding_mask = None
                x = self.embeddings[modality](raw, kept)  # (b, n, d)
            x = self.pre_projections[modality](x)  # (b, n, d)
            x = self.position_embeddings[modality](x, kept)
            x = encode(self.encoder, x, self.aggregation_tokens[modality], padding_mask)
            outputs[modality] = outputs_of(self.post_projections[modality](x))
        super().__init__(inputs=inputs, outputs=outputs, dtype=dtype, **kwargs)

        # === Config ===
        self.video_shape = tuple(video_shape)
        self.audio_shape = tuple(audio_shape)
        self.num_words = num_words
        self.video_patch_size = tuple(video_patch_size)
        self.audio_patch_size = audio_patch_size
        self.vocabulary_size = vocabulary_size
        self.embedding_dim = embedding_dim
        self.num_layers = num_layers
        self.num_heads = num_heads
        self.hidden_dim = hidden_dim
        self.mlp_dim = mlp_dim
        self.head_dim = head_dim
        self.output_dim = output_dim
        self.position_shapes = {m: tuple(sizes) for m, sizes in tables.items()}
        self.train_word_table = train_word_table
        self.dropout = dropout
        self.drop_token_rate = drop_token_rate
        self.drop_token_per_example = drop_token_per_example
        self.remat = remat

    @functools.cached_property
    def towers(self):
        """The model that encodes one modality, by modality; they share the encoder."""
        return {
            modality: Tower(
                inputs=self.input[modality],
                outputs=self.output[modality],
                dtype=self.dtype_policy,
                name=f"{modality}_tower",
            )
            for modality in ("video", "audio", "text")
        }

    @property
    def output_dims(self):
        """Width of the pooled output, by modality."""
        return dict.fromkeys(("video", "audio", "text"), self.output_dim)

    def get_config(self):
        config = super().get_config()
        config.update(
            {
                "video_shape": self.video_shape,
                "audio_shape": self.audio_shape,
                "num_words": self.num_words,
                "video_patch_size": self.video_patch_size,
                "audio_patch_size": self.audio_patch_size,
                "vocabulary_size": self.vocabulary_size,
                "embedding_dim": self.embedding_dim,
                "num_layers": self.num_layers,
                "num_heads": self.num_heads,
                "hidden_dim": self.hidden_dim,
                "mlp_dim": self.mlp_dim,
                "head_dim": self.head_dim,
                "output_dim": self.output_dim,
                "position_shapes": self.position_shapes,
                "train_word_table": self.train_word_table,
                "dropout": self.dropout,
                "drop_token_rate": self.drop_token_rate,
                "drop_token_per_example": self.drop_token_per_example,
                "remat": self.remat,
            }
        )
        return config
