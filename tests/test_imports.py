"""The direction of imports (design 2), read from the sources, not from a run."""

import ast
import pathlib
import subprocess
import sys
from typing import NamedTuple

import pytest

import keras_vatt

PACKAGE = pathlib.Path(keras_vatt.__file__).parent

# What each area may import besides itself, directly or through what it names.
BELOW = {
    "kernels": (),
    "layers": ("kernels",),
    "losses": (),
    "metrics": (),
    "preprocessing": (),
    "distribution": (),
    "models": ("layers", "losses", "metrics", "preprocessing", "distribution"),
    "training": ("models", "distribution"),
    "conversion": ("models", "distribution"),
    "presets": ("training", "conversion"),
    "data": ("preprocessing",),
    "datasets": ("data",),
    "evaluation": ("presets", "datasets"),
    "experiments": ("evaluation", "distribution"),
    "demo": ("evaluation", "experiments"),
    "cli": ("evaluation", "experiments", "demo", "distribution"),
}
# `distribution` is for those that name it, not for all that stand above them.
ONLY_BY_NAME = "distribution"
# Against or beside the direction, each in one file and within a function:
# - `from_preset("vatt_...")` of a released name asks presets for a local folder;
# - `classifier.predict_files` reads files, and data alone opens files. That points
#   aside, not up: data never imports models, so no circle can close.
EXCEPTIONS = (("models", "presets"), ("models", "data"))

# Third-party packages of the areas that are to run wherever Keras runs.
BACKEND_FREE = {
    "layers": {"keras", "keras_hub", "numpy"},
    "losses": {"keras"},
    "metrics": {"keras", "numpy", "sklearn"},
    "models": {"keras", "keras_hub", "numpy"},
}
HEAVY = ("tensorflow_datasets", "apache_beam", "av", "gradio", "sklearn", "matplotlib")
# The base under presets and saved models: the one private name worth having. And what
# finds the files behind a handle: KerasHub's own `from_preset` ties a class to one
# backbone, ours serve several, and a config is looked at before it is built.
PRIVATE_NAMES = {
    "register_presets",
    "get_preset_loader",
    "check_file_exists",
    "load_json",
}


class Import(NamedTuple):
    file: str
    line: int
    module: str  # absolute dotted name of the module, `a.b` of `from a.b import c`
    name: str  # `c` of `from a.b import c`, else ""
    in_function: bool

    @property
    def area(self):
        return self.file.split("/")[0].removesuffix(".py")

    @property
    def target(self):
        """The area of keras_vatt that is imported, or None."""
        parts = [*self.module.split("."), self.name]
        return parts[1] if parts[0] == "keras_vatt" and parts[1] in BELOW else None

    def __str__(self):
        return f"{self.file}:{self.line} imports {self.module} {self.name}".rstrip()


def imports_of(source, file):
    """Every import of a file, at whatever depth it stands."""
    package = ["keras_vatt", *pathlib.PurePosixPath(file).parts[:-1]]

    def visit(node, in_function):
        for child in ast.iter_child_nodes(node):
            inside = in_function or isinstance(
                child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
            )
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield Import(file, child.lineno, alias.name, "", inside)
            elif isinstance(child, ast.ImportFrom):
                base = package[: len(package) + 1 - child.level] if child.level else []
                module = ".".join([*base, *filter(None, [child.module])])
                for alias in child.names:
                    yield Import(file, child.lineno, module, alias.name, inside)
            else:
                yield from visit(child, inside)

    return list(visit(ast.parse(source), False))


def reachable(area):
    """The areas that an area may import: the closure of BELOW."""
    found = {area}
    for below in BELOW[area]:
        found |= {below} | (reachable(below) - {ONLY_BY_NAME})
    return found


def wrong_directions(imports):
    return [
        one for one in imports if one.target and one.target not in reachable(one.area)
    ]


FILES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
IMPORTS = [
    one
    for file in FILES
    if file != "__init__.py"  # names the areas, and is below none
    for one in imports_of((PACKAGE / file).read_text(), file)
]


def test_every_file_stands_in_a_known_area():
    areas = {file.split("/")[0].removesuffix(".py") for file in FILES}
    assert areas - {"__init__"} <= set(BELOW)


def test_every_folder_of_sources_is_a_package():
    folders = {(PACKAGE / file).parent for file in FILES}
    assert [str(f) for f in folders if not (f / "__init__.py").exists()] == []


def test_imports_point_down():
    wrong = wrong_directions(IMPORTS)
    excepted = [one for one in wrong if (one.area, one.target) in EXCEPTIONS]
    assert [str(one) for one in wrong if one not in excepted] == []
    assert [str(one) for one in excepted if not one.in_function] == []
    for pair in EXCEPTIONS:
        ways = [one for one in excepted if (one.area, one.target) == pair]
        assert len({one.file for one in ways}) <= 1, [*map(str, ways)]


def test_areas_are_imported_by_name():
    """`import keras_vatt` would hide which area is meant; the top may do as users."""
    top = {"experiments", "demo", "cli"}
    bare = [one for one in IMPORTS if one.module == "keras_vatt" and not one.name]
    assert [str(one) for one in bare if one.area not in top] == []


@pytest.mark.parametrize(
    ("file", "source", "is_wrong"),
    [
        ("layers/a.py", "from keras_vatt.models import VATTBackbone", True),
        ("layers/a.py", "from keras_vatt import models", True),
        ("layers/a.py", "from ..models.b import C", True),
        ("losses/a.py", "def f():\n    import keras_vatt.distribution", True),
        ("presets/a.py", "from keras_vatt import distribution", True),
        ("data/a.py", "class A:\n    from keras_vatt.models import b", True),
        ("evaluation/a.py", "from keras_vatt.demo import b", True),
        ("layers/a.py", "from .b import C", False),
        ("models/a.py", "from keras_vatt import distribution", False),
        ("evaluation/a.py", "from keras_vatt.layers import DropToken", False),
        ("cli/a.py", "from keras_vatt import data, demo", False),
    ],
)
def test_the_rule_itself(file, source, is_wrong):
    assert bool(wrong_directions(imports_of(source, file))) == is_wrong


def test_data_never_reaches_models():
    assert not reachable("data") & {"models", "training", "presets", "conversion"}


@pytest.mark.parametrize("area", BACKEND_FREE)
def test_backend_free_areas_import_only(area):
    allowed = BACKEND_FREE[area] | {"keras_vatt"} | set(sys.stdlib_module_names)
    wrong = [
        one
        for one in IMPORTS
        if one.area == area and one.module.split(".")[0] not in allowed
    ]
    assert [str(one) for one in wrong] == []


def test_jax_and_torch_only_behind_the_backend_line():
    wrong = [
        one
        for one in IMPORTS
        if one.module.split(".")[0] in ("jax", "torch")
        and one.area not in ("kernels", "distribution", "training")
    ]
    assert [str(one) for one in wrong] == []


def test_private_names_of_keras_hub():
    private = [one for one in IMPORTS if one.module.startswith("keras_hub.src")]
    assert [str(one) for one in private if one.name not in PRIVATE_NAMES] == []
    assert [
        str(one) for one in IMPORTS if one.module.startswith(("keras.src", "keras_nlp"))
    ] == []


def test_no_folder_for_leftovers():
    names = {part.removesuffix(".py") for file in FILES for part in file.split("/")}
    assert not names & {"utils", "util", "helpers", "misc", "common"}


def test_importing_the_package_and_the_command_line_loads_nothing_heavy():
    # Keras itself loads scikit-learn and matplotlib where it finds them: those are
    # forgotten first, so that what stands there afterwards is our doing.
    code = f"""
import sys
import keras, keras_hub
for name in list(sys.modules):
    if name.split(".")[0] in {HEAVY}:
        del sys.modules[name]
before = set(sys.modules)
import keras_vatt, keras_vatt.cli
new = set(sys.modules) - before
print(*[name for name in new if name.split(".")[0] in {HEAVY}])
areas = ("data", "datasets", "evaluation", "experiments", "demo")
print(*["keras_vatt." + area for area in areas if "keras_vatt." + area in new])
"""
    # A fresh interpreter: here pytest and the other tests have loaded much already.
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=240
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == []
