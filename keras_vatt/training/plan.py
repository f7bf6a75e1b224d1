"""What a training step will take, before any of it exists."""

import dataclasses

import keras

from keras_vatt.training.flops import forward_flops
from keras_vatt.training.model_sizes import model_sizes, parameters

_FLOAT = 4  # bytes
# What a Transformer block keeps for its backward pass, in numbers a token: so many
# times the hidden width, the heads' width, the perceptron's width; and so many
# attention matrices. Without dropout attention is one fused operation and keeps no
# matrix, unless it has a bias (relative positions of words). Counted on PyTorch.
_BLOCK = {False: (4, 5, 2, 0), True: (6, 4, 3, 3)}
_BLOCK_WITH_BIAS = {False: (4, 4, 2, 1), True: (6, 4, 3, 3)}
# Bytes that the loss keeps for each score, and for each pair of clips of a term: their
# logsumexp over candidates, masked and not.
_SCORE_BYTES, _PAIR_BYTES = 4, 8


@dataclasses.dataclass(frozen=True)
class Plan:
    """The figures of one training step.

    Attributes:
        name: string. Of the model.
        devices: int. Data parallel: each has the whole model and its share of clips.
        batch_size: int. Clips of the global batch.
        candidates: int. Texts a clip.
        parameters: int. All of the model's.
        trainable: int. Those that are trained.
        weights: int. Bytes of the parameters, on every device.
        gradients: int. Bytes, on every device.
        optimizer: int. Bytes of Adam's two moments, on every device.
        activations: dict of ints. Bytes kept for the backward pass, on every device:
            `video`, `audio`, `text`, and `loss` (of the global batch). As PyTorch
            keeps them; JAX' XLA held 1.8 times as much on a CPU, without dropout.
        flops: int. Operations of a step on all devices together.
        flops_per_device: int. On each.
        gathered: int. Bytes of the features that each device receives from the others,
            forward; as much flows back.
        averaged: int. Bytes of gradients that each device sends (and receives) in a
            ring.
    """

    name: str
    devices: int
    batch_size: int
    candidates: int
    parameters: int
    trainable: int
    weights: int
    gradients: int
    optimizer: int
    activations: dict
    flops: int
    flops_per_device: int
    gathered: int
    averaged: int

    def seconds(self, tflops_per_device):
        """Seconds of a step's arithmetic at a rate that someone measured."""
        return self.flops_per_device / (tflops_per_device * 1e12)

    def text(self, tflops_per_device=None):
        """The plan in lines; with the time of a step if a rate is given."""
        kept = sum(self.activations.values())
        parts = ", ".join(f"{k} {_bytes(v)}" for k, v in self.activations.items())
        in_all = self.weights + self.gradients + self.optimizer + kept
        lines = [
            f"{self.name}, {self.devices} devices, {self.batch_size} clips a step "
            f"({self.batch_size // self.devices} a device), {self.candidates} texts a "
            "clip, float32. Counted, not run.",
            f"parameters    {self.parameters:,}, of them trained {self.trainable:,}",
            "each device holds",
            f"  weights     {_bytes(self.weights)}",
            f"  gradients   {_bytes(self.gradients)}",
            f"  optimizer   {_bytes(self.optimizer)} (Adam's two moments)",
            f"  activations {_bytes(kept)} ({parts})",
            f"  in all      {_bytes(in_all)}, beside the batch and working space; "
            "activations as PyTorch keeps them",
            f"FLOPs a step  {self.flops:.4g} in all, {self.flops_per_device:.4g} a "
            "device",
            "each device exchanges a step",
            f"  features    {_bytes(self.gathered)} received, and as much back",
            f"  gradients   {_bytes(self.averaged)} sent (averaged in a ring)",
        ]
        if tflops_per_device is not None:
            lines.append(
                f"time          {self.seconds(tflops_per_device):.4g} s a step at the "
                f"rate you gave ({tflops_per_device:g} TFLOP/s a device), without "
                "input and exchange"
            )
        return "\n".join(lines)


def plan(parts, name="model", devices=1, batch_size=64, candidates=1, **overrides):
    """Counts what a training step takes, without building the model.

    Args:
        parts: dict, as `keras_vatt.conversion.model_of` takes it.
        name: string. What to call it.
        devices: int. Data parallel.
        batch_size: int. Clips of the global batch.
        candidates: int. Texts a clip.
        **overrides: other arguments of the model, such as `dropout` or
            `vocabulary_size`.

    Returns:
        `Plan`.

    Raises:
        ValueError: if a value is out of range, or the devices cannot share the batch.

    Example:

    ```python
    parts = keras_vatt.presets.table.entry("vatt_large_base_small")
    print(plan(parts, devices=256, batch_size=2048, candidates=5).text())
    ```

    Reference: design 5 and 8; paper section 4.1 (2,048 clips, 256 TPU cores).
    """
    for key, value in (("devices", devices), ("candidates", candidates)):
        if value < 1:
            raise ValueError(f"`{key}` must be at least 1. Received: {key}={value}")
    if batch_size < 2 or batch_size % devices:
        raise ValueError(
            "`batch_size` must be at least 2 and a multiple of the devices. Received: "
            f"batch_size={batch_size}, devices={devices}. Choose "
            f"{max(1, batch_size // devices) * devices or devices}."
        )
    sizes = model_sizes(parts, **overrides)
    count = parameters(sizes)
    clips = batch_size // devices
    kept = {
        modality: clips * (candidates if modality == "text" else 1) * _kept(m_sizes)
        for modality, m_sizes in sizes.towers.items()
    }
    kept["loss"] = _kept_by_loss(sizes, batch_size, candidates)
    towers = batch_size * _train_flops(sizes, candidates)
    # Head and loss are of the global batch: JAX shares them, the others repeat them.
    shared = 3 * _loss_flops(sizes, batch_size, candidates)
    repeats = 1 if keras.backend.backend() == "jax" else devices
    texts = sizes.output_dims["text"] * candidates
    features = texts + sizes.output_dims["video"] + sizes.output_dims["audio"]
    return Plan(
        name=name,
        devices=devices,
        batch_size=batch_size,
        candidates=candidates,
        parameters=count["total"],
        trainable=count["trainable"],
        weights=_FLOAT * count["total"],
        gradients=_FLOAT * count["trainable"],
        optimizer=2 * _FLOAT * count["trainable"],
        activations=kept,
        flops=towers + shared * repeats,
        flops_per_device=(towers + shared * repeats) // devices,
        gathered=_FLOAT * features * (batch_size - clips),
        averaged=_FLOAT * count["trainable"] * 2 * (devices - 1) // devices,
    )


def _train_flops(sizes, candidates):
    """Operations of the towers on one clip, forward and both gradients."""
    forward = forward_flops(sizes, candidates)
    total = 3 * forward["total"] - forward["patches"]
    for modality, tower in sizes.towers.items():
        tokens, kept = _lengths(tower)
        texts = candidates if modality == "text" else 1
        if tower.pre_projection and modality != "text":  # the words' is counted
            total += 6 * texts * tokens * tower.hidden_dim**2
        if tower.output_dim:
            total += 6 * texts * kept * tower.hidden_dim * tower.output_dim
    return total


def _loss_flops(sizes, batch_size, candidates):
    """Operations of head and scores, forward, of the global batch."""
    dims, fine = sizes.output_dims, sizes.task["fine_dim"]
    if sizes.task["head"] == "joint":
        coarse = fine
        a_clip = (dims["video"] + dims["audio"] + candidates * dims["text"]) * fine
    else:
        coarse = sizes.task["coarse_dim"]
        a_clip = (dims["video"] + fine + dims["audio"] + coarse) * fine
        a_clip += candidates * dims["text"] * coarse
    scores = batch_size * (fine + candidates * coarse)
    return 2 * batch_size * (a_clip + scores)


def _lengths(tower):
    """Tokens before DropToken, and what the encoder sees in training."""
    tokens = tower.output["sequence_output"].shape[1]
    if tower.input.shape[1:] == (tokens,):  # words
        return tokens, 1 + tokens
    return tokens, 1 + tower.drop_token.kept(tokens)


def _kept(tower):
    """Bytes that a tower keeps of one clip or text for its backward pass."""
    tokens, length = _lengths(tower)
    is_text = tower.input.shape[1:] == (tokens,)
    table = _BLOCK_WITH_BIAS if is_text else _BLOCK
    hidden, heads, perceptron, matrices = table[tower.dropout > 0]
    d, w, m = tower.hidden_dim, tower.num_heads * tower.head_dim, tower.mlp_dim
    block = length * (hidden * d + heads * w + perceptron * m)
    block += matrices * tower.num_heads * length**2
    ends = 3 * length * d
    if not is_text:
        # The pixels or samples as floats, in the order of the patches.
        ends += tokens * tower.patch_numbers
    if tower.pre_projection:
        ends += 2 * tokens * d
    if tower.output_dim:
        ends += 2 * length * tower.output_dim
    return _FLOAT * (tower.num_layers * block + ends)


def _kept_by_loss(sizes, batch_size, candidates):
    """Bytes that head and scores keep, on every device."""
    pairs = batch_size * batch_size  # of both terms, video-audio and video-text
    scores = pairs * (_SCORE_BYTES * (1 + candidates) + 2 * _PAIR_BYTES)
    fine = sizes.task["fine_dim"]
    coarse = fine if sizes.task["head"] == "joint" else sizes.task["coarse_dim"]
    head = batch_size * (10 * fine + (6 + 4 * candidates) * coarse)
    return scores + _FLOAT * head


def _bytes(count):
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count} bytes"
