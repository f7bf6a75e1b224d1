"""What every test starts from: the same seeds, no names left over."""

import gc

import keras
import pytest


def pytest_collection_modifyitems(config, items):
    """Leaves out what is of other backends alone, `@pytest.mark.only("jax")`."""
    backend = keras.backend.backend()
    left_out = [
        item
        for item in items
        if any(backend not in mark.args for mark in item.iter_markers("only"))
    ]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def pytest_collection_finish():
    """Leaves the imported packages out of every later garbage collection.

    Clearing a session collects garbage, and looking through the millions of objects
    that TensorFlow, KerasHub and PyTorch consist of took half of the suite's time.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def same_seed():
    keras.utils.set_random_seed(0)
    yield
    # Collecting garbage after each test took a fifth of the suite's time.
    keras.backend.clear_session(free_memory=False)
