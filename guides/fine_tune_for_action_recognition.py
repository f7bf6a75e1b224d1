"""
Title: Fine-tune for action recognition
Author: The keras_vatt authors
Date created: 2026/11/25
Last modified: 2026/11/25
Description: From a pretrained preset to classifiers of video, of sound and of images.
Accelerator: None
"""

"""
## Introduction

A pretrained VATT has seen and heard much and was told nothing. Fine-tuning tells it:
with a few hundred labelled clips, one of its towers and a linear layer on top become a
classifier. This guide does it for actions in video, for tags of sound, where a clip may
have several, and for single images, and asks each time whether pretraining was worth
it.

The preset is pretrained here, briefly, on clips made on the spot, so that the guide
runs anywhere. With a released one, such as `"vatt_video_base_kinetics400"`, or one of
your own, leave that step out and pass its name:

```
KERAS_BACKEND=torch python guides/fine_tune_for_action_recognition.py
```
"""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import csv
import pathlib
import tempfile

import keras
import matplotlib.pyplot as plt
import numpy as np

import keras_vatt
from keras_vatt.experiments import finetune_folder, pretrain_folder

folder = pathlib.Path(os.environ.get("GUIDE_FOLDER") or tempfile.mkdtemp())
BACKEND = keras.backend.backend()

"""
## Clips, and a preset

Moving shapes with sounds and captions, as in the guide on pretraining, which explains
this step. No label is used yet.
"""

clips = folder / "clips"
table = keras_vatt.demo.write_clips(str(clips), {"train": 768, "test": 96})
pretrained, _ = pretrain_folder(
    table, str(folder / f"pretrained_{BACKEND}"), steps=400, batch_size=64, verbose=2
)
preset = str(folder / f"pretrained_{BACKEND}" / "preset")

"""
## Labels

A table with the columns `video_path`, `label` and `split` is all there is to it. (A
clip with several labels has several rows.) Labels are dear, so only 192 of the training
clips get one. What a scene's shape does is the action: it rises, falls, grows, shrinks,
moves to the left or to the right, circles or shakes. A single frame does not show it.
The test clips show combinations of shape, colour and motion that no training clip
shows.
"""

scenes = keras_vatt.demo.read_scenes(str(clips))
with open(table, newline="") as file:
    splits = {row["video_path"]: row["split"] for row in csv.DictReader(file)}
train = [path for path in scenes if splits[path] == "train"][:192]
test = [path for path in scenes if splits[path] == "test"]


def prepare(name, labels_of):
    with open(folder / f"{name}.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("video_path", "label", "split"))
        for path in train + test:
            for label in labels_of(scenes[path]):
                writer.writerow((path, label, splits[path]))
    records = str(folder / name)
    print(keras_vatt.datasets.prepare(file.name, records, root=str(clips)))
    return records


actions = prepare("actions", lambda scene: [scene["motion"]])

"""
## Fine-tune

`finetune_folder` is `keras-vatt finetune`. The recipe is the released one's, cut short:
SGD with momentum, a warm-up and a cosine to zero, the backbone's gradients clipped
together and the head's not, smoothed labels. What is ours: the learning rate, no
mirroring, as left and right are actions here, and mild crops, as where things are
matters. `trainable_blocks=1` would train the last block alone, `lora_rank=4` low-rank
updates of queries and values.
"""

RECIPE = {
    "steps": 100,
    "batch_size": 32,
    "learning_rate": 0.05,
    "flip": False,
    "color_jitter": 0.0,
    "crop": "jitter",
    "num_windows": 2,
    "num_crops": 1,
    "verbose": 2,
}


def finetune(records, task, start):
    run = str(folder / f"{task}_{pathlib.Path(start).parent.name}")
    return finetune_folder(records, run, start, task, **RECIPE)


classifier, curve, scores = finetune(actions, "video", preset)
print(scores)

"""
## Was pretraining worth it?

The same tower from scratch: as many steps on the same clips, started as pretraining
starts, its first layers fitted to the data (`calibrate`). Both have the same learning
rate here, which is kind to neither;
`python -m keras_vatt.experiments.few_labels` chooses each one's own and takes three
seeds.
"""

words = pretrained.preprocessor.tokenizer.vocabulary
new = keras_vatt.presets.load("vatt_tiny", vocabulary=words)
first = keras_vatt.data.load(actions, "train", "evaluate", 64, new.preprocessor)
keras_vatt.training.calibrate(new, next(first.as_numpy_iterator()))
scratch = str(folder / f"scratch_{BACKEND}" / "preset")
new.save_to_preset(scratch)
_, curve_of_scratch, scores_of_scratch = finetune(actions, "video", scratch)

labels = classifier.class_names
found = np.load(folder / f"video_pretrained_{BACKEND}" / "logits.npz")
confusion = np.zeros((len(labels), len(labels)), int)
right, guess = found["label"].argmax(1), found["logits"].argmax(1)
np.add.at(confusion, (right, guess), 1)
figure, axes = plt.subplots(1, 2, figsize=(11, 4.5), layout="constrained")
axes[0].plot(curve["loss"], label="from the preset")
axes[0].plot(curve_of_scratch["loss"], label="from scratch")
axes[0].set(xlabel="epoch", ylabel="training loss")
axes[0].legend()
axes[1].imshow(confusion, cmap="Blues")
axes[1].set_xticks(range(len(labels)), labels, rotation=45, ha="right")
axes[1].set_yticks(range(len(labels)), labels)
axes[1].set(xlabel="answer", ylabel="test clip", title=f"top-1 {scores['top1']:.2f}")
figure.savefig(folder / f"actions_{BACKEND}.png")

"""
## Use it

`predict_files` decodes, cuts windows and crops as the preset says. Saved, the
classifier keeps its class names; `keras-vatt classify clip.mp4 --preset ...` prints the
same.
"""

one = test[0]
(answer,) = classifier.predict_files([str(clips / one)], top=3)
print(one, "is of", scenes[one]["motion"], "and is taken for", answer)

"""
Where did it look? Attention rollout follows the attention of all blocks back to the
tubelets. It says where information comes from, which is not always why.
"""

video = keras_vatt.data.file_views(clips / one, "video", classifier.preprocessor)[:1]
shares = keras_vatt.evaluation.attention_rollout(classifier, {"video": video})
keras_vatt.evaluation.draw_attention(
    shares, {"video": video, "title": [f"{one}: {scenes[one]['motion']}"]}
).savefig(folder / f"attention_{BACKEND}.png")

"""
## Audio tagging

The audio tower hears a voice for the shape and one for the motion, in a noisy room.
Every clip has two tags of sixteen now, and the loss is a sigmoid a tag, weighted as the
released AudioSet recipe does; mixup and label smoothing come with `task="audio"`. The
score is AudioSet's: the mean over tags of the average precision.
"""

tags = prepare("tags", lambda scene: [scene["shape"], scene["motion"]])
tagger, _, scores_of_tags = finetune(tags, "audio", preset)
print(scores_of_tags)
_, _, scores_of_new_tags = finetune(tags, "audio", scratch)
(answer,) = tagger.predict_files([str(clips / one)], top=2)
print(one, "sounds of", scenes[one]["shape"], scenes[one]["motion"], "->", answer)

"""
## Image classification

An image is a video that stands still: it is repeated for as many frames as a tubelet is
long, and the video tower does the rest. Here single frames of the clips are told by
their colour, which is easy: the new tower learns it as well. (Their shape, from so few
labels, neither learned at this size.) `finetune_folder` takes images as TFDS
stores them (ImageNet) as well.
"""

colours = prepare("colours", lambda scene: [scene["colour"]])
_, _, scores_of_colours = finetune(colours, "image", preset)
_, _, scores_of_new_colours = finetune(colours, "image", scratch)

"""
## Scores

By chance one action, or one colour, of eight is right, and the average precision of a
tag is the share of clips that have it, an eighth as well.
"""

scores = {
    "action, top-1, from the preset": scores["top1"],
    "action, top-1, from scratch": scores_of_scratch["top1"],
    "tags of sound, mAP, from the preset": scores_of_tags["mAP"],
    "tags of sound, mAP, from scratch": scores_of_new_tags["mAP"],
    "colour of an image, top-1, from the preset": scores_of_colours["top1"],
    "colour of an image, top-1, from scratch": scores_of_new_colours["top1"],
}
figure, axis = plt.subplots(figsize=(8, 3), layout="constrained")
axis.barh(list(scores)[::-1], list(scores.values())[::-1])
axis.axvline(1 / 8, color="black", linestyle=":", label="chance")
axis.legend()
figure.savefig(folder / f"scores_{BACKEND}.png")
print(scores)
