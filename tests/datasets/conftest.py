"""No model is made here, so there is no session to clear after each test."""

import keras
import pytest


@pytest.fixture(autouse=True)
def same_seed():
    keras.utils.set_random_seed(0)
