"""States on disk: whole, or not there."""

import os

import numpy as np
import pytest

from keras_vatt.training.state_files import (
    newest_state,
    read_arrays,
    remove_states,
    write_state,
)


def arrays(step):
    return [("a", np.full((3, 2), step, "float32")), ("b.0", np.array(step, "uint8"))]


@pytest.fixture
def states(tmp_path):
    for step in (5, 10, 15):
        write_state(tmp_path, step, arrays(step), {"epoch": step // 5}, keep=2)
    return tmp_path


def test_what_is_written_is_read(states):
    record, path = newest_state(states)
    assert record["step"] == 15 and record["epoch"] == 3
    found = dict(read_arrays(path))
    assert list(found) == ["a", "b.0"]
    np.testing.assert_array_equal(found["a"], np.full((3, 2), 15))
    assert found["a"].dtype == "float32" and found["b.0"].dtype == "uint8"
    assert newest_state(states / "none") is None


def test_the_last_ones_are_kept(states):
    names = sorted(os.listdir(states))
    assert names == ["step-000000010", "step-000000015"]
    remove_states(states)
    assert os.listdir(states) == []


@pytest.mark.parametrize("name", ["arrays.npz", "state.json"])
@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "missing"])
def test_what_is_damaged_is_left_out(states, name, damage):
    path = states / "step-000000015" / name
    content = bytearray(path.read_bytes())
    path.unlink()
    if damage == "cut":
        path.write_bytes(bytes(content[: len(content) // 2]))
    elif damage == "flipped":
        content[len(content) // 2] ^= 4
        path.write_bytes(bytes(content))
    elif damage == "empty":
        path.write_bytes(b"")
    with pytest.warns(UserWarning, match="step-000000015.*damaged"):
        record, _ = newest_state(states)
    assert record["step"] == 10
    # It goes on, comes to the same step, and replaces what is damaged.
    write_state(states, 15, arrays(15), {})
    assert newest_state(states)[0]["step"] == 15


def test_none_that_is_whole_is_said(states):
    for path in states.glob("*/state.json"):
        path.write_text("{}")
    with (
        pytest.warns(UserWarning, match="damaged"),
        pytest.raises(OSError, match="None of the 2 states.*--restart"),
    ):
        newest_state(states)


def test_what_a_killed_writer_left_is_no_state(states):
    (states / "step-000000020.partial").mkdir()
    assert newest_state(states)[0]["step"] == 15

    def dies():
        yield arrays(20)[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_state(states, 20, dies(), {})
    assert newest_state(states)[0]["step"] == 15
    write_state(states, 25, arrays(25), {}, keep=1)
    assert os.listdir(states) == ["step-000000025"]


def test_objects_are_neither_written_nor_read(tmp_path):
    with pytest.raises(ValueError, match="[Oo]bject"):
        write_state(tmp_path, 1, [("a", np.array([None]))], {})
    np.savez(tmp_path / "bad.npz", a=np.array([None]))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        list(read_arrays(tmp_path / "bad.npz"))
