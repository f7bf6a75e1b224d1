"""Four devices give the losses of one, in real processes."""

import json
import os
import subprocess
import sys

import keras
import numpy as np
import pytest

SCRIPT = """
import json, sys
import keras, tensorflow as tf
from keras_vatt import models
from tests.models import tiny

if sys.argv[1] == "4":
    devices = keras.distribution.list_devices()
    assert len(devices) == 4, devices
    keras.distribution.set_distribution(keras.distribution.DataParallel())
keras.utils.set_random_seed(0)
model = models.VATTPretrainer(
    tiny.specific(**tiny.STILL), fine_dim=6, coarse_dim=5, compile=False
)
# With a rate at which the loss jumps about, it enlarges the last bits a hundredfold.
model.compile(keras.optimizers.SGD(1e-4))
inputs, masks = tiny.batch(8)
masks["text_mask"][:2] = 0  # the first device's clips have no text at all
data = tf.data.Dataset.from_tensors((inputs, masks))
history = model.fit(data, epochs=5, verbose=0).history
assert keras.ops.shape(model({"text": inputs["text"]})["text_to_video"]) == (8, 3, 5)
print(json.dumps(history))
"""


@pytest.mark.ci
@pytest.mark.long
@pytest.mark.timeout(1200)
def test_jax_data_parallel_equals_one_device():
    """`DataParallel` is JAX's; the other backends' replicas have tests of their own."""
    one, four = losses_on("1"), losses_on("4")
    assert one["loss"][-1] < 0.9 * one["loss"][0]
    for name in one:
        np.testing.assert_allclose(four[name], one[name], rtol=1e-4, err_msg=name)


def losses_on(devices):
    environment = {
        **os.environ,
        "KERAS_BACKEND": "jax",
        "XLA_FLAGS": f"--xla_force_host_platform_device_count={devices}",
    }
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT, devices],
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    return json.loads(result.stdout.splitlines()[-1])


def test_one_replica_gathers_nothing():
    from keras_vatt import distribution

    features = {"video": keras.ops.ones((2, 3))}
    assert distribution.gather(features)["video"] is features["video"]
    assert distribution.num_replicas() == 1
