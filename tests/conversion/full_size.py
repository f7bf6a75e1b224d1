"""Converts a full-size random checkpoint in a process of its own, and measures it.

    python -m tests.conversion.full_size NAME    one released name, KERAS_BACKEND's
    python -m tests.conversion.full_size all     all ten manifests

Prints a line of JSON a name: the checkpoint's bytes, peak memory over that of the same
process after its imports as a multiple of them, and seconds of the first load (fetch,
convert, check) and the second. `make conversion` runs it on three backends.
"""

import gc
import json
import math
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

MANIFEST_OF = {
    "vatt_base_base_small_howto100m_audioset": "tx_fac_bbs",
    "vatt_medium_base_small_howto100m_audioset": "tx_fac_mbs",
    "vatt_large_base_small_howto100m_audioset": "tx_fac_lbs",
    "vatt_medium_agnostic_howto100m_audioset": "ut_fac_medium",
    "vatt_video_base_kinetics400": "vit_base_k400_modality_specific",
    "vatt_video_medium_kinetics400": "vit_medium_k400_modality_specific",
    "vatt_video_large_kinetics400": "vit_large_k400_modality_specific",
    "vatt_video_medium_agnostic_kinetics400": "vit_medium_k400_modality_agnostic",
    "vatt_audio_base_audioset": "wat_base_audioset_modality_specific",
    "vatt_audio_medium_agnostic_audioset": "wat_medium_audioset_modality_agnostic",
}
PEAK_ALLOWED = 2.2  # of the checkpoint's bytes


def write_checkpoint(name, folder):
    """Writes random variables of a manifest's names and shapes where the bucket has
    the name's, one shard; returns its bytes."""
    import numpy as np
    import tensorflow as tf

    from keras_vatt.presets import released
    from tests import golden_files

    shapes, _ = golden_files.manifest(MANIFEST_OF[name])
    shapes.pop("_CHECKPOINTABLE_OBJECT_GRAPH")
    prefix = pathlib.Path(folder) / released.RELEASED[name]["checkpoint"]
    prefix.parent.mkdir(parents=True)
    rng = np.random.default_rng(0)
    tf.raw_ops.SaveV2(
        prefix=str(prefix),
        tensor_names=list(shapes),
        shape_and_slices=[""] * len(shapes),
        tensors=[rng.normal(0, 0.02, s).astype("float32") for s in shapes.values()],
    )
    return 4 * sum(math.prod(shape) for shape in shapes.values())


def measure(name, bucket, bytes_):
    """In a fresh process: loads the name twice and prints what it took."""
    import numpy as np
    import tensorflow as tf

    from keras_vatt import presets

    tf.constant(0.0) + 1.0  # what a backend sets up for its first operation
    import keras

    keras.ops.convert_to_numpy(keras.random.uniform((2, 2)))
    start_peak = _resident()
    start = time.perf_counter()
    presets.path(name, base=bucket)
    first = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    gc.collect()
    keras.utils.get_file = tf.train.load_checkpoint = None  # must not be needed
    start = time.perf_counter()
    model = presets.load(name)
    second = time.perf_counter() - start
    kernel = keras.ops.convert_to_numpy(model.weights[0])
    assert np.isfinite(kernel).all()
    print(
        json.dumps(
            {
                "name": name,
                "backend": keras.backend.backend(),
                "megabytes": round(bytes_ / 1e6),
                "peak": round((peak - start_peak) / bytes_, 2),
                "first_seconds": round(first, 1),
                "second_seconds": round(second, 1),
                "parameters": model.count_params(),
            }
        )
    )


def _resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def run(name):
    """Writes the checkpoint, measures in a child, and returns what it printed."""
    with tempfile.TemporaryDirectory(prefix="keras_vatt_full_size_") as folder:
        environment = {**os.environ, "KERAS_VATT_CACHE": f"{folder}/cache"}
        environment.pop("KERAS_VATT_BASE", None)
        steps = (
            f"print(full_size.write_checkpoint({name!r}, {folder + '/bucket'!r}))",
            f"full_size.measure({name!r}, {folder + '/bucket'!r}, BYTES)",
        )
        printed = ""
        for step in steps:
            code = "from tests.conversion import full_size\n" + step
            result = subprocess.run(
                [sys.executable, "-c", code.replace("BYTES", printed)],
                stdout=subprocess.PIPE,
                text=True,
                env=environment,
                check=True,
            )
            printed = result.stdout.strip().splitlines()[-1]
        return json.loads(printed)


if __name__ == "__main__":
    for each in MANIFEST_OF if sys.argv[1] == "all" else sys.argv[1:]:
        print(json.dumps(run(each)), flush=True)
