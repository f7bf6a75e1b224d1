"""The sizes of a model that is not built, and its parameters by formula."""

import inspect
import math
from types import SimpleNamespace

from keras_vatt.layers import DropToken
from keras_vatt.models import (
    VATTAgnosticBackbone,
    VATTAudioBackbone,
    VATTPretrainer,
    VATTTextBackbone,
    VATTVideoBackbone,
)
from keras_vatt.models.tower import drop_token_rates, grid_of

_PARTS = {
    "video": VATTVideoBackbone,
    "audio": VATTAudioBackbone,
    "text": VATTTextBackbone,
    "backbone": VATTAgnosticBackbone,
    "task": VATTPretrainer,
}
_RELATIVE_BUCKETS = 32


def model_sizes(parts, **overrides):
    """Returns the sizes of a pretraining model, without building it.

    Args:
        parts: dict, as `keras_vatt.conversion.model_of` takes it, of a pretraining
            form.
        **overrides: other arguments, such as `vocabulary_size`, `drop_token_rate` or
            `dropout`; each goes to every part that has it.

    Returns:
        A namespace of `form`, `towers` (by modality, as `forward_flops` reads them),
        `task` and `output_dims`.

    Raises:
        ValueError: if the form is not one for pretraining.

    Example:

    ```python
    sizes = model_sizes(keras_vatt.presets.table.entry("vatt_large_base_small"))
    parameters(sizes)["total"]
    ```
    """
    form = parts["form"]
    if form not in ("specific", "agnostic"):
        raise ValueError(
            f"A plan is made for pretraining models. Received a {form}. Take one of "
            "the `vatt_..._small`, `vatt_..._agnostic` or `vatt_tiny` names of "
            "`keras-vatt presets`."
        )

    def arguments(name):
        defaults = {
            key: parameter.default
            for key, parameter in inspect.signature(_PARTS[name]).parameters.items()
            if parameter.default is not inspect.Parameter.empty
        }
        given = {k: v for k, v in overrides.items() if k in defaults}
        return {**defaults, **parts.get(name, {}), **given}

    towers = {}
    for modality in ("video", "audio", "text"):
        own = arguments(modality if form == "specific" else "backbone")
        own["pre_projection"] = form == "agnostic" or own.get("pre_projection", False)
        if form == "agnostic" and modality != "text":
            own["patch_size"] = own[f"{modality}_patch_size"]
            own["position_shape"] = (own["position_shapes"] or {}).get(modality)
            own["drop_token_rate"] = drop_token_rates(own["drop_token_rate"])[modality]
        towers[modality] = _tower(modality, own)
    return SimpleNamespace(
        form=form,
        towers=towers,
        task=arguments("task"),
        output_dims={m: t.output_dim or t.hidden_dim for m, t in towers.items()},
    )


def _tower(modality, own):
    """A tower's sizes, under the names that a real one has."""
    tower = SimpleNamespace(**{"output_dim": None, **own})
    if modality == "text":
        shape, tower.grid = (own["num_words"],), (own["num_words"],)
        tower.table = (own.get("position_shapes") or {}).get("text") or tower.grid
    else:
        shape, patch = own[f"{modality}_shape"], own["patch_size"]
        patch = (patch,) if isinstance(patch, int) else tuple(patch)
        tower.grid = grid_of(shape, patch)
        tower.table = own["position_shape"] or tower.grid
        tower.patch_numbers = math.prod(patch) * shape[-1]
        tower.drop_token = DropToken(own["drop_token_rate"])
    tokens = math.prod(tower.grid)
    tower.input = SimpleNamespace(shape=(None, *shape))
    tower.output = {
        "sequence_output": SimpleNamespace(shape=(None, tokens, tower.hidden_dim))
    }
    return tower


def parameters(sizes):
    """Counts the parameters of a model.

    Args:
        sizes: what `model_sizes` returns.

    Returns:
        Dict of `total`, as `count_params` of the model counts, and `trainable`.
    """
    towers, frozen = sizes.towers, 0
    text = towers["text"]
    total = text.vocabulary_size * text.embedding_dim
    if not text.train_word_table:
        frozen += total
    for modality in ("video", "audio"):
        tower = towers[modality]
        total += _dense(tower.patch_numbers, tower.hidden_dim)
        total += _after_patches(tower, tower.hidden_dim)
        if sizes.form == "specific":
            total += _encoder(tower)
    if sizes.form == "specific":
        total += text.embedding_dim  # aggregation
        total += text.embedding_dim * text.hidden_dim
        total += _t5_encoder(text)
    else:
        total += _after_patches(text, text.embedding_dim)
        total += _encoder(text)
    head, statistics = _head(sizes)
    return {"total": total + head, "trainable": total + head - frozen - statistics}


def _dense(inputs, units):
    return inputs * units + units


def _after_patches(tower, width):
    """Projections, positions with their norm, aggregation token."""
    d = tower.hidden_dim
    count = sum(tower.table) * d + 2 * d + d
    if tower.pre_projection:
        count += _dense(width, d)
    if tower.output_dim:
        count += _dense(d, tower.output_dim)
    return count


def _encoder(tower):
    d, w, m = tower.hidden_dim, tower.num_heads * tower.head_dim, tower.mlp_dim
    block = (
        2 * d + 3 * _dense(d, w) + _dense(w, d) + 2 * d + _dense(d, m) + _dense(m, d)
    )
    return tower.num_layers * block + 2 * d


def _t5_encoder(tower):
    d, w, m = tower.hidden_dim, tower.num_heads * tower.head_dim, tower.mlp_dim
    block = d + 4 * d * w + 2 * d + 2 * d * m
    return tower.num_layers * block + d + _RELATIVE_BUCKETS * tower.num_heads


def _head(sizes):
    """Parameters, and how many of them are BatchNorm's moving statistics."""
    dims, fine, coarse = (
        sizes.output_dims,
        sizes.task["fine_dim"],
        sizes.task["coarse_dim"],
    )
    if sizes.task["head"] == "joint":
        return sum(dims.values()) * fine + 3 * 4 * fine, 3 * 2 * fine
    count = dims["video"] * fine + fine * fine + fine * coarse
    count += 4 * (2 * fine + coarse)
    count += _dense(dims["audio"], fine) + _dense(dims["text"], coarse)
    return count, 2 * (2 * fine + coarse)
