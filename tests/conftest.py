"""What every test starts from: the same seeds, no names left over."""

import keras
import pytest


@pytest.fixture(autouse=True)
def same_seed():
    keras.utils.set_random_seed(0)
    yield
    keras.backend.clear_session()
