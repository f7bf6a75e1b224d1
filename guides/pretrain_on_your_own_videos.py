"""
Title: Pretrain VATT on your own videos
Author: The keras_vatt authors
Date created: 2026/11/23
Last modified: 2026/11/25
Description: From a folder of mp4 files to a model that finds clips by words or sound.
Accelerator: None
"""

"""
## Introduction

VATT learns from what a folder of videos holds anyway: pictures, the sound that goes
with them and, where there are any, captions. Nobody has to label anything. Clips whose
picture, sound and words belong together are pulled together in a common space, all
others are pushed apart; afterwards words or a sound find the clips that fit.

This guide goes the whole way twice: with an encoder for each modality, and with one
encoder that all of them share (the paper's *modality-agnostic* form). It runs on two
processor cores, with TensorFlow, JAX or PyTorch:

```
KERAS_BACKEND=jax python guides/pretrain_on_your_own_videos.py
```
"""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import tempfile

import keras
import matplotlib.pyplot as plt
import numpy as np

import keras_vatt

keras.utils.set_random_seed(0)
folder = os.environ.get("GUIDE_FOLDER") or tempfile.mkdtemp()
BACKEND = keras.backend.backend()

"""
## The clips

Your own folder is a folder of media files and, if you have captions, a table
`clips.csv` with a row a clip: `video_path`, and optionally `start` and `end` in
seconds, `caption`, `label` and `split`. Here such a folder is made on the spot: moving
shapes on textured walls, in H.264 with a sound track that belongs to them. A few clips
have no caption and a few no sound, as in any collection. The test clips show
combinations of shape, colour and motion that no training clip shows.
"""

table = keras_vatt.demo.write_clips(
    os.path.join(folder, "clips"), {"train": 640, "validation": 32, "test": 128}
)
with open(table) as file:
    print("".join(file.readlines()[:5]))

"""
## Prepare them once

Decoding H.264 again in every epoch would cost more than training. `prepare` reads
every file once, checks it, and stores JPEG frames and 16-bit sound that `tf.data`
reads fast on every backend. What cannot be read is named, with the reason, and left
out.
The shell has the same as `keras-vatt prepare clips/clips.csv records`.
"""

records = os.path.join(folder, "records")
print(keras_vatt.datasets.prepare(table, records))
words = keras_vatt.data.vocabulary(records)
print(f"{len(words)} words, the most frequent: {' '.join(words[2:12])}")

"""
## The model, and what it sees

`vatt_tiny` is a VATT for trying out; `keras_vatt.presets.names()` lists the published
sizes. The preprocessor that comes with a model knows the size and rate of its frames,
the length of its sound and its words, and `data.load` follows it: a window of each clip
is drawn, the same for frames, sound and caption, and only the frames kept are decoded.
"""

model = keras_vatt.presets.load("vatt_tiny", vocabulary=words)


def load(model, split, **options):
    return keras_vatt.data.load(
        records, split, batch_size=64, preprocessor=model.preprocessor, **options
    )


# Captions speak of left and right: no mirroring.
train = load(model, "train", repeat=True, cache=True, flip=False)
inputs, masks = next(iter(train.take(1)))
for name, value in {**inputs, **masks}.items():
    print(f"{name}: {value.dtype.name} {tuple(value.shape)}")

figure, axes = plt.subplots(4, 8, figsize=(10, 5), layout="constrained")
for row, video in zip(axes, inputs["video"].numpy()):
    for axis, frame in zip(row, video):
        axis.imshow(frame)
        axis.axis("off")
figure.suptitle("Four training clips, all frames that the model sees")
figure.savefig(os.path.join(folder, f"clips_{BACKEND}.png"))

"""
## Pretrain

The loss is the released models': NCE between video and sound, MIL-NCE between video and
captions. `calibrate` fits the scale of a new model's first layers to a batch, so that
quiet sound is not drowned by the positions; weights that were trained keep theirs.
(`keras-vatt pretrain --data clips` does all of this, with a validation set, a progress
bar and logs for TensorBoard.)
"""

STEPS, EPOCHS = 200, 10


def pretrain(model):
    keras_vatt.training.calibrate(
        model, {name: value.numpy() for name, value in inputs.items()}
    )
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, int(0.9 * STEPS), warmup_target=1e-3, warmup_steps=int(0.1 * STEPS)
    )
    model.compile(keras.optimizers.Adam(schedule), keras_vatt.losses.AsymmetricNCE())
    fitted = model.fit(
        load(model, "train", repeat=True, cache=True, flip=False),
        epochs=EPOCHS,
        steps_per_epoch=STEPS // EPOCHS,
        verbose=2,
    )
    return fitted.history


history = {"an encoder a modality": pretrain(model)}

"""
## Does it find clips that it never saw?

Every test caption, and every test sound, ranks all test clips. R@10 is the share for
which the right clip is among the first ten; by chance it would be 10 of 128.
"""

scores = {}
scores["specific"] = keras_vatt.evaluation.zero_shot_retrieval(
    model, load(model, "test", task="evaluate")
)
print(scores["specific"])

"""
Words come first: they say what is to be seen. A sound says less, in a noisy room, and
takes longer: after so few steps it finds hardly more than chance. `keras-vatt demo`
goes on for 800 steps on more than twice the clips, and ends at an R@10 of about 0.7 by
sound among 256 clips.
"""

"""
## One encoder for everything

The modality-agnostic form runs video, sound and words through the same Transformer
weights; only the layers that make tokens, and the projections at both ends, are each
modality's own. It has about a third of the parameters. Same width, depth, clips, batch
and steps:
"""

keras.utils.set_random_seed(0)
agnostic = keras_vatt.presets.load("vatt_tiny_agnostic", vocabulary=words)
print(f"{model.count_params():,} and {agnostic.count_params():,} parameters")
history["one encoder for all"] = pretrain(agnostic)
scores["agnostic"] = keras_vatt.evaluation.zero_shot_retrieval(
    agnostic, load(agnostic, "test", task="evaluate")
)

figure, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
for name, values in history.items():
    axes[0].plot(values["loss"], label=name)
axes[0].set(xlabel="epoch", ylabel="loss")
axes[0].legend()
bars = np.array(
    [
        [scores[form][search]["R10"] for search in ("text_to_video", "audio_to_video")]
        for form in scores
    ]
)
for index, (form, values) in enumerate(zip(scores, bars)):
    axes[1].bar(np.arange(2) + 0.4 * index, values, width=0.38, label=form)
axes[1].axhline(10 / 128, color="black", linestyle=":", label="chance")
axes[1].set_xticks([0.2, 1.2], ["by words", "by sound"])
axes[1].set(ylabel="R@10")
axes[1].legend()
figure.savefig(os.path.join(folder, f"scores_{BACKEND}.png"))

"""
## Keep it

A preset folder holds weights, configuration, and the preprocessor with its words. It
loads on the two other backends as well, and the verbs `keras-vatt evaluate`, `embed`,
`search` and `finetune` take its path where they ask for a preset.
"""

model.save_to_preset(os.path.join(folder, "preset"))
again = keras_vatt.models.VATTPretrainer.from_preset(os.path.join(folder, "preset"))
embedding = again.predict({"text": np.array(["a red circle moves to the left"])})
print(embedding["text_to_video"].shape)

scores = {
    f"{form}, {search.replace('_', ' ')} R@10": scores[form][search]["R10"]
    for form in scores
    for search in ("text_to_video", "audio_to_video")
}
print(scores)
