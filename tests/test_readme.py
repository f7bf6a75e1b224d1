"""What the README says is so: its table of presets, and its code."""

import pathlib
import re

import keras
import numpy as np
import pytest

from keras_vatt import presets
from keras_vatt.presets.listing import listing

README = (pathlib.Path(__file__).parents[1] / "README.md").read_text()
NAME = "vatt_video_base_kinetics400"


def block(beginning):
    """The Python block under a sentence."""
    after = README[README.index(beginning) :]
    return re.search(r"```python\n(.*?)```", after, re.DOTALL)[1]


@pytest.fixture(scope="module")
def preset(tmp_path_factory):
    """A small preset in the place of the released one."""
    folder = str(tmp_path_factory.mktemp("presets") / "tiny")
    model = presets.load("vatt_tiny", num_layers=3, vocabulary=["<pad>", "<unk>"])
    model.save_to_preset(folder)
    return folder


def test_the_table_of_presets_is_the_table():
    found = re.search(r"<!-- presets: .*? -->\n(.*?)\n<!-- end", README, re.DOTALL)[1]
    assert found == listing(markdown=True)


if keras.backend.backend() == "torch":

    def test_a_loop_of_torch(preset):
        import torch

        video = torch.randint(0, 255, (2, 8, 64, 64, 3), dtype=torch.uint8)
        losses = []

        def batches():
            for _ in range(3):
                yield video, torch.tensor([1, 2])
                losses.append(float(scope["loss"].detach()))

        scope = {"batches": batches()}
        exec(block("a tower is a `torch.nn.Module`").replace(NAME, preset), scope)
        assert losses[2] < losses[0]


if keras.backend.backend() == "jax":

    def test_a_pure_function_under_jit(preset):
        video = np.random.default_rng(0).integers(0, 255, (2, 8, 64, 64, 3), "uint8")
        scope = {"video": video}
        exec(block("a pure function of its parameters").replace(NAME, preset), scope)
        expected = scope["tower"](video)["pooled_output"]
        np.testing.assert_allclose(scope["features"], expected, atol=1e-5)
        assert all(np.isfinite(slope).all() for slope in scope["slopes"])
        assert len(scope["slopes"]) == len(scope["parameters"])


def test_surgery(preset):
    scope = {}
    exec(block("Surgery:").replace(NAME, preset), scope)
    tower, classifier = scope["tower"], scope["classifier"]
    trainable = {v.path.split("/")[-1] for v in tower.trainable_variables}
    assert {"lora_kernel_a", "lora_kernel_b"} <= trainable
    x = np.random.default_rng(0).integers(0, 255, (4, 8, 64, 64, 3), "uint8")
    before = [keras.ops.convert_to_numpy(v).copy() for v in tower.variables]
    classifier.fit(x, np.arange(4), epochs=1, verbose=0)
    changed = [
        v.path
        for v, old in zip(tower.variables, before, strict=True)
        if "seed" not in v.path
        and not np.array_equal(keras.ops.convert_to_numpy(v), old)
    ]
    assert any("lora_kernel" in path for path in changed)
    adapted = ("query_dense", "value_dense")
    assert all(path.split("/")[-2] in adapted for path in changed), changed
