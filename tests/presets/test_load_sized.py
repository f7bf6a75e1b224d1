"""Frames of another size than the preset's."""

import pytest

from keras_vatt import models
from keras_vatt.presets.load_sized import load_sized

GIVEN = {"load_weights": False, "num_classes": 2}


def test_only_the_size_of_frames_changes():
    cls = models.VATTImageClassifier
    shape = load_sized(cls, "vatt_tiny", **GIVEN).backbone.video_shape
    model = load_sized(cls, "vatt_tiny", 32, **GIVEN)
    assert shape[1:3] != (32, 32)
    assert tuple(model.backbone.video_shape) == (shape[0], 32, 32, shape[3])
    assert model.preprocessor.image_size == (32, 32)
    with pytest.raises(ValueError, match="reads no frames"):
        load_sized(models.VATTAudioClassifier, "vatt_tiny", 32, **GIVEN)
