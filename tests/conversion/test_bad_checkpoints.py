"""Checkpoints that are damaged, incomplete or of something else."""

import pathlib
import shutil

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_vatt.conversion import from_released_checkpoint, released_variables
from tests import golden_files

VALUE = "/.ATTRIBUTES/VARIABLE_VALUE"
ROOT = "model/layer_with_weights-0"
NORM = f"{ROOT}/_base/tx/final_layer_norm/beta"
KERNEL = f"{ROOT}/_base/tx/layers/0/feed_forward/mlp/wi/kernel"


@pytest.fixture
def values():
    reader = tf.train.load_checkpoint(golden_files.checkpoint("wat_classifier"))
    names = reader.get_variable_to_shape_map()
    return {name: reader.get_tensor(name) for name in names if name.endswith(VALUE)}


@pytest.fixture
def prefix(tmp_path):
    """A copy of a good checkpoint, to be damaged."""
    source = pathlib.Path(golden_files.checkpoint("wat_classifier"))
    for suffix in (".index", golden_files.DATA_SUFFIX):
        shutil.copy(f"{source}{suffix}", tmp_path / f"ckpt-1{suffix}")
    return str(tmp_path / "ckpt-1")


def write(values, folder):
    """Writes variables under any names, as TensorFlow writes checkpoints."""
    prefix, names = str(folder / "ckpt-2"), sorted(values)
    tf.raw_ops.SaveV2(
        prefix=prefix,
        tensor_names=names,
        shape_and_slices=[""] * len(names),
        tensors=[values[name] for name in names],
    )
    return prefix


def load(prefix, **kwargs):
    return from_released_checkpoint(prefix, **{"head_dim": 16, **kwargs})


def check_refused(prefix, *expected, error=ValueError, **kwargs):
    with pytest.raises(error) as raised:
        load(prefix, **kwargs)
    for text in expected:
        assert text in str(raised.value), (text, str(raised.value))


def test_bookkeeping_is_left_out(values, tmp_path):
    extra = {
        "save_counter" + VALUE: np.int64(7),
        "optimizer/iter" + VALUE: np.int64(100_000),
        "optimizer/learning_rate" + VALUE: np.float32("nan"),
        f"{NORM}/.OPTIMIZER_SLOT/optimizer/m{VALUE}": np.zeros(64, "float32"),
        f"{NORM}/.OPTIMIZER_SLOT/optimizer/momentum{VALUE}": np.zeros(64, "float32"),
        "_CHECKPOINTABLE_OBJECT_GRAPH": np.array(b"graph", object),
    }
    model = load(write({**values, **extra}, tmp_path))
    for name, variable in released_variables(model).items():
        found = keras.ops.convert_to_numpy(variable)
        np.testing.assert_array_equal(found, values[name], err_msg=name)


def test_missing_variable(values, tmp_path):
    del values[NORM + VALUE]
    check_refused(write(values, tmp_path), f"Missing: {NORM}{VALUE}. Left over: none")


def test_missing_variable_that_tells_a_size(values, tmp_path):
    del values[KERNEL + VALUE]
    check_refused(write(values, tmp_path), "lacks " + KERNEL, "tells a size")


def test_missing_block(values, tmp_path):
    values = {k.replace("/layers/1/", "/layers/2/"): v for k, v in values.items()}
    check_refused(write(values, tmp_path), "Missing: ", "/layers/1/mha/q/bias")


def test_extra_variable(values, tmp_path):
    values[f"{ROOT}/_base/gate/kernel{VALUE}"] = np.zeros(3, "float32")
    check_refused(
        write(values, tmp_path), "Missing: none", f"Left over: {ROOT}/_base/gate/kernel"
    )


def test_extra_variable_beside_the_model(values, tmp_path):
    values[f"teacher/kernel{VALUE}"] = np.zeros(3, "float32")
    check_refused(write(values, tmp_path), "Left over: teacher/kernel")


def test_other_shape(values, tmp_path):
    values[NORM + VALUE] = np.zeros(63, "float32")
    check_refused(write(values, tmp_path), f"{NORM}{VALUE} has (63,), expected (64,)")


def test_other_rank_where_a_size_is_read(values, tmp_path):
    values[KERNEL + VALUE] = np.zeros(64, "float32")
    check_refused(write(values, tmp_path), KERNEL, "(64,)", "Expected 2 axes")


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_values_that_are_not_finite(values, tmp_path, bad):
    values[KERNEL + VALUE] = values[KERNEL + VALUE].copy()
    values[KERNEL + VALUE][3, :2] = bad
    check_refused(
        write(values, tmp_path), KERNEL, "2 values of 8192", "NaN or infinite"
    )


def test_values_that_are_no_floats(values, tmp_path):
    values[NORM + VALUE] = np.zeros(64, "int32")
    check_refused(write(values, tmp_path), NORM, "int32", "Expected floats")


def test_something_else(tmp_path):
    check_refused(
        write({"dense/kernel" + VALUE: np.zeros(3, "float32")}, tmp_path),
        "not the variables of a released VATT model",
        "dense/kernel",
    )


def test_missing_files(prefix):
    pathlib.Path(prefix + golden_files.DATA_SUFFIX).unlink()
    check_refused(prefix, prefix + ".data-", "put both there", error=FileNotFoundError)
    pathlib.Path(prefix + ".index").unlink()
    check_refused(prefix, prefix + ".index", error=FileNotFoundError)


@pytest.mark.parametrize("suffix", [".index", golden_files.DATA_SUFFIX])
def test_one_file_for_the_prefix(prefix, suffix):
    check_refused(prefix + suffix, "one file of a checkpoint", f"pass {prefix!r}")


def test_folder_for_the_prefix(prefix):
    folder = str(pathlib.Path(prefix).parent)
    check_refused(folder, "is a folder", "['ckpt-1']")


def test_web_page_for_the_index(prefix):
    pathlib.Path(prefix + ".index").write_text("<!doctype html><title>Sign in</title>")
    check_refused(prefix, "not the index of a TensorFlow checkpoint", "web page")


def test_truncated_data(prefix):
    path = pathlib.Path(prefix + golden_files.DATA_SUFFIX)
    path.write_bytes(path.read_bytes()[:100_000])
    check_refused(prefix, "cannot be read", "fetch it again")


def test_damaged_data(prefix):
    path = pathlib.Path(prefix + golden_files.DATA_SUFFIX)
    data = bytearray(path.read_bytes())
    data[1000] ^= 1
    path.write_bytes(data)
    check_refused(prefix, "cannot be read", "fetch it again")


def test_shape_for_an_input_that_is_not_there(prefix):
    check_refused(
        prefix, "waveform classifier", "'video_shape'", video_shape=(8, 32, 32, 3)
    )


def test_shape_that_the_patch_does_not_divide(prefix):
    check_refused(prefix, "1300", "multiple of 128", audio_shape=(1300, 1))
