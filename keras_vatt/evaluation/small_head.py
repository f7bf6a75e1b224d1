"""The authors' small classification head on frozen features."""

import keras
import numpy as np
import tensorflow as tf

from keras_vatt.metrics.finite_rows import finite_rows

# As in the released evaluation code.
UNITS, DROPOUT, PENALTY, LEARNING_RATE, BATCH_SIZE, EPOCHS = (
    128,
    0.9,
    0.1,
    5e-4,
    64,
    1000,
)


def fit_small_head(features, labels, num_classes, epochs=EPOCHS, seed=1):
    """Trains the head that the authors score frozen features with.

    Dense(128) without an activation, dropout 0.9, softmax: a linear classifier of low
    rank, a tenth of whose components each step sees. L2 penalty 0.1 on the last
    kernel, Adam(5e-4), batch 64.

    Args:
        features: float array `(clips, d)`.
        labels: int array `(clips,)`.
        num_classes: int.
        epochs: int. Times that every clip is seen.
        seed: int. Of weights, order and dropout.

    Returns:
        A dict of float32 arrays: `"projection"` `(d, 128)`, `"projection_bias"`
        `(128,)`, `"weights"` `(128, classes)` and `"bias"` `(classes,)`.

    Raises:
        ValueError: if a feature is not finite (the row is named), or `epochs` is not
            positive.

    Example:

    >>> import numpy as np
    >>> x = np.array([[0.0], [1.0]])
    >>> fit_small_head(x, [0, 1], 2, epochs=2)["weights"].shape
    (128, 2)

    Reference: [VATT](https://arxiv.org/abs/2104.11178), section A.3.2, and the released
    `evaluators.py`.
    """
    features = finite_rows(features, "features").astype("float32")
    labels = np.asarray(labels).astype("int32")
    if epochs < 1:
        raise ValueError(f"`epochs` must be at least 1. Received: epochs={epochs}")

    def initializer(number):
        return keras.initializers.GlorotNormal(seed=seed + number)

    projection = keras.layers.Dense(
        UNITS, kernel_initializer=initializer(0), dtype="float32"
    )
    classes = keras.layers.Dense(
        num_classes,
        activation="softmax",
        kernel_initializer=initializer(1),
        kernel_regularizer=keras.regularizers.L2(PENALTY),
        dtype="float32",
    )
    model = keras.Sequential(
        [
            keras.Input((features.shape[1],)),
            projection,
            keras.layers.Dropout(DROPOUT, seed=seed + 2),
            classes,
        ]
    )
    model.compile(
        keras.optimizers.Adam(LEARNING_RATE),
        keras.losses.SparseCategoricalCrossentropy(),
    )
    steps = -(-len(features) // BATCH_SIZE)
    dataset = tf.data.Dataset.from_tensor_slices((features, labels))
    dataset = dataset.shuffle(len(features), seed).batch(BATCH_SIZE).repeat()
    # One long epoch: a thousand short ones spend their time between them.
    model.fit(dataset, steps_per_epoch=epochs * steps, verbose=0, shuffle=False)
    names = ("projection", "projection_bias", "weights", "bias")
    values = [*projection.get_weights(), *classes.get_weights()]
    return dict(zip(names, values, strict=True))


def small_head_scores(features, arrays, windows=1):
    """Probabilities `(clips, classes)`, the mean over the windows of a clip."""
    x = finite_rows(features, "features").astype("float64")
    x = x @ arrays["projection"] + arrays["projection_bias"]
    logits = x @ arrays["weights"] + arrays["bias"]
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    scores = odds / odds.sum(axis=1, keepdims=True)
    return scores.reshape(-1, windows, scores.shape[1]).mean(axis=1)
