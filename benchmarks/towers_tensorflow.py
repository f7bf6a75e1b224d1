"""VATT's video tower by hand in TensorFlow alone: `step = build(size)`, `step()`."""

import tensorflow as tf


class Dense(tf.Module):
    def __init__(self, inputs, units):
        super().__init__()
        kernel = tf.random.normal((inputs, units)) * inputs**-0.5
        self.kernel, self.bias = tf.Variable(kernel), tf.Variable(tf.zeros(units))

    def __call__(self, x):
        return x @ self.kernel + self.bias


class Norm(tf.Module):
    def __init__(self, d):
        super().__init__()
        self.scale, self.bias = tf.Variable(tf.ones(d)), tf.Variable(tf.zeros(d))

    def __call__(self, x):
        mean, variance = tf.nn.moments(x, -1, keepdims=True)
        return tf.nn.batch_normalization(x, mean, variance, self.bias, self.scale, 1e-6)


class Block(tf.Module):
    def __init__(self, size):
        super().__init__()
        d, self.size = size.hidden_dim, size
        self.norm1, self.norm2 = Norm(d), Norm(d)
        self.qkv, self.out = Dense(d, 3 * d), Dense(d, d)
        self.up, self.down = Dense(d, size.mlp_dim), Dense(size.mlp_dim, d)

    def drop(self, x):
        return tf.nn.dropout(x, self.size.dropout)

    def __call__(self, x):  # (b, n, d)
        b, n, d = x.shape
        qkv = tf.reshape(self.qkv(self.norm1(x)), (b, n, 3, self.size.num_heads, -1))
        q, k, v = tf.unstack(tf.transpose(qkv, (2, 0, 3, 1, 4)))  # (b, h, n, k)
        weights = tf.nn.softmax(tf.matmul(q * 0.125, k, transpose_b=True))
        y = tf.transpose(self.drop(weights) @ v, (0, 2, 1, 3))
        x = x + self.drop(self.out(tf.reshape(y, (b, n, d))))
        y = tf.nn.gelu(self.up(self.norm2(x)), approximate=False)
        return x + self.drop(self.down(self.drop(y)))


class Tower(tf.Module):
    def __init__(self, size):
        super().__init__()
        d, (t, h, w) = size.hidden_dim, size.grid
        self.size = size
        self.project = Dense(size.patch_width, d)
        self.tables = [
            tf.Variable(tf.random.normal(shape) * d**-0.5)
            for shape in ((t, 1, 1, d), (1, h, 1, d), (1, 1, w, d))
        ]
        self.token = tf.Variable(tf.random.normal((1, 1, d)) * d**-0.5)
        self.position_norm, self.norm = Norm(d), Norm(d)
        self.blocks = [Block(size) for _ in range(size.num_layers)]

    def __call__(self, video):  # (b, T, H, W, 3) uint8
        (t, h, w), (pt, ph, pw), b = self.size.grid, self.size.patch_size, len(video)
        x = tf.reshape(video, (b, t, pt, h, ph, w, pw, 3))
        x = tf.reshape(tf.transpose(x, (0, 1, 3, 5, 2, 4, 6, 7)), (b, t * h * w, -1))
        order = tf.argsort(tf.random.uniform((b, t * h * w)))
        kept = tf.sort(order[:, : self.size.kept])
        x = tf.cast(tf.gather(x, kept, batch_dims=1), tf.float32) / 127.5 - 1
        positions = tf.reshape(tf.add_n([*self._tables()]), (t * h * w, -1))
        x = self.project(x) + tf.gather(self.position_norm(positions), kept)
        x = tf.nn.dropout(x, self.size.dropout)
        x = tf.concat([tf.repeat(self.token, b, axis=0), x], axis=1)
        for block in self.blocks:
            x = block(x)
        return tf.nn.dropout(self.norm(x), self.size.dropout)[:, 0]

    def _tables(self):
        shape = (*self.size.grid, self.size.hidden_dim)
        return [tf.broadcast_to(table, shape) for table in self.tables]


def build(size):
    tower, video = Tower(size), tf.constant(size.video)
    variables = tower.trainable_variables
    moments = [
        [tf.Variable(tf.zeros_like(v)) for v in variables] for _ in ("mean", "square")
    ]
    powers = [tf.Variable(1.0), tf.Variable(1.0)]

    @tf.function(jit_compile=False)
    def update():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tower(video) ** 2)
        gradients = tape.gradient(loss, variables)
        one, two = (
            powers[0].assign(powers[0] * 0.9),
            powers[1].assign(powers[1] * 0.999),
        )
        for v, m, s, g in zip(variables, *moments, gradients):
            tf.raw_ops.ResourceApplyAdam(
                var=v.handle, m=m.handle, v=s.handle, beta1_power=one,
                beta2_power=two, lr=1e-4, beta1=0.9, beta2=0.999, epsilon=1e-7, grad=g,
            )  # fmt: skip
        return loss

    return lambda: float(update())
