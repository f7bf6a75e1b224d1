"""T5's relative position bias."""

import math

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="keras_vatt")
class RelativePositionBias(keras.layers.Layer):
    """A learned attention bias for every distance between two tokens and every head.

    Half of the buckets are for keys behind the query, half for keys ahead; within a
    half, short distances have a bucket each and longer ones share, logarithmically.

    Args:
        num_heads: int. Attention heads.
        num_buckets: int. Buckets of distances, both directions together.
        max_distance: int. From this distance on all share the last bucket.

    Call arguments:
        x: array `(batch, n, hidden_dim)`, of which only n is read.

    Returns:
        Array `(1, num_heads, n, n)`.

    Example:

    ```python
    layer = keras_vatt.layers.RelativePositionBias(num_heads=8)
    layer(np.zeros((2, 17, 512), "float32")).shape  # (1, 8, 17, 17)
    ```

    Reference: T5 (arXiv 1910.10683), section 2.1.
    """

    def __init__(self, num_heads, num_buckets=32, max_distance=64, **kwargs):
        super().__init__(**kwargs)
        self.num_heads = num_heads
        self.num_buckets = num_buckets
        self.max_distance = max_distance

    def build(self, input_shape):
        self.table = self.add_weight(
            name="table",
            shape=(self.num_buckets, self.num_heads),
            initializer=keras.initializers.RandomUniform(-0.05, 0.05),
        )

    def call(self, x):
        buckets = self.buckets(x.shape[1])
        bias = ops.take(ops.convert_to_tensor(self.table), buckets, axis=0)
        return ops.expand_dims(ops.transpose(bias, (2, 0, 1)), 0)

    def buckets(self, length):
        """The bucket of every query-key pair, int32 `(length, length)`."""
        half = self.num_buckets // 2
        exact = half // 2
        span = math.log(self.max_distance / exact)
        distance = np.arange(length)[None, :] - np.arange(length)[:, None]
        size = np.abs(distance)
        far = np.log(np.maximum(size, 1) / exact) / span * (half - exact)
        far = np.minimum(exact + far.astype("int32"), half - 1)
        bucket = np.where(size < exact, size, far)
        return (bucket + half * (distance > 0)).astype("int32")

    def compute_output_shape(self, input_shape):
        return (1, self.num_heads, input_shape[1], input_shape[1])

    def get_config(self):
        config = super().get_config()
        config.update(
            {
                "num_heads": self.num_heads,
                "num_buckets": self.num_buckets,
                "max_distance": self.max_distance,
            }
        )
        return config
