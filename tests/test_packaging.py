"""The wheel and the console script, as a user gets them: real processes."""

import pathlib
import shutil
import subprocess
import sys
import zipfile

import pytest

ROOT = pathlib.Path(__file__).parent.parent

pytestmark = [pytest.mark.long, pytest.mark.ci]


def run(*command):
    result = subprocess.run(command, capture_output=True, text=True, timeout=280)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_the_wheel_holds_every_source_file(tmp_path):
    # A folder without __init__.py works from a checkout and is left out of a wheel.
    copy = tmp_path / "source"
    shutil.copytree(
        ROOT / "keras_vatt",
        copy / "keras_vatt",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    wanted = {
        path.relative_to(copy).as_posix()
        for path in (copy / "keras_vatt").rglob("*")
        if path.is_file()
    }
    pip_wheel = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps")
    run(*pip_wheel, "--wheel-dir", str(tmp_path), str(copy))
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert wanted - names == set()
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_console_script_lists_every_verb():
    command = pathlib.Path(sys.executable).parent / "keras-vatt"
    verbs = {
        path.stem
        for path in (ROOT / "keras_vatt" / "cli").glob("*.py")
        if path.stem != "__init__"
    }
    listed = set(run(str(command), "--help").split())
    assert verbs - listed == set()
