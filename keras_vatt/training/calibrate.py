import numpy as np
from keras import ops

from keras_vatt.models import VATTBackbone


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
            random. Silent clips may be among them; if all are, audio is left as is.

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
    if isinstance(backbone, VATTBackbone):
        patches = {
            "video": backbone.video_backbone.tubelet_embedding,
            "audio": backbone.audio_backbone.waveform_embedding,
        }
        text = backbone.text_backbone
        for block in text.encoder.blocks:
            kernel = block.attention.query_dense.kernel
            kernel.assign(ops.convert_to_numpy(kernel) / np.sqrt(text.head_dim))
        projections = {}
    else:  # one encoder for all, with the usual factor
        patches, projections = backbone.embeddings, backbone.pre_projections
        table = ops.convert_to_numpy(patches["text"].table)
        table = table / table.std()
        patches["text"].table.assign(table)
        _to_unit_deviation(projections["text"], table)
    for modality in ("video", "audio"):
        x = np.asarray(batch[modality])
        if modality == "video" and x.dtype == np.uint8:
            x = x.astype("float32") / 127.5 - 1.0
        layer = patches[modality]
        tokens = ops.convert_to_numpy(layer(x)).astype("float64")
        tokens = tokens.reshape(-1, tokens.shape[-1])  # (batch * tokens, d)
        if not np.isfinite(tokens).all():
            raise ValueError(
                f"The {modality} of the batch must be finite. Its values lie between "
                f"{x.min()} and {x.max()}. Leave out the clip that is not."
            )
        deviation = tokens.std(axis=0)
        if not (deviation > 0).all():
            continue
        kernel, bias = map(ops.convert_to_numpy, (layer.kernel, layer.bias))
        layer.kernel.assign(kernel / deviation)
        layer.bias.assign((bias - tokens.mean(axis=0)) / deviation)
        if modality in projections:
            tokens = (tokens - tokens.mean(axis=0)) / deviation
            _to_unit_deviation(projections[modality], tokens)
    return pretrainer


def _to_unit_deviation(projection, tokens):
    """Scales a kernel until what comes out of the activation has deviation 1."""
    tokens = tokens.astype("float32")
    for _ in range(8):  # each step comes closer, as gelu is no line
        found = ops.convert_to_numpy(projection(tokens))
        kernel = ops.convert_to_numpy(projection.kernel)
        projection.kernel.assign(kernel / found.std(axis=0).mean())
