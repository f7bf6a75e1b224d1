"""GradCache: gradients of the whole batch, with the memory of a chunk."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_vatt import distribution, training
from tests.distribution import worker
from tests.gradients import of_arrays

BACKEND = keras.backend.backend()
CLIPS, CHUNK = 6, 2


def gradients(model, loss_of):
    """Gradients of `loss_of()` by the model's weights, as numpy, by path."""
    weights = model.trainable_variables
    if BACKEND == "tensorflow":
        import tensorflow as tf

        @tf.function
        def differentiate():
            with tf.GradientTape() as tape:
                loss = loss_of()
            found = tape.gradient(loss, [w.value for w in weights])
            return [tf.convert_to_tensor(x) for x in found]

        found = differentiate()
    elif BACKEND == "torch":
        model.zero_grad()
        loss_of().backward()
        found = [ops.convert_to_numpy(w.value.grad) for w in weights]
    else:
        import jax

        rest = [v for v in model.variables if id(v) not in {id(w) for w in weights}]
        rest += model.metrics_variables

        def loss(values, others):
            mapping = [*zip(weights, values), *zip(rest, others)]
            with keras.StatelessScope(mapping):
                return loss_of()

        found = jax.jit(jax.grad(loss))(
            [w.value for w in weights], [v.value for v in rest]
        )
    return {w.path: np.array(x) for w, x in zip(weights, found)}


def loss_of(model, inputs, masks):
    y_pred = model(inputs, training=True)
    return model.compute_loss(inputs, masks, y_pred)


def encode_chunks(model, inputs):
    """Features of the chunks, one after the other."""
    found = []
    for start in range(0, CLIPS, CHUNK):
        chunk = {m: x[start : start + CHUNK] for m, x in inputs.items()}
        found.append({m: model.encode(m, x, training=True) for m, x in chunk.items()})
    return {m: ops.concatenate([one[m] for one in found]) for m in inputs}


def loss_of_features(model, features, masks):
    embeddings = model.head(features, training=True)
    texts = embeddings["text_to_video"]
    embeddings["text_to_video"] = ops.reshape(texts, (CLIPS, -1, texts.shape[-1]))
    return model.contrastive_loss(embeddings, masks)["loss"]


def relative(actual, expected):
    """Largest difference of a variable, relative to its largest gradient.

    Variables whose gradient is zero but for rounding are left out: biases of keys, and
    what shifts the features, where BatchNorm takes the shift away again.
    """
    largest = {path: np.abs(x).max() for path, x in expected.items()}
    scale = max(largest.values())
    return max(
        np.abs(actual[path] - x).max() / largest[path]
        for path, x in expected.items()
        if largest[path] > 1e-5 * scale
    )


@pytest.fixture
def float64():
    """In float32 XLA's fusions alone put plain gradients up to 2e-5 apart."""
    floatx, policy = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")  # it is not asked for floatx again
    if BACKEND == "jax":
        import jax

        jax.config.update("jax_enable_x64", True)
    yield
    keras.config.set_floatx(floatx)
    keras.config.set_dtype_policy(policy)
    if BACKEND == "jax":
        jax.config.update("jax_enable_x64", False)


def prepared(form, **overrides):
    """A model as pretraining begins with it, and a batch.

    Not calibrated, its clips' features are almost alike, and BatchNorm enlarges what
    float32 rounds.
    """
    model = worker.build(form, **overrides)
    inputs, masks = worker.batch(CLIPS)
    training.calibrate(model, inputs)
    inputs, masks = keras.tree.map_structure(ops.convert_to_tensor, (inputs, masks))
    return model, inputs, masks


@pytest.mark.parametrize(
    "form", ["specific", pytest.param("agnostic", marks=pytest.mark.long)]
)
def test_gradients_are_those_of_the_plain_step(form, float64):
    model, inputs, masks = prepared(form)
    plain = gradients(model, lambda: loss_of(model, inputs, masks))
    model.encode_batch_size = CHUNK
    cached = gradients(model, lambda: loss_of(model, inputs, masks))
    assert {x.dtype for x in cached.values()} == {np.dtype("float64")}
    apart = relative(cached, plain)
    print(f"\n{BACKEND}, {form}: gradients in chunks apart by {apart:.1e}")
    assert apart < 1e-5


def seeds_of(model):
    return [v for v in model.variables if v.name == "seed_generator_state"]


def set_seeds(model, count):
    """Starts all draws again; torch's dropout draws from torch's own generator."""
    keras.utils.set_random_seed(count)
    for state in seeds_of(model):
        seed, _ = ops.convert_to_numpy(state).tolist()
        state.assign([seed, count])


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_both_passes_drop_the_same():
    """Beside a reference that encodes the same chunks with the same seeds once.

    And beside GradCache by hand, in two passes: with other seeds in the second, the
    gradients would be others.
    """
    model, inputs, masks = prepared("specific", dropout=0.2, drop_token_rate=0.5)
    model.encode_batch_size = CHUNK
    set_seeds(model, 0)
    cached = gradients(model, lambda: loss_of(model, inputs, masks))
    set_seeds(model, 0)
    once = gradients(
        model, lambda: loss_of_features(model, encode_chunks(model, inputs), masks)
    )
    assert relative(cached, once) < 1e-5
    # By hand the passes are compiled apart, and round otherwise.
    assert relative(two_passes(model, inputs, masks, 0), once) < 1e-4
    assert relative(two_passes(model, inputs, masks, 7), once) > 1e-2


def two_passes(model, inputs, masks, second):
    """Gradients by hand; the second pass starts at that count of draws."""
    set_seeds(model, 0)
    found = encode_chunks(model, inputs)
    features = {m: ops.convert_to_numpy(ops.stop_gradient(x)) for m, x in found.items()}

    def loss(features):
        with keras.StatelessScope():
            return loss_of_features(model, features, masks)

    _, slopes = of_arrays(loss, features)
    set_seeds(model, second)

    def linear():
        again = encode_chunks(model, inputs)
        encoders = sum(
            ops.sum(again[m] * ops.convert_to_tensor(slopes[m])) for m in again
        )
        constant = {m: ops.convert_to_tensor(x) for m, x in features.items()}
        return encoders + loss_of_features(model, constant, masks)

    return gradients(model, linear)


@pytest.mark.long
def test_seeds_move_on_as_over_the_chunks():
    model, inputs, masks = prepared("specific", dropout=0.2, drop_token_rate=0.5)
    encode_chunks(model, inputs)
    expected = [ops.convert_to_numpy(state) for state in seeds_of(model)]
    set_seeds(model, 0)
    model.encode_batch_size = CHUNK
    model.train_on_batch(inputs, masks)
    assert max(count for _, count in expected) == 3
    for state, value in zip(seeds_of(model), expected):
        np.testing.assert_array_equal(ops.convert_to_numpy(state), value)


def test_a_batch_that_chunks_do_not_divide_is_refused():
    model, (inputs, _) = worker.build("specific"), worker.batch(CLIPS)
    inputs = keras.tree.map_structure(ops.convert_to_tensor, inputs)
    model.encode_batch_size = 4
    with pytest.raises(ValueError, match="encode_batch_size=4 and 6 clips on 1 dev"):
        model(inputs, training=True)
    assert model(inputs)["video_to_audio"].shape == (6, 6)


def test_chunks_of_the_whole_batch_are_the_plain_step():
    model, (inputs, _) = worker.build("specific"), worker.batch(CLIPS)
    inputs = keras.tree.map_structure(ops.convert_to_tensor, inputs)
    calls = []

    def encode(x):
        calls.append(x)
        return x

    same = distribution.encode_in_chunks(encode, model.backbone, inputs, CLIPS)
    assert same is inputs and len(calls) == 1
