"""
Title: Bring the authors' checkpoints
Author: The keras_vatt authors
Date created: 2026/11/23
Last modified: 2026/11/23
Description: From the released TensorFlow checkpoints to a model on any backend.
Accelerator: None
"""

"""
## Introduction

The authors of VATT released weights as TensorFlow 2 checkpoints: four pretrained models
and fifteen fine-tuned ones. This guide shows the three ways to them: by name, by a copy
of the files, and by `keras-vatt convert` for a checkpoint of your own that the authors'
code wrote. It ends with the only question that matters: does the converted model
compute what theirs does?

Released names download gigabytes. To run anywhere, the guide takes small checkpoints in
their place: `tests/golden` of this repository holds models with random weights, written
by the authors' code, with what that code computed from them. Format, variable names and
architecture are those of the released files. Run it from the repository:

```
KERAS_BACKEND=torch python guides/bring_the_authors_checkpoints.py
```
"""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import json
import pathlib
import subprocess
import sys
import tempfile

import keras
import matplotlib.pyplot as plt
import numpy as np

import keras_vatt

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from tests import golden_files

folder = pathlib.Path(os.environ.get("GUIDE_FOLDER") or tempfile.mkdtemp())
BACKEND = keras.backend.backend()

"""
## By name

`presets.names()` lists the released models, and the sizes without weights. On a machine
with a network the following is all there is to it:

```python
model = keras_vatt.presets.load("vatt_video_base_kinetics400")
```

It fetches the two files of the checkpoint once, checks every variable's name, shape
and finiteness, and keeps the result as a preset; the second load touches neither the
network nor TensorFlow's checkpoint reader. With a copy of the files in a folder that is
laid out like the authors' bucket, add `base="that_folder"`, or set `KERAS_VATT_BASE`.
"""

print("\n".join(keras_vatt.presets.names()))

"""
## From files

`from_released_checkpoint` takes the prefix of a checkpoint's files and returns the
model that fits. Every size is read off the variables, and every variable is used
exactly once: one that is left over, or missing, is an error that names it. The released
models have heads of 64; these small ones of 16.
"""

names = {"tx_fac": "an encoder a modality", "ut_fac": "one encoder for all"}
models = {
    name: keras_vatt.conversion.from_released_checkpoint(
        golden_files.checkpoint(name), head_dim=16
    )
    for name in names
}
for name, model in models.items():
    print(f"{names[name]}: {type(model).__name__}, {model.count_params():,} parameters")

"""
## Is it their model?

The arrays beside each checkpoint hold inputs, and the embeddings that the authors' code
computed for them. The errors should be float32's rounding: some 1e-6 where values are
of the order of 1.
"""

THEIRS = {
    "video_to_audio": "out/head_stack/bridge/video/toaud",
    "video_to_text": "out/head_stack/bridge/video/totxt",
    "audio_to_video": "out/head_stack/bridge/audio/tovid",
    "text_to_video": "out/head_stack/bridge/text/tovid",
}

figure, axes = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
errors = {}
for axis, (name, model) in zip(axes, models.items()):
    arrays = golden_files.arrays(name)
    inputs = {m: arrays[f"in/{m}"] for m in ("video", "audio", "text")}
    ours = model.predict(inputs, verbose=0)
    errors[name] = 0.0
    for space, key in THEIRS.items():
        axis.plot(arrays[key].ravel(), ours[space].ravel(), ".", label=space)
        errors[name] = max(errors[name], float(abs(ours[space] - arrays[key]).max()))
    axis.set(title=names[name], xlabel="the authors' code", ylabel=f"ours, {BACKEND}")
    axis.legend()
    print(f"{names[name]}: largest error of an embedding {errors[name]:.1e}")
figure.savefig(folder / f"parity_{BACKEND}.png")

"""
## A preset folder, with a card

`keras-vatt convert` does the same from the shell and writes a preset folder whose
`README.md` lists architecture, source and every variable's shape and checksum. Given
arrays of inputs and outputs it refuses to write a model that does not compute them. A
classifier this time; it is converted in a process of its own.
"""

arrays = golden_files.arrays("vit_classifier")
expected = {
    "in/video": arrays["in/images"],
    "out/probabilities": arrays["out/probabilities"],
}
np.savez(folder / "expected.npz", **expected)
preset = folder / f"classifier_{BACKEND}"
command = ["convert", golden_files.checkpoint("vit_classifier"), str(preset)]
command += ["--head-dim", "16", "--parity", str(folder / "expected.npz")]
command += ["--source", "tests/golden/vit_classifier"]
print("keras-vatt", *command)
run = "from keras_vatt.cli import app; app()"
subprocess.run([sys.executable, "-c", run, *command], check=True)
print("\n".join((preset / "README.md").read_text().splitlines()[:24]))

"""
## The same preset on another backend

A preset holds no trace of the backend that wrote it. The classifier was converted under
this process' backend; here another process loads it under TensorFlow, which is always
installed, and the probabilities are compared.
"""

PROGRAM = """
import sys, numpy, keras, keras_vatt
model = keras_vatt.models.VATTVideoClassifier.from_preset(sys.argv[1])
model.preprocessor = None
video = numpy.load(sys.argv[2])["in/video"]
logits = keras.ops.softmax(model.predict(video, verbose=0))
numpy.save(sys.argv[3], keras.ops.convert_to_numpy(logits))
"""
there = folder / "there.npy"
subprocess.run(
    [sys.executable, "-c", PROGRAM, preset, folder / "expected.npz", there],
    env={**os.environ, "KERAS_BACKEND": "tensorflow"},
    check=True,
)
errors["classifier, TensorFlow"] = float(
    abs(np.load(there) - arrays["out/probabilities"]).max()
)

"""
## A tower of its own

Whatever a preset holds, its parts come out by the class that is asked for: the video
tower of a pretrained model as features, or below a new head. `trainable` freezes it.
"""

models["tx_fac"].save_to_preset(str(folder / f"pretrained_{BACKEND}"))
tower = keras_vatt.models.VATTVideoBackbone.from_preset(
    str(folder / f"pretrained_{BACKEND}")
)
video = golden_files.arrays("tx_fac")["in/video"]
features = tower.predict(video, verbose=0)["pooled_output"]
theirs = golden_files.arrays("tx_fac")["out/video/features_pooled"]
errors["tower"] = float(abs(features - theirs).max())
mine = keras_vatt.models.VATTVideoClassifier.from_preset(
    str(folder / f"pretrained_{BACKEND}"), num_classes=3
)
mine.backbone.trainable = False
mine.preprocessor = None
mine.fit(video, np.zeros(len(video), "int32"), verbose=2)

"""
Other framework, other loop: the README shows the same tower as a `torch.nn.Module` in a
plain torch loop and as a pure function under `jax.jit`.
"""

scores = {f"{name}: largest error": value for name, value in errors.items()}
(folder / f"errors_{BACKEND}.json").write_text(json.dumps(scores, indent=1))
assert max(errors.values()) < 2e-4, errors
print(scores)
