"""VATT's video tower by hand in JAX alone: `step = build(size)`, `step() -> loss`."""

import functools

import jax
import jax.numpy as jnp


def parameters(size, key):
    d, m, (t, h, w) = size.hidden_dim, size.mlp_dim, size.grid
    block = {"qkv": (d, 3 * d), "out": (d, d), "up": (d, m), "down": (m, d)}
    keys = iter(jax.random.split(key, 8 + 4 * size.num_layers))

    def normal(*shape):
        return jax.random.normal(next(keys), shape) * shape[-2] ** -0.5

    def dense(shape):
        return {"kernel": normal(*shape), "bias": jnp.zeros(shape[1])}

    def norm():
        return {"scale": jnp.ones(d), "bias": jnp.zeros(d)}

    return {
        "project": dense((size.patch_width, d)),
        "tables": [normal(t, 1, 1, d), normal(1, h, 1, d), normal(1, 1, w, d)],
        "token": normal(1, d) * d**-0.5,
        "norms": [norm(), norm()],
        "blocks": [
            {name: dense(shape) for name, shape in block.items()}
            | {"norms": [norm(), norm()]}
            for _ in range(size.num_layers)
        ],
    }


def norm(x, p):
    x = x - x.mean(-1, keepdims=True)
    return (
        x * jax.lax.rsqrt((x * x).mean(-1, keepdims=True) + 1e-6) * p["scale"]
        + p["bias"]
    )


def dense(x, p):
    return x @ p["kernel"] + p["bias"]


def drop(x, rate, key):
    return jnp.where(jax.random.bernoulli(key, 1 - rate, x.shape), x / (1 - rate), 0)


def block(x, p, size, key):  # (b, n, d)
    b, n, d = x.shape
    keys = jax.random.split(key, 4)
    qkv = dense(norm(x, p["norms"][0]), p["qkv"])
    q, k, v = jnp.moveaxis(qkv.reshape(b, n, 3, size.num_heads, -1), (2, 3), (0, 2))
    weights = jax.nn.softmax(q * 0.125 @ jnp.swapaxes(k, 2, 3))  # (b, h, n, n)
    y = jnp.swapaxes(drop(weights, size.dropout, keys[0]) @ v, 1, 2).reshape(b, n, d)
    x = x + drop(dense(y, p["out"]), size.dropout, keys[1])
    y = jax.nn.gelu(dense(norm(x, p["norms"][1]), p["up"]), approximate=False)
    y = dense(drop(y, size.dropout, keys[2]), p["down"])
    return x + drop(y, size.dropout, keys[3])


def pooled(p, video, size, key):  # (b, T, H, W, 3) uint8
    (t, h, w), (pt, ph, pw), b = size.grid, size.patch_size, len(video)
    keys = jax.random.split(key, size.num_layers + 3)
    x = video.reshape(b, t, pt, h, ph, w, pw, 3).transpose(0, 1, 3, 5, 2, 4, 6, 7)
    x = x.reshape(b, t * h * w, -1)
    kept = jnp.argsort(jax.random.uniform(keys[0], (b, t * h * w)))[:, : size.kept]
    x = jnp.take_along_axis(x, jnp.sort(kept)[:, :, None], axis=1)
    positions = norm(sum(p["tables"]).reshape(t * h * w, -1), p["norms"][0])
    x = dense(x / 127.5 - 1, p["project"]) + positions[jnp.sort(kept)]
    x = drop(x, size.dropout, keys[1])
    token = jnp.broadcast_to(p["token"], (b, 1, x.shape[2]))
    x = jnp.concatenate([token, x], axis=1)
    for layer, key in zip(p["blocks"], keys[3:]):
        x = block(x, layer, size, key)
    return drop(norm(x, p["norms"][1]), size.dropout, keys[2])[:, 0]


def build(size):
    @functools.partial(jax.jit, donate_argnums=0)
    def update(state, key):
        p, m, v, count = state
        value, g = jax.value_and_grad(
            lambda p: jnp.mean(pooled(p, video, size, key) ** 2)
        )(p)
        count, tree = count + 1, jax.tree.map
        m = tree(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = tree(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        rate = 1e-4 * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
        p = tree(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-7), p, m, v)
        return (p, m, v, count), value

    video, key = jnp.asarray(size.video), jax.random.key(0)
    p = parameters(size, key)
    zeros = functools.partial(jax.tree.map, jnp.zeros_like)
    held = {"state": (p, zeros(p), zeros(p), 0), "key": key}

    def step():
        held["key"], key = jax.random.split(held["key"])
        held["state"], value = update(held["state"], key)
        return float(value)

    return step
