"""Every experiment file says where its values come from, and its values run."""

import ast
import contextlib
import inspect
import io
import json
import pathlib
import tokenize

import numpy as np
import pytest
from typer.testing import CliRunner

from keras_vatt import cli, data, datasets, evaluation, experiments, presets
from keras_vatt.experiments import experiment, recipes, tasks
from keras_vatt.presets.released import RELEASED
from keras_vatt.presets.sizes import SIZES
from tests.data.media_files import write_video
from tests.evaluation.protocol_folders import WRITERS
from tests.golden_files import GOLDEN

SOURCES = (
    "released config",
    "checkpoint step ",
    "paper, section ",
    "ours, not published",
)
NAMES = experiment.names()
FILES = [pathlib.Path(experiment.__file__).with_name(f"{name}.py") for name in NAMES]
MODULES = {name: experiment.load_experiment(name) for name in NAMES}


def run(*args):
    return CliRunner().invoke(cli.app, ["experiment", *map(str, args)])


def unsourced(text):
    """The lines of dicts, one a value, that lack one of the four comments."""
    keys = {
        key.lineno
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Dict)
        for key in node.keys
        if key is not None  # **RECIPE: its lines stand in recipes.py
    }
    comments = {
        token.start[0]: token.string
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT
    }
    return [
        line
        for line in sorted(keys)
        if not comments.get(line, "").removeprefix("# ").startswith(SOURCES)
    ]


def test_every_value_names_its_source():
    for path in [pathlib.Path(recipes.__file__), *FILES]:
        text = path.read_text()
        assert unsourced(text) == [], path
        assert len(unsourced(text.replace("# ", "# from "))) > 0  # it looks at them


def test_docstrings_say_command_cost_and_both_scores():
    for name, module in MODULES.items():
        for line in (
            f"keras-vatt experiment {name} data=",
            "\nCost: ",
            "\nReported by the authors: ",
            "\nMeasured by us: ",
        ):
            assert line in module.__doc__, (name, line)
        reported = module.__doc__.split("Reported by the authors: ")[1]
        reported = reported.split("Measured by us")[0]
        preset = module.values["preset"]
        if preset in RELEASED:
            row = RELEASED[preset]
            scores = (row["score"] or {}).values()
            assert all(str(score) in reported for score in scores), name
            step = int(row["checkpoint"].split("-")[-1])
            source = f'"{preset}",  # checkpoint step {step:,}\n'
            assert source in pathlib.Path(module.__file__).read_text(), name


def test_every_released_checkpoint_and_every_row_has_its_experiment():
    values = [module.values for module in MODULES.values()]
    named = {one.get(key) for one in values for key in ("preset", "start")}
    assert set(RELEASED) <= named
    assert {one["protocol"] for one in values if "protocol" in one} >= set(
        evaluation.PROTOCOLS
    ) - {"msrvtt"}  # the paper's is the split of 1,000
    for name, one in MODULES.items():
        preset = one.values["preset"]
        assert preset in RELEASED or preset in SIZES or preset.startswith("runs/")
        assert one.values["output"] == f"runs/{name}"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (["window=2"], "no value 'window'. Did you mean 'windows'?"),
        (["windows=many"], "windows is 4 and was given as 'many'"),
        (["windows=true"], "given as True"),
        (["windows"], "Expected key=value"),
        (["data=a", "data=b"], "given twice"),
        ([], "Pass data=FOLDER"),
        (["data=a", "task=fly"], "no task 'fly'"),
    ],
)
def test_a_wrong_value_is_an_error_with_the_nearest_name(changes, message):
    result = run("kinetics400_base", *changes)
    assert result.exit_code == 1 and message in result.output, result.output


def test_the_list_the_values_and_a_wrong_name():
    listed = run().output
    assert all(name in listed for name in NAMES)
    shown = run("ucf101_medium", "--show", "head_epochs=5").output
    assert "Reported by the authors: SVM 89.2" in shown
    assert json.loads(shown[shown.index("{") :])["head_epochs"] == 5
    result = run("kinetics400_bse")
    assert result.exit_code == 1 and "kinetics400_base" in result.output


def test_a_small_one_runs(tmp_path):
    WRITERS["ucf101"](tmp_path / "data")
    output = tmp_path / "run"
    result = run(
        *("small_random_probe", f"data={tmp_path / 'data'}", f"output={output}"),
        *("head_epochs=3", 'classifiers=["svm"]', "windows=2"),
    )
    assert result.exit_code == 0, result.output
    found = json.loads((output / "experiment.json").read_text())
    assert found["values"]["windows"] == 2 and found["values"]["head_epochs"] == 3
    assert set(found["scores"]) == {"svm"}
    saved = json.loads((output / "scores.json").read_text())
    assert saved["scores"] == found["scores"]
    assert saved["settings"]["windows"] == 2 and saved["head_epochs"] == 3
    with np.load(output / "scores.npz") as arrays:
        assert arrays["test_features"].shape == (12, 128)


def test_pretraining_has_the_released_schedule(monkeypatch):
    """Warm-up, then a cosine to half: as the authors' code computes it."""
    given = {}

    def pretrain_folder(data, output, **options):
        given.update(options, data=data)
        raise KeyboardInterrupt

    monkeypatch.setattr(experiments, "pretrain_folder", pretrain_folder)
    with pytest.raises(KeyboardInterrupt):
        experiments.run_experiment("pretrain_base", data=["a", "b"])
    assert given["data"] == ["a", "b"] and given["batch_size"] == 2048
    assert given["reading"] == {
        "weights": [0.5, 0.5],
        "frame_rate": [10, 25],
        "frame_stride": [1, 2],
        "num_candidates": 5,
        "cache": False,
    }
    golden = json.loads((GOLDEN / "schedules.json").read_text())
    schedule = given["optimizer"]._learning_rate
    released = golden["pretrain_stepwise_cosine"]
    assert len(released) > 10
    for step, expected in released.items():
        if expected is not None:  # theirs divides 0 by 0 at the end
            found = float(schedule(int(step)))
            assert found == pytest.approx(expected, rel=1e-4, abs=1e-12), step


def test_fine_tuning_gets_every_value_and_is_scored(monkeypatch, tmp_path):
    WRITERS["kinetics400"](tmp_path / "data")
    given, scored = {}, []

    def finetune_folder(folder, output, **options):
        given.update(options, folder=folder, output=output)

    def run_protocol(name, preset, *args, **options):
        scored.append((name, preset, options["windows"]))
        return {"scores": {"top1": 0.5}}

    monkeypatch.setattr(experiments, "finetune_folder", finetune_folder, raising=False)
    monkeypatch.setattr("keras_vatt.experiments.tasks.run_protocol", run_protocol)
    output = str(tmp_path / "run")
    result = experiments.run_experiment(
        "kinetics400_base",
        data=str(tmp_path / "data"),
        output=output,
        task="finetune",
        train_steps=7,
    )
    assert result["scores"] == {"top1": 0.5}
    assert scored == [("kinetics400", f"{output}/preset", 4)]
    assert given == {
        "folder": f"{output}/training_records",
        "output": output,
        "preset": "vatt_base_base_small_howto100m_audioset",
        "task": "video",
        "steps": 7,
        "batch_size": 64,
        "learning_rate": 0.005,
        "warmup_steps": 2500,
        "momentum": 0.9,
        "backbone_clipnorm": 0.75,
        "label_smoothing": 0.1,
        "image_size": 320,
        "cache": False,
        "seed": 0,
    }


class Reached(Exception):
    pass


def fitting(function, called):
    """Stands in for a function: takes what it takes, and no other name."""
    signature = inspect.signature(function)

    def stand_in(*args, **kwargs):
        given = signature.bind(*args, **kwargs).arguments
        for name, parameter in signature.parameters.items():
            if parameter.kind is parameter.VAR_KEYWORD:
                assert not given.get(name), (function.__name__, given[name])
        inspect.signature(data.load).bind_partial(**given.get("reading", {}))
        called.append(function.__name__)
        raise Reached

    return stand_in


def test_every_value_fits_the_function_that_it_goes_to(monkeypatch, tmp_path):
    called = []
    for owner, name in (
        (experiments, "finetune_folder"),
        (experiments, "pretrain_folder"),
        (tasks, "run_protocol"),
    ):
        monkeypatch.setattr(owner, name, fitting(getattr(owner, name), called))
    for owner, name in (
        (tasks, "find_annotations"),
        (datasets, "read_dataset"),
        (datasets, "prepare"),
    ):
        monkeypatch.setattr(owner, name, lambda *args: None)
    for name, module in MODULES.items():
        values = {**module.values, "data": "data", "output": str(tmp_path)}
        wanted = {values["task"]}
        wanted |= {"evaluate"} if "protocol" in values else set()
        wanted |= {"finetune"} if "start" in values else set()
        for task in sorted(wanted):
            before = len(called)
            with contextlib.suppress(Reached):
                tasks.TASKS[task](values)
            assert len(called) == before + 1, (name, task)
    assert len(set(called)) == 3
    with pytest.raises(AssertionError):
        fitting(experiments.finetune_folder, called)("a", "b", "c", warm_up=1)


@pytest.mark.long
def test_fine_tuning_of_images_runs_and_is_scored(tmp_path):
    WRITERS["imagenet"](tmp_path / "data")
    output = tmp_path / "run"
    result = run(
        *("imagenet_base", f"data={tmp_path / 'data'}", f"output={output}"),
        *("start=vatt_tiny", "image_size=32", "train_epochs=1"),
        *("train_batch_size=3", "warmup_steps=1"),
    )
    assert result.exit_code == 0, result.output
    found = json.loads((output / "experiment.json").read_text())
    assert found["scores"]["clips"] == 4 and 0 <= found["scores"]["top1"] <= 1
    # The labels of "test" are withheld: nothing was scored there.
    assert not (output / "logits.npz").exists()
    model = presets.load(str(output / "preset"))
    assert model.modality == "image"
    assert tuple(model.backbone.video_shape[1:3]) == (32, 32)
    assert model.class_names == ["n01440764", "n01443537"]


@pytest.mark.long
@pytest.mark.filterwarnings("ignore:frame_.* overrides the preprocessor's")
def test_pretraining_mixes_two_sources_and_is_scored(tmp_path):
    for source in ("one", "two"):
        folder = tmp_path / source
        folder.mkdir()
        lines = ["video_path,caption,split"]
        for n in range(6):
            write_video(folder / f"{n}.mp4", blue=40 * n)
            lines.append(f"{n}.mp4,a clip {n},{'test' if n > 3 else 'train'}")
        (folder / "clips.csv").write_text("\n".join(lines) + "\n")
        assert (
            CliRunner()
            .invoke(
                cli.app, ["prepare", str(folder), str(tmp_path / f"{source}_records")]
            )
            .exit_code
            == 0
        )
    folders = [str(tmp_path / f"{source}_records") for source in ("one", "two")]
    result = run(
        *("pretrain_base", f"data={json.dumps(folders)}", "preset=vatt_tiny"),
        *("steps=2", "batch_size=4", "warmup_steps=1", f"output={tmp_path / 'run'}"),
    )
    assert result.exit_code == 0, result.output
    found = json.loads((tmp_path / "run" / "experiment.json").read_text())
    assert found["scores"]["text_to_video"]["clips"] == 2
    assert (tmp_path / "run" / "preset" / "config.json").exists()
    assert (tmp_path / "run" / "history.csv").exists()
