"""
Title: Zero-shot retrieval and search
Author: The keras_vatt authors
Date created: 2026/11/23
Last modified: 2026/11/23
Description: Find the right second of the right video by words, by a sound or by a clip.
Accelerator: None
"""

"""
## Introduction

A pretrained VATT puts videos, sounds and sentences into common spaces. Nothing more is
needed to search a collection: embed its windows once, embed the query, and rank. This
guide embeds a folder of videos, measures how well captions and sounds find their clips,
and then searches by words, by a sound and by a clip.

The model here is trained briefly, on clips that are made on the spot, so that
the guide runs anywhere; with a preset of your own, or a released one, leave that step
out:

```
KERAS_BACKEND=tensorflow python guides/zero_shot_retrieval_and_search.py
```
"""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import pathlib
import tempfile

import keras
import matplotlib.pyplot as plt
import numpy as np

import keras_vatt
from keras_vatt.experiments import pretrain_folder

folder = pathlib.Path(os.environ.get("GUIDE_FOLDER") or tempfile.mkdtemp())
BACKEND = keras.backend.backend()

"""
## A collection and a model

Moving shapes with sounds and captions, as in the guide on pretraining.
`pretrain_folder` is what `keras-vatt pretrain` runs: it prepares the clips, builds a
vocabulary of the captions and trains.
"""

clips = folder / "clips"
table = keras_vatt.demo.write_clips(
    str(clips), {"train": 448, "validation": 16, "test": 96}
)
model, history = pretrain_folder(
    table, str(folder / f"run_{BACKEND}"), steps=180, batch_size=64, verbose=2
)
preset = str(folder / f"run_{BACKEND}" / "preset")

"""
## How good is it?

Retrieval is called zero-shot, as nothing was trained for it: every test caption ranks
all test clips, and so does every test sound. A clip counts as found at rank k if at
most k - 1 *others* are at least as similar; ties count against the model.
"""

test = keras_vatt.data.load(
    str(folder / f"run_{BACKEND}" / "records"),
    "test",
    task="evaluate",
    preprocessor=model.preprocessor,
)
found = keras_vatt.evaluation.zero_shot_retrieval(model, test)
for search, values in found.items():
    print(search, {name: round(value, 3) for name, value in values.items()})

"""
## Embed the folder

`embed_files` (or `keras-vatt embed clips --preset ... --output index`) cuts every video
into windows of the preset's length and writes an index: a folder of arrays, mapped into
memory when it is searched. Killed and started again it goes on; a video that cannot be
read is listed in `skipped.csv`, with the reason. `with_sound=True` (`--with-sound`)
embeds the sound of each video as well, so that a sound can be compared with sounds.
"""

broken = clips / "clips" / "broken.mp4"
broken.write_bytes(b"no video")
report = keras_vatt.evaluation.embed_files(
    model,
    str(clips / "clips"),
    str(folder / f"index_{BACKEND}"),
    preset=preset,
    with_sound=True,
    overwrite=True,  # the broken file is a new one each time
)
print(report)
index = keras_vatt.evaluation.Index(folder / f"index_{BACKEND}")
print(len(index), "windows; the preset's checksum begins with", index.checksum[:12])

"""
## Search by words

Words search the space that video shares with text. (`keras-vatt search "a red circle
moves left" --index index` prints the same; `--serve` opens a page that plays the hits.)
"""


def show(title, hits, name):
    figure, axes = plt.subplots(1, len(hits), figsize=(10, 2.6), layout="constrained")
    figure.suptitle(title)
    for axis, hit in zip(axes, hits):
        views = keras_vatt.data.file_views(
            clips / "clips" / hit.path, "video", model.preprocessor
        )
        axis.imshow(views[0, views.shape[1] // 2])
        axis.set(title=f"{hit.score:.2f}", xlabel=f"{hit.path}, {hit.best:.1f} s")
        axis.set_xticks([])
        axis.set_yticks([])
    figure.savefig(folder / f"{name}_{BACKEND}.png")


words = "a red circle moves left"
query = keras_vatt.evaluation.embed_query(model, words=words, preset=preset)
hits = index.search(query, top=5)
show(words, hits, "words")
scenes = keras_vatt.demo.read_scenes(str(clips))
for hit in hits:
    print(f"{hit}  {hit.score:.3f}  {scenes[f'clips/{hit.path}']['colour']}")

"""
## Search by sound, and by a clip

A sound searches the space that video shares with sound, among the videos as they look
or, with `modality="audio"`, as they sound; a clip is compared by the pooled features of
the video encoder. A sound among sounds, and a clip, find their own video first.
"""

one = "00007.mp4"
by_sound = keras_vatt.evaluation.embed_query(
    model, audio=str(clips / "clips" / one), preset=preset
)
sound_hits = index.search(by_sound, top=5)
show(f"the sound of {one}", sound_hits, "sound")
assert index.search(by_sound, modality="audio")[0].path == one
by_clip = keras_vatt.evaluation.embed_query(
    model, video=str(clips / "clips" / one), preset=preset
)
clip_hits = index.search(by_clip, top=5)
show(f"the clip {one}", clip_hits, "clip")
assert clip_hits[0].path == one

"""
An index remembers the model that it was made with. A query of another one is refused,
instead of being answered by numbers that mean nothing.
"""

other = keras_vatt.presets.load("vatt_tiny", vocabulary=["<pad>", "<unk>", "a"])
try:
    index.search(keras_vatt.evaluation.embed_query(other, words="a", preset="other"))
except ValueError as error:
    print(error)

reds = [scenes[f"clips/{hit.path}"]["colour"] == "red" for hit in hits]
scores = {
    "text to video R@10": found["text_to_video"]["R10"],
    "audio to video R@10": found["audio_to_video"]["R10"],
    "chance of both": 10 / 96,
    "red ones of five found by 'red'": float(np.mean(reds)),
}
print(scores)
