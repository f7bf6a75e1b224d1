"""Reads a model's form and sizes off the shapes of its variables."""

import re

from keras_vatt.conversion.released_checkpoint import ATTRIBUTE

ROOT = "model/layer_with_weights-0"
VIDEO = f"{ROOT}/_base_layer/vid_backbone/_base"
AUDIO = f"{ROOT}/_base_layer/aud_backbone/_base"
TEXT = f"{ROOT}/_base_layer/txt_backbone"
AGNOSTIC = f"{ROOT}/_base_layer/unified_backbone/unified_transformer"
HEAD = f"{ROOT}/_head_layer/_bridge_heads/0"
TOWER = f"{ROOT}/_base"
CLASSIFIER = f"{ROOT}/_ops/cls"

# The variable that gives a form away, in the order of asking.
FORMS = {
    "specific": f"{VIDEO}/voxel_to_patch/kernel",
    "agnostic": f"{AGNOSTIC}/raw_to_embeddings/video/kernel",
    "video_classifier": f"{TOWER}/voxel_to_patch/kernel",
    "waveform_classifier": f"{TOWER}/wave_to_patch/kernel",
    "spectrogram_classifier": f"{TOWER}/spectrum_to_patch/kernel",
}
MODALITIES = ("video", "audio", "text")


def architecture(shapes, head_dim=64):
    """Reads the form and every size of a released model off its variables.

    Only the width of an attention head leaves no trace in them (but in the specific
    form's text encoder, where it is checked).

    Args:
        shapes: dict from the variables' full names to their shapes.
        head_dim: int, or a dict of ints with any of `video`, `audio`, `text`, whose
            other values are 64.

    Returns:
        Dict with `form` (`specific`, `agnostic`, `video_classifier`,
        `waveform_classifier` or `spectrogram_classifier`) and what the models'
        constructors take: `video`, `audio` and `text` or `backbone`, and `task`.

    Raises:
        ValueError: if no released form fits, a variable that tells a size is missing,
            or `head_dim` does not divide an attention's width.

    Example:

    ```python
    shapes = keras_vatt.conversion.ReleasedCheckpoint("vit_base/ckpt-100000").shapes
    keras_vatt.conversion.architecture(shapes)["backbone"]["num_layers"]  # 12
    ```

    Reference: design, section 3.
    """
    head_dims = _head_dims(head_dim)
    form = next((f for f, key in FORMS.items() if key + ATTRIBUTE in shapes), None)
    if form is None:
        raise ValueError(
            "These are not the variables of a released VATT model: none of "
            f"{list(FORMS.values())} is among the {len(shapes)} given, which begin "
            f"with {sorted(shapes)[:3]}."
        )
    sizes = _Sizes(shapes)
    if form == "specific":
        parts = {
            "video": _video(sizes, VIDEO, head_dims["video"]),
            "audio": _waveform(sizes, AUDIO, head_dims["audio"]),
            "text": _text(sizes, TEXT, head_dims["text"]),
            "task": _head(sizes),
        }
    elif form == "agnostic":
        parts = {"backbone": _agnostic(sizes, head_dims), "task": _head(sizes)}
    else:
        read, modality = {
            "video_classifier": (_video, "video"),
            "waveform_classifier": (_waveform, "audio"),
            "spectrogram_classifier": (_spectrogram, "audio"),
        }[form]
        parts = {
            "backbone": read(sizes, TOWER, head_dims[modality]),
            "task": {"num_classes": sizes(f"{CLASSIFIER}/kernel", 2)[1]},
        }
    return {"form": form, **parts}


class _Sizes:
    """Looks shapes up by name, with an error that says what was looked for."""

    def __init__(self, shapes):
        self.shapes = shapes

    def __call__(self, name, rank):
        shape = self.shapes.get(name + ATTRIBUTE)
        if shape is None:
            raise ValueError(
                f"The checkpoint lacks {name + ATTRIBUTE}, which tells a size of the "
                "model. Expected every variable of a released model: fetch it again, "
                "or look whether it holds a part of a model only."
            )
        if len(shape) != rank:
            raise ValueError(
                f"{name + ATTRIBUTE} has shape {tuple(shape)}. Expected {rank} axes, "
                "as in the released models."
            )
        return tuple(shape)

    def has(self, name):
        return name + ATTRIBUTE in self.shapes

    def layers(self, prefix):
        """One more than the highest layer index below `prefix`."""
        pattern = re.compile(re.escape(prefix) + r"/layers/(\d+)/")
        found = [pattern.match(name) for name in self.shapes]
        return 1 + max((int(m[1]) for m in found if m), default=-1)


def _video(sizes, prefix, head_dim):
    *patch_size, channels, hidden_dim = sizes(f"{prefix}/voxel_to_patch/kernel", 5)
    tables = _tables(sizes, f"{prefix}/pos_embedding_lookup", VIDEO_AXES)
    return {
        "video_shape": (*_product(tables, patch_size), channels),
        "patch_size": tuple(patch_size),
        "position_shape": tables,
        **_encoder(sizes, f"{prefix}/tx", hidden_dim, head_dim),
        **_projections(sizes, prefix),
    }


def _waveform(sizes, prefix, head_dim):
    patch_size, channels, hidden_dim = sizes(f"{prefix}/wave_to_patch/kernel", 3)
    tables = _tables(sizes, f"{prefix}/pos_embedding_lookup", ("temporal",))
    return {
        "audio_shape": (tables[0] * patch_size, channels),
        "patch_size": patch_size,
        "position_shape": tables,
        **_encoder(sizes, f"{prefix}/tx", hidden_dim, head_dim),
        **_projections(sizes, prefix),
    }


def _spectrogram(sizes, prefix, head_dim):
    *patch_size, channels, hidden_dim = sizes(f"{prefix}/spectrum_to_patch/kernel", 4)
    tables = _tables(sizes, f"{prefix}/pos_embedding_lookup", SPECTROGRAM_AXES)
    return {
        "audio_shape": (*_product(tables, patch_size), channels),
        "patch_size": tuple(patch_size),
        "position_shape": tables,
        **_encoder(sizes, f"{prefix}/tx", hidden_dim, head_dim),
        **_projections(sizes, prefix),
    }


def _text(sizes, prefix, head_dim):
    vocabulary_size, embedding_dim = sizes(f"{prefix}/embedding/embeddings", 2)
    hidden_dim = sizes(f"{prefix}/pre_proj/kernel", 2)[1]
    first = f"{prefix}/base_lm/layers/0"
    attention = f"{first}/self_attention/attention"
    width = sizes(f"{attention}/q/kernel", 2)[1]
    num_heads = sizes(f"{attention}/relative_attention_bias/embeddings", 2)[1]
    if num_heads * head_dim != width:
        raise ValueError(
            f"`head_dim` is {head_dim} for text, but its attention of width {width} "
            f"has a relative bias for {num_heads} heads: pass "
            f'head_dim={{"text": {width // num_heads}, ...}}.'
        )
    return {
        "vocabulary_size": vocabulary_size,
        "embedding_dim": embedding_dim,
        "num_layers": sizes.layers(f"{prefix}/base_lm"),
        "num_heads": num_heads,
        "hidden_dim": hidden_dim,
        "mlp_dim": sizes(f"{first}/feed_forward/mlp/wi/kernel", 2)[1],
        "head_dim": head_dim,
    }


def _agnostic(sizes, head_dims):
    if len(set(head_dims.values())) > 1:
        raise ValueError(
            "The modality-agnostic form has one encoder for all modalities, so "
            f"`head_dim` must be one number. Received: {head_dims}."
        )
    raw, positions = f"{AGNOSTIC}/raw_to_embeddings", f"{AGNOSTIC}/pos_embedding_lookup"
    *video_patch, video_channels, _ = sizes(f"{raw}/video/kernel", 5)
    audio_patch, audio_channels, _ = sizes(f"{raw}/audio/kernel", 3)
    vocabulary_size, embedding_dim = sizes(f"{raw}/text/embeddings", 2)
    tables = {
        "video": _tables(sizes, f"{positions}/video", VIDEO_AXES),
        "audio": _tables(sizes, f"{positions}/audio", ("temporal",)),
        "text": _tables(sizes, f"{positions}/text", ("temporal",)),
    }
    hidden_dim = sizes(f"{AGNOSTIC}/pre_proj/video/kernel", 2)[1]
    return {
        "video_shape": (*_product(tables["video"], video_patch), video_channels),
        "audio_shape": (tables["audio"][0] * audio_patch, audio_channels),
        "video_patch_size": tuple(video_patch),
        "audio_patch_size": audio_patch,
        "vocabulary_size": vocabulary_size,
        "embedding_dim": embedding_dim,
        "position_shapes": tables,
        **_encoder(sizes, f"{AGNOSTIC}/tx", hidden_dim, head_dims["video"]),
        "output_dim": sizes(f"{AGNOSTIC}/post_proj/video/kernel", 2)[1],
    }


def _head(sizes):
    return {
        "fine_dim": sizes(f"{HEAD}/hid_to_va/dense/kernel", 2)[1],
        "coarse_dim": sizes(f"{HEAD}/va_to_vat/dense/kernel", 2)[1],
    }


def _encoder(sizes, prefix, hidden_dim, head_dim):
    width = sizes(f"{prefix}/layers/0/mha/q/kernel", 2)[1]
    if width % head_dim:
        raise ValueError(
            f"`head_dim` is {head_dim}, which does not divide the attention's width of "
            f"{width} in {prefix}. The released models have 64."
        )
    return {
        "num_layers": sizes.layers(prefix),
        "num_heads": width // head_dim,
        "hidden_dim": hidden_dim,
        "mlp_dim": sizes(f"{prefix}/layers/0/feed_forward/mlp/wi/kernel", 2)[1],
        "head_dim": head_dim,
    }


def _projections(sizes, prefix):
    # A tower out of an agnostic model keeps the layers around the shared encoder.
    post = f"{prefix}/post_proj/kernel"
    return {
        "pre_projection": sizes.has(f"{prefix}/pre_proj/kernel"),
        "output_dim": sizes(post, 2)[1] if sizes.has(post) else None,
    }


VIDEO_AXES = ("temporal", "vertical", "horizontal")
# The released code's spelling.
SPECTROGRAM_AXES = ("temporal", "spectoral")


def _tables(sizes, prefix, axes):
    return tuple(
        sizes(f"{prefix}/{axis}_position_embeddings/embeddings", 2)[0] for axis in axes
    )


def _product(tables, patch_size):
    return tuple(
        entries * patch for entries, patch in zip(tables, patch_size, strict=True)
    )


def _head_dims(head_dim):
    given = (
        head_dim if isinstance(head_dim, dict) else dict.fromkeys(MODALITIES, head_dim)
    )
    head_dims = {**dict.fromkeys(MODALITIES, 64), **given}
    valid = all(isinstance(d, int) and d > 0 for d in head_dims.values())
    if set(head_dims) != set(MODALITIES) or not valid:
        raise ValueError(
            "`head_dim` must be a positive int, or a dict of them with keys among "
            f"{MODALITIES}. Received: {head_dim!r}."
        )
    return head_dims
