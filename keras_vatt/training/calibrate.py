import numpy as np
from keras import ops

from keras_vatt.models import VATTBackbone

# Clips, and tokens of them, that are looked at, at most.
_CLIPS, _TOKENS = 64, 16_384


def calibrate(pretrainer, batch):
    """Fits the scale of a freshly built model's first layers to the data.

    Changes initial weights only, never the model:

    - Each channel of the video and audio patch embeddings gets mean 0 and deviation 1
      over the batch. Positions enter with deviation 1 (their LayerNorm), while
      convolution kernels start so small that quiet sound reaches the encoder a
      hundred times weaker: it would learn positions first and content late.
    - The text encoder's queries are divided by sqrt(head_dim), where T5 itself starts,
      as its attention has no such factor. Otherwise the first softmaxes are one-hot
      and hardly pass gradients.
    - In the agnostic form, whose words have positions as well, word vectors get
      deviation 1, and so do the projections before the encoder: its tokens are as
      strong as their positions, whatever they are of.

    Trained weights must not be calibrated.

    Args:
        pretrainer: a new `VATTPretrainer`.
        batch: dict with `"video"`, uint8 or float in [-1, 1] `(batch, *video_shape)`,
            and `"audio"`, `(batch, *audio_shape)`: some 32 clips that were drawn at
            random; of more than 64 the first. Silent clips may be among them; if all
            are, audio is left as is.

    Returns:
        The same pretrainer.

    Raises:
        ValueError: if the batch is not finite.

    Example:

    ```python
    pretrainer = keras_vatt.presets.load("vatt_tiny", vocabulary=words)
    inputs, masks = next(iter(train.as_numpy_iterator()))
    keras_vatt.training.calibrate(pretrainer, inputs)
    pretrainer.fit(train)
    ```

    Reference: Salimans and Kingma, [Weight normalization]
    (https://arxiv.org/abs/1602.07868), section 3 (data-dependent initialisation);
    Raffel et al., [T5](https://arxiv.org/abs/1910.10683) (initial queries).
    """
    backbone = pretrainer.backbone
    is_specific = isinstance(backbone, VATTBackbone)
    if is_specific:
        projections = {}
        patches = {
            "video": backbone.video_backbone.tubelet_embedding,
            "audio": backbone.audio_backbone.waveform_embedding,
        }
    else:  # one encoder for all, with the usual factor
        patches, projections = backbone.embeddings, backbone.pre_projections
    tokens = {m: _tokens(patches[m], batch[m], m) for m in ("video", "audio")}
    if is_specific:
        text = backbone.text_backbone
        for block in text.encoder.blocks:
            kernel = block.attention.query_dense.kernel
            kernel.assign(ops.convert_to_numpy(kernel) / np.sqrt(text.head_dim))
    else:
        table = patches["text"].table
        words = _numbers(table)
        tokens["text"] = words / (words.std() or 1.0)
        table.assign(tokens["text"])
    for modality, found in tokens.items():
        if modality != "text":
            deviation = found.std(axis=0)
            if not (deviation > 0).all():
                continue
            mean, layer = found.mean(axis=0), patches[modality]
            layer.kernel.assign(_numbers(layer.kernel) / deviation)
            layer.bias.assign((_numbers(layer.bias) - mean) / deviation)
            found = (found - mean) / deviation
        if modality in projections:
            _to_unit_deviation(projections[modality], found)
    return pretrainer


def _tokens(layer, x, modality):
    """A sample of the tokens of a batch, float64 `(n, d)`."""
    x = np.asarray(x)[:_CLIPS]
    if modality == "video" and x.dtype == np.uint8:
        x = x.astype("float32") / 127.5 - 1.0
    tokens = _numbers(layer(x))
    if not np.isfinite(tokens).all():
        raise ValueError(
            f"The {modality} of the batch must be finite. Its values lie between "
            f"{x.min()} and {x.max()}. Leave out the clip that is not."
        )
    return tokens.reshape(-1, tokens.shape[-1])


def _numbers(tensor):
    """In float64: sums of half precision stop at some thousand terms."""
    return ops.convert_to_numpy(tensor).astype("float64")


def _to_unit_deviation(projection, tokens):
    """Scales a kernel until what comes out of the activation has deviation 1."""
    tokens = tokens[:: -(-len(tokens) // _TOKENS)].astype("float32")
    if len(tokens) < 2:
        return
    kernel, scale = _numbers(projection.kernel), 1.0
    for _ in range(8):  # each step comes closer, as gelu is no line
        scale /= _numbers(projection(tokens)).std(axis=0, ddof=1).mean()
        projection.kernel.assign(kernel * scale)
