"""The demo: the steps of a user with a folder of clips, on clips made on the spot."""

import json
import os
import pathlib
import time

import keras
import numpy as np

from keras_vatt import data, datasets
from keras_vatt.demo.attribute_scores import attribute_scores
from keras_vatt.demo.check_splits import check_splits
from keras_vatt.demo.report import write_report
from keras_vatt.demo.write_clips import read_scenes, write_clips
from keras_vatt.evaluation import embed_dataset, linear_probe, retrieval_scores
from keras_vatt.experiments import pretrain_folder
from keras_vatt.metrics import similarity

REPORT = "report.html"
SCORES = "scores.json"
# Neither can be told from a single pixel, as colour can.
HARD_LABELS = ("motion", "shape")


def run_demo(output, seed=0, epochs=None, steps=None, counts=None, say=print):
    """Writes clips, prepares them, pretrains, evaluates, saves and reports.

    Args:
        output: string. Folder to write: `clips/`, `records/`, `preset/`, `logs/`,
            `scores.json` and `report.html`. Finished clips and records of the same
            seed are used again.
        seed: int. Of the clips and of training.
        epochs: int or None. As in `pretrain_folder`.
        steps: int or None. As in `pretrain_folder`.
        counts: optional dict from split to clips, as in `write_clips`.
        say: called with a line of text before each step.

    Returns:
        A dict, also in `scores.json`: `"scores"` of the model, of its untrained twin
        and of chance, `"attributes"`, `"data"`, `"seconds"` a step and `"backend"`.

    Raises:
        FileExistsError: if the folder holds clips of other settings.
        FloatingPointError: if the loss is no longer finite.

    Example:

    ```python
    results = keras_vatt.demo.run_demo("demo", seed=0)
    results["scores"]["trained"]["text_to_video"]["R10"]
    ```
    """
    output = pathlib.Path(output)
    clips, records = str(output / "clips"), str(output / "records")
    clock = _Clock(say)

    clock.start("write clips", f"Writing mp4 files with sound to {clips}")
    table = write_clips(clips, counts, seed)
    rules = check_splits(clips)

    clock.start("prepare", f"Preparing them: keras-vatt prepare {table} {records}")
    say(str(datasets.prepare(table, records, workers=os.cpu_count())))
    words = data.vocabulary(records, os.path.join(records, "vocabulary.txt"))
    say(f"{len(words)} words in the vocabulary")

    clock.start("pretrain", f"Pretraining: keras-vatt pretrain --data {records}")
    untrained = _KeepWeights()
    model, history = pretrain_folder(
        records,
        output,
        epochs=epochs,
        steps=steps,
        seed=seed,
        callbacks=[untrained],
        restart=True,  # the untrained twin is this run's beginning
    )

    clock.start("evaluate", "Evaluating, and the same model untrained")
    splits = {
        split: data.load(
            records,
            split,
            task="evaluate",
            batch_size=64,
            preprocessor=model.preprocessor,
        )
        for split in ("train", "test")
    }
    scenes = read_scenes(clips)
    trained, found = _score(model, splits, scenes)
    weights = model.get_weights()
    model.set_weights(untrained.weights)
    twin, _ = _score(model, splits, scenes)
    model.set_weights(weights)

    shown = [_attributes(scenes, clip) for clip in found["id"]]
    results = {
        "backend": keras.backend.backend(),
        "seed": seed,
        "scores": {
            "trained": trained,
            "untrained": twin,
            "chance": _chance(len(shown), trained),
        },
        "attributes": attribute_scores(shown),
        "data": rules,
        "steps": int(model.optimizer.iterations),
    }
    clock.start("report", f"Writing {output / REPORT}")
    video = np.concatenate([np.asarray(batch["video"]) for batch in splits["test"]])
    gallery = {
        "video": video,
        "caption": found["caption"].tolist(),
        "captions_of_video": similarity(found["video_to_text"], found["text_to_video"]),
        "videos_of_sound": similarity(found["audio_to_video"], found["video_to_audio"]),
    }
    results["seconds"] = clock.stop()
    write_report(
        output / REPORT,
        {
            "summary": _summary(results),
            "tables": tables(results),
            "history": history,
            "gallery": gallery,
        },
    )
    (output / SCORES).write_text(json.dumps(results, indent=1))
    return results


def tables(results):
    """The results as rows of strings, headings first.

    Args:
        results: dict as `run_demo` returns it.

    Returns:
        A dict of `"scores"`, `"attributes"` and `"making"`.
    """
    scores = results["scores"]
    head = ["", "trained", "untrained", "chance"]
    rows = [head]
    for search in ("text_to_video", "audio_to_video"):
        for name in ("R1", "R5", "R10", "MedianRank"):
            values = [scores[who][search][name] for who in head[1:]]
            shown = [f"{v:.0f}" if name == "MedianRank" else f"{v:.3f}" for v in values]
            rows.append([f"{search.replace('_', ' ')}: {name}", *shown])
    for modality in ("video", "audio"):
        for label in HARD_LABELS:
            probe = f"{modality}_{label}_probe"
            values = [scores[who][probe]["top1"] for who in head[1:]]
            rows.append([f"linear probe of {label} from {modality}: top-1"])
            rows[-1] += [f"{v:.3f}" for v in values]
    attributes = [["known attribute", "R10"]]
    attributes += [[k, f"{v:.3f}"] for k, v in results["attributes"].items()]
    rules = results["data"]
    making = [["", ""]]
    making += [[f"clips of {k}", n] for k, n in rules["clips"].items()]
    making += [
        ["different files (SHA-256), none in two splits", rules["files"]],
        [
            "combinations of shape, colour and motion tested, none trained on",
            rules["test_combinations"],
        ],
        ["test clips with the most frequent caption", rules["equal_captions"]],
        ["training steps", results["steps"]],
        ["backend", results["backend"]],
        ["seed", results["seed"]],
    ]
    making += [[f"seconds to {k}", f"{v:.0f}"] for k, v in results["seconds"].items()]
    return {"scores": rows, "attributes": attributes, "making": making}


class _KeepWeights(keras.callbacks.Callback):
    """Keeps the weights that training starts from."""

    def on_train_begin(self, logs=None):
        self.weights = self.model.get_weights()


class _Clock:
    """Announces steps, and keeps how long each took."""

    def __init__(self, say):
        self.say, self.seconds, self.step = say, {}, None
        self.begin = time.monotonic()

    def start(self, step, line):
        self.stop()
        self.say(line)
        self.step, self.since = step, time.monotonic()

    def stop(self):
        if self.step is not None:
            self.seconds[self.step] = time.monotonic() - self.since
        return {**self.seconds, "do all of it": time.monotonic() - self.begin}


def _score(model, splits, scenes):
    """Retrieval on the test clips, and probes trained on the training clips."""
    test = embed_dataset(model, splits["test"])
    train = embed_dataset(model, splits["train"], modalities=("video", "audio"))
    scores = retrieval_scores(test)
    for modality in ("video", "audio"):
        heard = train["audio_mask"] > 0 if modality == "audio" else slice(None)
        for label in HARD_LABELS:
            scores[f"{modality}_{label}_probe"] = linear_probe(
                train[modality][heard],
                [_attributes(scenes, clip)[label] for clip in train["id"][heard]],
                test[modality],
                [_attributes(scenes, clip)[label] for clip in test["id"]],
            )
    return scores, test


def _attributes(scenes, clip):
    """The attributes of a clip; its id is the path, and the seconds behind a #."""
    return scenes[str(clip).split("#")[0]]


def _chance(clips, scores):
    """What a random order of the clips, and a guess of the label, would reach."""
    retrieval = {f"R{k}": min(1.0, k / clips) for k in (1, 5, 10)}
    retrieval["MedianRank"] = (clips + 1) / 2
    chance = {"text_to_video": retrieval, "audio_to_video": retrieval}
    for name, score in scores.items():
        if name.endswith("_probe"):
            chance[name] = {"top1": 1 / len(score["classes"])}
    return chance


def _summary(results):
    trained, chance = (results["scores"][who] for who in ("trained", "chance"))
    text, sound = (trained[s]["R10"] for s in ("text_to_video", "audio_to_video"))
    return (
        f"A vatt_tiny that started at random saw {results['data']['clips']['train']} "
        f"procedural clips for {results['seconds']['pretrain']:.0f} seconds. Of "
        f"{results['data']['clips']['test']} clips that it never saw, it then finds "
        f"the right one among its first ten for {text:.0%} of the captions and "
        f"{sound:.0%} of the sounds; chance is {chance['text_to_video']['R10']:.1%}. "
        f"Backend {results['backend']}, seed {results['seed']}."
    )
