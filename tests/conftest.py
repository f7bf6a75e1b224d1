"""What every test starts from: the same seeds, no names left over."""

import gc

import keras
import pytest


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
    keras.backend.clear_session()
