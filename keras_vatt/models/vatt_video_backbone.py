"""The video tower."""

import math

import keras

from keras_vatt.layers import (
    AggregationToken,
    AxisPositionEmbedding,
    TokenChoice,
    TransformerEncoder,
    TubeletEmbedding,
)
from keras_vatt.models.tower import Tower, dense_gelu, encode, grid_of, outputs_of


@keras.saving.register_keras_serializable(package="keras_vatt")
class VATTVideoBackbone(Tower):
    """VATT's video encoder: tubelets, positions, DropToken, Transformer.

    Args:
        video_shape: four ints, frames, height, width, channels.
        patch_size: three ints, frames, height and width of a tubelet.
        num_layers: int. Transformer blocks.
        num_heads: int. Attention heads.
        hidden_dim: int. Width of a token.
        mlp_dim: int. Hidden width of a block's perceptron.
        head_dim: int. Width of an attention head.
        position_shape: optional three ints, entries of the position tables (time,
            height, width). Defaults to the token grid of `video_shape`; another grid
            resamples the tables.
        pre_projection: bool. A `Dense(hidden_dim, gelu)` before the positions, as in
            towers taken out of a modality-agnostic model.
        output_dim: optional int. A `Dense(output_dim, gelu)` after the encoder, as in
            towers taken out of a modality-agnostic model.
        dropout: float. Every dropout rate, positions included.
        drop_token_rate: float. Share of the tokens dropped in training.
        drop_token_per_example: bool. A subset an example, or one for the batch.
        remat: bool. Whether training computes the blocks anew for their gradients:
            less memory, more time. See `TransformerBlock`.
        dtype: dtype policy of the layers.

    Call arguments:
        video: float array in [-1, 1] or uint8 array, `(batch, *video_shape)`.

    Returns:
        Dict with `pooled_output` `(batch, d)`, the aggregation token, and
        `sequence_output` `(batch, tokens, d)`, the others (only the kept ones in
        training). d is `output_dim` or else `hidden_dim`.

    Raises:
        ValueError: if the patch does not divide the video.

    Example:

    ```python
    backbone = keras_vatt.models.VATTVideoBackbone(
        video_shape=(8, 64, 64, 3), num_layers=2, num_heads=2, hidden_dim=128,
        mlp_dim=512,
    )
    backbone(np.zeros((1, 8, 64, 64, 3), "uint8"))["pooled_output"].shape  # (1, 128)
    ```

    Reference: paper section 3 and table 1; defaults are the Base size.
    """

    def __init__(
        self,
        video_shape=(32, 224, 224, 3),
        patch_size=(4, 16, 16),
        num_layers=12,
        num_heads=12,
        hidden_dim=768,
        mlp_dim=3072,
        head_dim=64,
        position_shape=None,
        pre_projection=False,
        output_dim=None,
        dropout=0.1,
        drop_token_rate=0.5,
        drop_token_per_example=True,
        remat=False,
        dtype=None,
        **kwargs,
    ):
        grid = grid_of(video_shape, patch_size)
        # === Layers ===
        self.tubelet_embedding = TubeletEmbedding(
            hidden_dim, patch_size, dtype=dtype, name="tubelet_embedding"
        )
        self.pre_projection = None
        if pre_projection:
            self.pre_projection = dense_gelu(hidden_dim, dtype, "video_pre_projection")
        self.position_embedding = AxisPositionEmbedding(
            position_shape or grid,
            grid,
            dropout=dropout,
            dtype=dtype,
            name="video_position_embedding",
        )
        self.drop_token = TokenChoice(
            math.prod(grid),
            drop_token_rate,
            drop_token_per_example,
            dtype=dtype,
            name="video_drop_token",
        )
        self.aggregation_token = AggregationToken(
            dtype=dtype, name="video_aggregation_token"
        )
        self.encoder = TransformerEncoder(
            num_layers,
            num_heads,
            head_dim,
            mlp_dim,
            dropout=dropout,
            remat=remat,
            dtype=dtype,
            name="video_encoder",
        )
        self.post_projection = None
        if output_dim:
            self.post_projection = dense_gelu(
                output_dim, dtype, "video_post_projection"
            )

        # === Functional Model ===
        video = keras.Input(video_shape, name="video")  # (b, T, H, W, c)
        kept = self.drop_token(video)  # (b, n), in training only
        x = self.tubelet_embedding(video, kept)  # (b, n, d), all t*h*w outside
        if self.pre_projection:
            x = self.pre_projection(x)
        x = self.position_embedding(x, kept)
        x = encode(self.encoder, x, self.aggregation_token)
        if self.post_projection:
            x = self.post_projection(x)
        super().__init__(inputs=video, outputs=outputs_of(x), dtype=dtype, **kwargs)

        # === Config ===
        self.video_shape = tuple(video_shape)
        self.patch_size = tuple(patch_size)
        self.num_layers = num_layers
        self.num_heads = num_heads
        self.hidden_dim = hidden_dim
        self.mlp_dim = mlp_dim
        self.head_dim = head_dim
        self.position_shape = tuple(position_shape or grid)
        self.output_dim = output_dim
        self.dropout = dropout
        self.drop_token_rate = drop_token_rate
        self.drop_token_per_example = drop_token_per_example
        self.remat = remat

    def get_config(self):
        config = super().get_config()
        config.update(
            {
                "video_shape": self.video_shape,
                "patch_size": self.patch_size,
                "num_layers": self.num_layers,
                "num_heads": self.num_heads,
                "hidden_dim": self.hidden_dim,
                "mlp_dim": self.mlp_dim,
                "head_dim": self.head_dim,
                "position_shape": self.position_shape,
                "pre_projection": self.pre_projection is not None,
                "output_dim": self.output_dim,
                "dropout": self.dropout,
                "drop_token_rate": self.drop_token_rate,
                "drop_token_per_example": self.drop_token_per_example,
                "remat": self.remat,
            }
        )
        return config
