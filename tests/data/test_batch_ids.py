"""Which clips a batch was made of, told apart by what is in it."""

import pytest

from keras_vatt import data

# The ids of "a", "dot", "red" and "blue" in the tests' vocabulary.
A, DOT, RED, BLUE = 2, 3, 4, 5


def name_of(text):
    """The clip that has these words; c and d have none."""
    words = set(text.ravel().tolist()) - {0}
    if RED in words:
        return "a"
    if BLUE in words:
        return "b"
    return "e" if words == {A, DOT} else "c or d"


@pytest.mark.parametrize("cache", [pytest.param(False, marks=pytest.mark.long), True])
def test_ids_are_those_of_the_batch(records, preprocessor, cache):
    order = {"seed": 3, "shuffle_buffer": 4, "cache": cache}
    batches = data.load(
        records, "train", batch_size=2, preprocessor=preprocessor, repeat=True, **order
    )
    seen = set()
    for number, (inputs, _) in enumerate(batches.take(6).as_numpy_iterator()):
        found = data.batch_ids(records, "train", number, 2, **order)
        shown = [name_of(text) for text in inputs["text"]]
        assert len(found) == 2
        assert all(name[0] in clip.split(" or ") for name, clip in zip(found, shown))
        seen |= set(found)
    assert len(seen) == 5
