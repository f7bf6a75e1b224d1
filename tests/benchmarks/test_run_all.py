"""The benchmarks at toy size, each in its process, as `make benchmarks` runs them."""

import importlib.util
import pathlib
import re
import subprocess
import sys

import keras
import pytest

BENCHMARKS = pathlib.Path(__file__).parents[2] / "benchmarks"
NUMBER = re.compile(r"\d+\.?\d*")


def run_all(output, *arguments):
    command = [sys.executable, str(BENCHMARKS / "run_all.py"), "--size", "toy"]
    command += ["--backends", keras.backend.backend(), "--output", str(output)]
    done = subprocess.run(
        [*command, *arguments], capture_output=True, text=True, timeout=3500
    )
    return done, output.read_text() if output.exists() else ""


def rows_of(text):
    return [line for line in text.splitlines() if line.startswith("| ")][1:]


def listed():
    spec = importlib.util.spec_from_file_location("run_all", BENCHMARKS / "run_all.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_row_is_a_script_that_says_what_it_costs():
    for row in listed().ROWS + listed().ACCELERATOR_ROWS:
        text = (BENCHMARKS / f"{row.script}.py").read_text()
        assert "Cost: " in text and "RESULT " in text, row.script


@pytest.mark.long
def test_a_row_of_the_table(tmp_path):
    done, text = run_all(tmp_path / "RESULTS.md", "--only", "loss")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = rows_of(text)
    assert len(rows) == 2 and "SymmetricNCE at 16 x 5" in rows[1]
    assert re.search(r"\d+\.\d\d s, \d+ MB", rows[0])
    assert re.search(r"\d+ cores, \d+ GB, Linux, Python", text)
    # Another row beside them; of another machine none would be left.
    done, text = run_all(tmp_path / "RESULTS.md", "--only", "hand_written")
    assert done.returncode == 0, done.stdout + done.stderr
    titles = [row.split(" | ")[0].removeprefix("| ") for row in rows_of(text)]
    towers = "beside hand-written towers"
    assert titles == ["loss at 2,048 x 5", "SymmetricNCE at 2,048 x 5", towers]
    (tmp_path / "RESULTS.md").write_text(text.replace(" cores", " other cores"))
    done, text = run_all(tmp_path / "RESULTS.md", "--only", "hand_written")
    assert len(rows_of(text)) == 1 and towers in text


def test_unknown_script(tmp_path):
    done, text = run_all(tmp_path / "RESULTS.md", "--only", "speed")
    assert done.returncode != 0 and not text
    assert "no such benchmark. There are: train_step, devices" in done.stderr


@pytest.mark.ci
@pytest.mark.long
def test_a_step_on_an_accelerator():
    command = [sys.executable, str(BENCHMARKS / "accelerator.py")]
    command += listed().TOY_ACCELERATOR.split()
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "RESULT utilisation of the measured peak: " in done.stdout


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_those_of_an_accelerator(tmp_path):
    done, text = run_all(tmp_path / "RESULTS.md", "--accelerator")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = rows_of(text)
    assert len(rows) == len(listed().ACCELERATOR_ROWS)
    assert all("utilisation" in row for row in rows[:-2])
    assert all("largest batch: 4" in row for row in rows[-2:])


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_all_of_them(tmp_path):
    """`peers` fails without transformers, and costs its own row alone."""
    done, text = run_all(tmp_path / "RESULTS.md")
    backend = keras.backend.backend()
    rows = rows_of(text)
    assert len(rows) == sum(backend in row.backends for row in listed().ROWS)
    failed = [row for row in rows if "failed: " in row]
    assert [row for row in failed if "No module named 'transformers'" not in row] == []
    assert bool(failed) == bool(done.returncode)
    for row in set(rows) - set(failed):
        assert NUMBER.search(row.split("|")[3]), row
