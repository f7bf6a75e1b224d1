"""The audio tower."""

import math

import keras

from keras_vatt.layers import (
    AggregationToken,
    AxisPositionEmbedding,
    SpectrogramEmbedding,
    TokenChoice,
    TransformerEncoder,
    WaveformEmbedding,
)
from keras_vatt.models.tower import Tower, dense_gelu, encode, grid_of, outputs_of


@keras.saving.register_keras_serializable(package="keras_vatt")
class VATTAudioBackbone(Tower):
    """VATT's audio encoder, on raw waveform or (the paper's ablation) a spectrogram.

    Args:
        audio_shape: two ints (samples, channels) for a waveform, three ints (frames,
            mel bands, channels) for a spectrogram.
        patch_size: int (samples) for a waveform, two ints (frames, bands) for a
            spectrogram.
        num_layers: int. Transformer blocks.
        num_heads: int. Attention heads.
        hidden_dim: int. Width of a token.
        mlp_dim: int. Hidden width of a block's perceptron.
        head_dim: int. Width of an attention head.
        position_shape: optional entries of the position tables, `(time,)` or
            `(time, bands)`. Defaults to the token grid of `audio_shape`; another grid
            resamples the tables.
        pre_projection: bool. See `VATTVideoBackbone`.
        output_dim: optional int. See `VATTVideoBackbone`.
        dropout: float. Every dropout rate, positions included.
        drop_token_rate: float. Share of the tokens dropped in training. A spectrogram
            tower drops none, whatever is given.
        drop_token_per_example: bool. A subset an example, or one for the batch.
        remat: bool. Whether training computes the blocks anew for their gradients:
            less memory, more time. See `TransformerBlock`.
        dtype: dtype policy of the layers.

    Call arguments:
        audio: float array `(batch, *audio_shape)`, a waveform in [-1, 1].

    Returns:
        Dict with `pooled_output` `(batch, d)` and `sequence_output`
        `(batch, tokens, d)`, see `VATTVideoBackbone`.

    Raises:
        ValueError: if the shapes are neither a waveform's nor a spectrogram's, or the
            patch does not divide the waveform.

    Example:

    ```python
    backbone = keras_vatt.models.VATTAudioBackbone(
        audio_shape=(38_400, 1), num_layers=2, num_heads=2, hidden_dim=128, mlp_dim=512
    )
    backbone(np.zeros((1, 38_400, 1), "float32"))["pooled_output"].shape  # (1, 128)
    ```

    Reference: paper section 3 and table 1; defaults are the Base size.
    """

    def __init__(
        self,
        audio_shape=(153600, 1),
        patch_size=128,
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
        is_waveform = isinstance(patch_size, int)
        if len(audio_shape) != (2 if is_waveform else 3):
            raise ValueError(
                "`audio_shape` and `patch_size` must be (samples, channels) and an int "
                "for a waveform, or (frames, bands, channels) and two ints for a "
                f"spectrogram. Received: audio_shape={audio_shape!r}, "
                f"patch_size={patch_size!r}."
            )
        grid = grid_of(audio_shape, (patch_size,) if is_waveform else patch_size)
        tables = tuple(position_shape or grid)
        # === Layers ===
        if is_waveform:
            self.waveform_embedding = WaveformEmbedding(
                hidden_dim, patch_size, dtype=dtype, name="waveform_embedding"
            )
            axis_names = ("temporal",)
        else:
            self.spectrogram_embedding = SpectrogramEmbedding(
                hidden_dim, patch_size, dtype=dtype, name="spectrogram_embedding"
            )
            axis_names = ("spectral", "temporal")
        self.pre_projection = None
        if pre_projection:
            self.pre_projection = dense_gelu(hidden_dim, dtype, "audio_pre_projection")
        # The released code numbers the positions of a spectrogram band by band while
        # its tokens run frame by frame. The weights were trained so: token k gets the
        # k-th position of the band-major grid, hence the reversed axes.
        self.position_embedding = AxisPositionEmbedding(
            tables[::-1],
            grid[::-1],
            axis_names,
            dropout=dropout,
            dtype=dtype,
            name="audio_position_embedding",
        )
        self.drop_token = TokenChoice(
            math.prod(grid),
            drop_token_rate if is_waveform else 0.0,
            drop_token_per_example,
            dtype=dtype,
            name="audio_drop_token",
        )
        self.aggregation_token = AggregationToken(
            dtype=dtype, name="audio_aggregation_token"
        )
        self.encoder = TransformerEncoder(
            num_layers,
            num_heads,
            head_dim,
            mlp_dim,
            use_bias=is_waveform,
            dropout=dropout,
            remat=remat,
            dtype=dtype,
            name="audio_encoder",
        )
        self.post_projection = None
        if output_dim:
            self.post_projection = dense_gelu(
                output_dim, dtype, "audio_post_projection"
            )

        # === Functional Model ===
        audio = keras.Input(audio_shape, name="audio")  # (b, samples, c)
        kept = self.drop_token(audio)  # (b, n), in training only
        if is_waveform:
            x = self.waveform_embedding(audio, kept)  # (b, n, d), all outside
        else:
            x = self.spectrogram_embedding(audio)  # (b, t*f, d)
        if self.pre_projection:
            x = self.pre_projection(x)
        x = self.position_embedding(x, kept)
        x = encode(self.encoder, x, self.aggregation_token)
        if self.post_projection:
            x = self.post_projection(x)
        super().__init__(inputs=audio, outputs=outputs_of(x), dtype=dtype, **kwargs)

        # === Config ===
        self.audio_shape = tuple(audio_shape)
        self.patch_size = patch_size if is_waveform else tuple(patch_size)
        self.num_layers = num_layers
        self.num_heads = num_heads
        self.hidden_dim = hidden_dim
        self.mlp_dim = mlp_dim
        self.head_dim = head_dim
        self.position_shape = tables
        self.output_dim = output_dim
        self.dropout = dropout
        self.drop_token_rate = drop_token_rate
        self.drop_token_per_example = drop_token_per_example
        self.remat = remat

    def get_config(self):
        config = super().get_config()
        config.update(
            {
                "audio_shape": self.audio_shape,
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
