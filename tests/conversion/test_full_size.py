"""Full-size random checkpoints become presets; `make conversion` does all ten."""

import pytest

from keras_vatt.presets import released
from tests.conversion import full_size


@pytest.mark.ci
@pytest.mark.long
@pytest.mark.parametrize(
    "name",
    [
        "vatt_base_base_small_howto100m_audioset",
        "vatt_video_medium_agnostic_kinetics400",
    ],
)
def test_it_is_converted_whole_in_little_memory(name):
    measured = full_size.run(name)
    assert measured["parameters"] == released.RELEASED[name]["parameters"]
    assert measured["peak"] <= full_size.PEAK_ALLOWED, measured
