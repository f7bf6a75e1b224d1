"""GradCache: the features of a large batch with the memory of a chunk of it.

A contrastive loss needs the features of all clips at once, but not what the encoders
computed on the way. Chunks are encoded one after the other and only their features
kept. Once the loss has been differentiated by the features, each chunk is encoded again
and its features' gradient sent through it. Both passes of a chunk start from the same
seeds, so they drop the same tokens and activations, and the gradients are exact.

Whoever calls this differentiates as ever: by the backends' means of computing again in
the backward pass (`jax.checkpoint`, `tf.custom_gradient`,
`torch.utils.checkpoint`), the second pass is a part of the gradient.
"""

import keras
from keras import ops

from keras_vatt.distribution.train_step import seeds


def encode_in_chunks(encode, backbone, inputs, size):
    """Encodes a batch in chunks, to be differentiated with the memory of a chunk.

    Args:
        encode: function from a dict of inputs by modality, `(clips, ...)`, to a dict
            of their features, `(clips * C, width)` with C texts a clip. It draws from
            the backbone's own seeds only.
        backbone: the model whose towers encode.
        inputs: dict of arrays `(batch, ...)`.
        size: int. Clips of a chunk on each device; divides those of a device.

    Returns:
        What `encode(inputs)` returns: its values are those of the chunks, which differ
        from it in what is drawn.

    Raises:
        ValueError: if `size` does not divide the clips of a device.

    Reference: Gao et al., [Scaling deep contrastive learning batch size under memory
    limited setup](https://arxiv.org/abs/2101.06983), section 3.
    """
    devices = _devices()
    clips = keras.tree.flatten(inputs)[0].shape[0]
    if clips is not None:
        if clips % (size * devices):
            raise ValueError(
                f"`encode_batch_size` must divide the clips of a device. Received: "
                f"encode_batch_size={size} and {clips} clips on {devices} devices. "
                "Change either, and let datasets drop an incomplete last batch."
            )
        if clips == size * devices:
            return encode(inputs)
    # A device's clips stay on it: each chunk holds some of every device.
    chunks = keras.tree.map_structure(lambda x: _split(x, devices, size), inputs)
    features = _encode(encode, backbone, chunks)
    return {modality: _joined(x, devices) for modality, x in features.items()}


def _split(x, devices, size):
    """`(batch, ...)` to `(chunks, devices * size, ...)`."""
    shape = x.shape[1:]
    x = ops.reshape(x, (devices, -1, size, *shape))
    if devices > 1:
        x = ops.swapaxes(x, 0, 1)
    return ops.reshape(x, (-1, devices * size, *shape))


def _joined(x, devices):
    """`(chunks, devices * size * C, width)` to `(batch * C, width)`."""
    if devices > 1:
        chunks, rows, width = x.shape
        x = ops.reshape(x, (chunks, devices, rows // devices, width))
        x = ops.swapaxes(x, 0, 1)
    return ops.reshape(x, (-1, x.shape[-1]))


if keras.backend.backend() == "tensorflow":
    import tensorflow as tf

    def _devices():
        return 1  # a replica sees its own clips

    def _encode(encode, backbone, chunks):
        """One loop forward, one backward: a graph computes all that it can at once."""
        states, weights = seeds(backbone), backbone.trainable_variables
        modalities = sorted(chunks)
        count = tf.shape(chunks[modalities[0]])[0]

        def encode_chunk(index, seed_values, values):
            mapping = [*zip(states, tf.unstack(seed_values)), *zip(weights, values)]
            with keras.StatelessScope(mapping) as scope:
                features = encode({m: x[index] for m, x in chunks.items()})
            after = tf.stack([scope.get_current_value(state) for state in states])
            return [features[m] for m in modalities], after

        @tf.custom_gradient
        def encode_all(*values):
            def encode_next(index, seed_values, arrays, starts):
                features, after = encode_chunk(index, seed_values, values)
                arrays = [a.write(index, x) for a, x in zip(arrays, features)]
                starts = starts.write(index, tf.cast(seed_values, tf.int64))
                return index + 1, after, arrays, starts

            outputs = [backbone.towers[m].output["pooled_output"] for m in modalities]
            _, after, arrays, starts = _loop(
                count,
                encode_next,
                tf.stack([tf.convert_to_tensor(state.value) for state in states]),
                [tf.TensorArray(x.dtype, size=count) for x in outputs],
                tf.TensorArray(tf.int64, size=count),
            )
            starts = starts.stack()

            def gradient(*upstream):
                def add_next(index, sums):
                    seed_values = tf.cast(starts[index], after.dtype)
                    with tf.GradientTape() as tape:
                        tape.watch(values)
                        features, _ = encode_chunk(index, seed_values, values)
                    gradients = tape.gradient(
                        features,
                        values,
                        # The last of them is of the seeds.
                        output_gradients=[x[index] for x in upstream[:-1]],
                        unconnected_gradients=tf.UnconnectedGradients.ZERO,
                    )
                    return index + 1, [_plus(x, y) for x, y in zip(sums, gradients)]

                return _loop(count, add_next, [tf.zeros_like(v) for v in values])[1]

            return (*[array.stack() for array in arrays], after), gradient

        *features, after = encode_all(*[tf.convert_to_tensor(w.value) for w in weights])
        for state, value in zip(states, tf.unstack(after)):
            state.assign(value)
        return dict(zip(modalities, features))

    def _plus(total, gradient):
        """The sum; a looked-up table's gradient comes as some of its rows."""
        if isinstance(gradient, tf.IndexedSlices):
            rows = gradient.indices[:, None]
            return tf.tensor_scatter_nd_add(total, rows, gradient.values)
        return total + gradient

    def _loop(count, body, *start):
        return tf.while_loop(
            lambda index, *_: index < count,
            body,
            [tf.constant(0), *start],
            parallel_iterations=1,
        )

elif keras.backend.backend() == "torch":
    from torch.utils.checkpoint import checkpoint

    def _devices():
        return 1  # a replica sees its own clips

    def _encode(encode, backbone, chunks):
        states = seeds(backbone)

        def encode_chunk(chunk, seed_values):
            with keras.StatelessScope(list(zip(states, seed_values))) as scope:
                features = encode(chunk)
            return features, [scope.get_current_value(state) for state in states]

        # Copies: the states themselves move on before the second pass.
        seed_values = [state.value.detach().clone() for state in states]
        found = []
        for index in range(len(keras.tree.flatten(chunks)[0])):
            chunk = keras.tree.map_structure(lambda x: x[index], chunks)  # noqa: B023
            features, seed_values = checkpoint(
                encode_chunk,
                chunk,
                seed_values,
                use_reentrant=False,
                # Keras' dropout draws from torch's own generator, not from its seeds.
                preserve_rng_state=True,
            )
            found.append(features)
        for state, value in zip(states, seed_values):
            state.assign(value)
        return keras.tree.map_structure(lambda *x: ops.stack(x), *found)

else:
    import jax

    def _devices():
        distribution = keras.distribution.distribution()
        return 1 if distribution is None else distribution.num_model_replicas

    def _encode(encode, backbone, chunks):
        states = seeds(backbone)

        @jax.checkpoint
        def encode_chunk(seed_values, chunk):
            for state, value in zip(states, seed_values):
                state.assign(value)
            features = encode(chunk)
            return [state.value for state in states], features

        seed_values = [state.value for state in states]
        seed_values, features = jax.lax.scan(encode_chunk, seed_values, chunks)
        for state, value in zip(states, seed_values):
            state.assign(value)
        return features
