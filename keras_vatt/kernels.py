"""Dropout, attention and their like, for the backend where Keras' own way is slow.

With `distribution` the only backend-specific code of the package. What draws takes the
seed as a value: what `keras.remat` repeats drops the same again, and a saved state
of the seed generators replays a step, on every backend. (Keras' `Dropout` draws from
torch's global state, and moves its seed on when it is repeated.)
"""

import keras
import numpy as np
from keras import ops


def attend(query, key, value, bias=None, scale=1.0, rate=0.0, seed=None):
    """Multi-head attention, optionally with dropout on its weights.

    Args:
        query: float array `(batch, n, heads, head_dim)`.
        key: float array `(batch, m, heads, head_dim)`.
        value: float array `(batch, m, heads, head_dim)`.
        bias: optional float array that broadcasts to `(batch, heads, n, m)`.
        scale: float, multiplies query-key products.
        rate: float, the dropout rate of the weights.
        seed: what `draw` returned; `None` drops nothing.

    Returns:
        Array `(batch, n, heads, head_dim)`. The softmax is taken in float32.
    """
    rate = 0.0 if seed is None else rate
    if _has_fused_attention(query, bias, rate, training=seed is not None):
        return _fused_attention(query, key, value, bias, scale, rate, seed)
    weights = ops.cast(attention_weights(query, key, bias, scale), value.dtype)
    if rate > 0:
        weights = dropout(weights, rate, seed)
    mixed = ops.matmul(weights, ops.transpose(value, (0, 2, 1, 3)))
    return ops.transpose(mixed, (0, 2, 1, 3))


def attention_weights(query, key, bias=None, scale=1.0):
    """The softmax of `attend`: how much of every value each query takes.

    Args:
        query: float array `(batch, n, heads, head_dim)`.
        key: float array `(batch, m, heads, head_dim)`.
        bias: optional float array that broadcasts to `(batch, heads, n, m)`.
        scale: float, multiplies query-key products.

    Returns:
        Array `(batch, heads, n, m)`, float32; each row sums to 1.
    """
    query = ops.transpose(query * scale, (0, 2, 1, 3))  # (b, h, n, k)
    scores = ops.matmul(query, ops.transpose(key, (0, 2, 3, 1)))  # (b, h, n, m)
    # In float32: half precision loses small weights over 1,569 tokens.
    scores = ops.cast(scores, "float32")
    if bias is not None:
        scores = scores + ops.cast(bias, "float32")
    return ops.softmax(scores, axis=-1)


def remat(function, x, bias=None, seed=None):
    """Calls `function(x, bias, seed)`, and again for its gradient: nothing is kept.

    Bias and seed are handed in and not closed over, so that the gradient reaches the
    one and the other is the same the second time.
    """
    if bias is None:
        return keras.remat(lambda x, seed: function(x, None, seed))(x, seed)
    return keras.remat(function)(x, bias, seed)


if keras.backend.backend() == "jax":
    import jax
    import jax.numpy as jnp

    def draw(seed_generator):
        """The seed of one step, for `dropout` and `attend`."""
        return seed_generator.next()

    def dropout(x, rate, seed, salt=0):
        """Sets a share of `x` to 0 and scales the rest up.

        Args:
            x: float array.
            rate: float in [0, 1).
            seed: what `draw` returned.
            salt: int below 8, tells several uses of one seed apart.
        """
        # A hash of the element's place costs a third of threefry's rounds, needs no
        # memory (it joins the multiplication's loop) and any device can compute its
        # own part of it. The last axis is hashed apart: 32 bits would not count all.
        seed = seed.astype("uint32")
        first = _mix(seed[0] ^ _mix(seed[1] * np.uint32(8) + np.uint32(salt)))
        second = _mix(first + _GOLDEN)
        row = jnp.zeros(x.shape[:-1] + (1,), "uint32")
        for axis, size in enumerate(row.shape[:-1]):
            place = jax.lax.broadcasted_iota("uint32", row.shape, axis)
            row = row * np.uint32(size) + place
        column = jax.lax.broadcasted_iota("uint32", x.shape, x.ndim - 1)
        bits = _mix(_mix(row ^ first) + column * _GOLDEN + second)
        keep = bits < np.uint32(round((1.0 - rate) * 2**32))
        return jnp.where(keep, x / (1.0 - rate), jnp.zeros_like(x))

    def affine(x, kernel, bias):
        """`x @ kernel + bias`.

        Args:
            x: float array `(..., width)`.
            kernel: float array `(width, units)`.
            bias: float array `(units,)`.
        """
        return ops.add(ops.matmul(x, kernel), bias)

    @jax.checkpoint
    def gelu(x):
        """The error-function gelu; `jax.nn.gelu` takes erfc, which costs twice erf.

        For its gradient `x` alone is kept, which the product before it made anyway.
        """
        wide = x.astype("float32")
        return (0.5 * wide * (1.0 + jax.lax.erf(wide * 0.5**0.5))).astype(x.dtype)

    _GOLDEN = np.uint32(0x9E3779B9)

    def _mix(x):
        # "lowbias32" of Chris Wellons' hash prospector, in the public domain.
        x = (x ^ (x >> 16)) * np.uint32(0x7FEB352D)
        x = (x ^ (x >> 15)) * np.uint32(0x846CA68B)
        return x ^ (x >> 16)

    def _has_fused_attention(query, bias, rate, training):
        platform = jax.default_backend()
        if platform == "gpu" and training and query.shape[1] % 2:
            return rate == 0 and _can_be_even(query, bias)
        # On a CPU `jax.nn.dot_product_attention` takes twice the time of its parts.
        return rate == 0 and platform != "cpu"

    def _fused_attention(query, key, value, bias, scale, rate, seed):
        odd = query.shape[1] % 2 or key.shape[1] % 2
        if odd and _can_be_even(query, bias):
            return _even_attention(query, key, value, scale, "cudnn")
        return ops.dot_product_attention(query, key, value, bias=bias, scale=scale)

    def _can_be_even(query, bias):
        """Whether cuDNN, whose gradient wants even lengths, may be given them.

        How it shares lengths out among several devices was not tried.
        """
        if bias is not None or jax.default_backend() != "gpu":
            return False
        # Ampere's and later ones; other makers' have names for it, as "gfx942".
        major, _, minor = str(jax.devices()[0].compute_capability).partition(".")
        has_kernel = minor and int(major) >= 8
        is_half = query.dtype in (jnp.bfloat16, jnp.float16)
        is_narrow = query.shape[-1] <= 128 and query.shape[-1] % 8 == 0
        one_device = keras.distribution.distribution() is None
        return bool(has_kernel and is_half and is_narrow and one_device)

    def _even_attention(query, key, value, scale, implementation):
        """Attention with a token more where the length is odd, of which none takes."""

        def even(x):
            return jnp.pad(x, ((0, 0), (0, x.shape[1] % 2), (0, 0), (0, 0)))

        mixed = jax.nn.dot_product_attention(
            even(query),
            even(key),
            even(value),
            scale=scale,
            query_seq_lengths=jnp.full(query.shape[:1], query.shape[1], "int32"),
            key_value_seq_lengths=jnp.full(key.shape[:1], key.shape[1], "int32"),
            implementation=implementation,
        )
        return mixed[:, : query.shape[1]]

elif keras.backend.backend() == "torch":
    import contextlib

    import torch
    from torch.nn.functional import scaled_dot_product_attention

    def draw(seed_generator):
        """The seed of one step, for `dropout` and `attend`."""
        state = seed_generator.next()
        if state.is_meta:  # Keras traces shapes only
            return 0
        first, count = state.tolist()
        return (first & 0x7FFFFFFF) << 32 | (8 * count & 0xFFFFFFFF)

    def dropout(x, rate, seed, salt=0):
        """Sets a share of `x` to 0 and scales the rest up; see JAX's."""
        with _drawing_from(seed + salt, x.device):
            return torch.nn.functional.dropout(x, rate, training=True)

    def affine(x, kernel, bias):
        """`x @ kernel + bias`; see JAX's."""
        return torch.nn.functional.linear(x, kernel.t(), bias)

    def gelu(x):
        """The error-function gelu."""
        return ops.gelu(x, approximate=False)

    def _has_fused_attention(query, bias, rate, training):
        return rate == 0 or query.is_cuda

    def _fused_attention(query, key, value, bias, scale, rate, seed):
        if rate == 0:
            return ops.dot_product_attention(query, key, value, bias=bias, scale=scale)
        query, key, value = (x.transpose(1, 2) for x in (query, key, value))
        bias = None if bias is None else bias.to(query.dtype)
        with _drawing_from(seed, query.device):
            mixed = scaled_dot_product_attention(
                query, key, value, attn_mask=bias, dropout_p=rate, scale=scale
            )
        return mixed.transpose(1, 2)

    @contextlib.contextmanager
    def _drawing_from(seed, device):
        """torch's fast kernels take no generator: the global one is lent to them."""
        if device.type == "cuda":
            generator = torch.cuda.default_generators[device.index or 0]
        else:
            generator = torch.default_generator
        state = generator.get_state()
        generator.manual_seed(seed)
        try:
            yield
        finally:
            generator.set_state(state)

else:
    import tensorflow as tf

    def draw(seed_generator):
        """The seed of one step, for `dropout` and `attend`."""
        return tf.cast(seed_generator.next(), "int32") * [1, 8]

    def dropout(x, rate, seed, salt=0):
        """Sets a share of `x` to 0 and scales the rest up; see JAX's."""
        return tf.nn.experimental.stateless_dropout(x, rate, seed + [0, salt])

    def affine(x, kernel, bias):
        """`x @ kernel + bias`; see JAX's."""
        return ops.add(ops.matmul(x, kernel), bias)

    def gelu(x):
        """The error-function gelu."""
        return ops.gelu(x, approximate=False)

    def _has_fused_attention(query, bias, rate, training):
        # Keras has none for TensorFlow. The einsum in its place sums bfloat16 so
        # coarsely on some CPUs that 1,569 equal weights come to 1.06.
        return False

    def _fused_attention(query, key, value, bias, scale, rate, seed):
        raise NotImplementedError("TensorFlow has no fused attention.")
