"""`keras-vatt pretrain` killed and started again, as processes."""

import time

import pytest

from keras_vatt.training.stop_signal import EXIT_CODE
from tests.training import kill_test


@pytest.mark.ci
@pytest.mark.long
@pytest.mark.timeout(1500)
def test_three_kills_change_nothing(tmp_path):
    kill_test.kill_test(tmp_path, kills=3, in_writing=1)


@pytest.mark.ci
@pytest.mark.long
@pytest.mark.timeout(900)
def test_sigterm_saves_and_ends_in_time(tmp_path):
    kill_test.make_inputs(tmp_path)
    process = kill_test.pretrain(tmp_path, "run")
    while kill_test.rows(tmp_path / "run") < 3:
        kill_test.check(process, tmp_path)
        time.sleep(0.01)
    begin = time.monotonic()
    process.terminate()
    assert process.wait() == EXIT_CODE == 143
    assert time.monotonic() - begin < 30
    saved, _ = kill_test.newest_state(tmp_path / "run" / "state")
    # The very last step is saved, not the last that was due.
    assert saved["step"] == kill_test.rows(tmp_path / "run")
    assert "The same command goes on" in (tmp_path / "run.log").read_text()
