"""Blends of two clips."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_vatt")
class Mixup(keras.layers.Layer):
    """Blends each clip of a batch with another, in training only.

    One permutation of the batch names the partners, one weight an example is drawn
    from Beta(alpha, alpha); inputs and labels are blended alike.

    Args:
        alpha: float. Both parameters of the Beta distribution.
        seed: optional int, seed of the draws.

    Call arguments:
        inputs: structure of float arrays `(batch, ...)`, such as a tuple of waveforms
            and labels. Scale uint8 video first, with `ScalePixels`.
        training: bool.

    Returns:
        The same structure: weight x + (1 - weight) x of the partner.

    Raises:
        ValueError: if `alpha` is not positive, or an array is of integers.

    Example:
    ```python
    mixup = keras_vatt.preprocessing.Mixup(seed=1)
    audio, labels = mixup((np.ones((4, 480, 1)), np.eye(4)), training=True)
    ```

    Source: design 3, "Released recipes" (fine-tuning); Zhang et al. 2018.
    """

    def __init__(self, alpha=5.0, seed=None, **kwargs):
        super().__init__(**kwargs)
        if not alpha > 0:
            raise ValueError(f"`alpha` must be positive. Received: alpha={alpha!r}")
        self.alpha = alpha
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.built = True

    def call(self, inputs, training=None):
        if not training:
            return inputs
        arrays = keras.tree.flatten(inputs)
        for array in arrays:
            if not keras.backend.is_float_dtype(array.dtype):
                raise ValueError(
                    "`Mixup` blends floats. Received an array of dtype "
                    f"{keras.backend.standardize_dtype(array.dtype)}: scale uint8 "
                    "video with `ScalePixels` and make labels one-hot first."
                )
        batch = ops.shape(arrays[0])[0]
        weight = keras.random.beta(
            (batch,), self.alpha, self.alpha, dtype="float32", seed=self.seed_generator
        )
        noise = keras.random.uniform((batch,), seed=self.seed_generator)
        partner = ops.argsort(noise)  # a permutation, on every backend

        def blend(x):  # (b, ...)
            share = ops.reshape(weight, (-1,) + (1,) * (len(x.shape) - 1))
            share = ops.cast(share, x.dtype)
            return share * x + (1.0 - share) * ops.take(x, partner, axis=0)

        return keras.tree.map_structure(blend, inputs)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        config = super().get_config()
        config.update({"alpha": self.alpha, "seed": self.seed})
        return config
