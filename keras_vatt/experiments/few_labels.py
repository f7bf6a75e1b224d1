"""Few labels: does a pretrained tower learn more from 256 clips than a new one?

On the demo's clips, 256 of them labelled with what is hard to tell at a glance: the
motion by its video, the shape by its sound (of motions a new tower hears nearly all, so
they could show no gain). The same classifier is fine-tuned from the demo's pretrained
tower and from a new one, for as many steps on the same clips; each has its learning
rate chosen on 128 validation clips from the same grid of three; then three seeds are
trained, and scored on the demo's test clips, whose combinations of shape, colour and
motion nobody was trained on.

Command, after `make demo` (or any folder that `keras-vatt demo` wrote):

    python -m keras_vatt.experiments.few_labels demo few_labels

Cost: 20 fine-tunings of a `vatt_tiny` tower; aimed at 15 minutes on two cores.

Score wanted: at least 10 points of top-1 more from the pretrained tower, for video and
for audio. Measured by us, TensorFlow, the demo of seed 1, a busy machine: motion by
video 0.979 (seeds 0, 1, 2: 0.977 to 0.980; rate 0.01 of the grid) from the pretrained
tower, 0.596 (0.453 to 0.777; rate 0.03) from scratch. Shape by sound, the demo of seed
0: 0.889 (0.863 to 0.926; rate 0.1) and 0.716 (0.574 to 0.832; rate 0.1).
"""

import csv
import json
import pathlib
import sys

import keras
import numpy as np

from keras_vatt import data, datasets, presets
from keras_vatt.evaluation import classify_folder
from keras_vatt.experiments.finetune_folder import finetune_folder
from keras_vatt.training.calibrate import calibrate

STARTS = ("pretrained", "scratch")
TRAIN, VALIDATION = 256, 128  # clips; ours, not published
GRID = (0.01, 0.03, 0.1)  # ours, not published
STEPS = 150  # ours, not published
RESULTS = "few_labels.json"
LABELS = {"video": "motion", "audio": "shape"}  # ours, not published
_CALIBRATION_CLIPS = 64
# Ours, not published: the clips' motions speak of left and right, and of position.
_RECIPE = {
    "batch_size": 32,
    "flip": False,
    "color_jitter": 0.0,
    "crop": "jitter",
    "num_windows": 2,
    "num_crops": 1,
}


def few_labels(
    demo,
    output,
    labels=LABELS,
    seeds=(0, 1, 2),
    grid=GRID,
    steps=STEPS,
    say=print,
    **recipe,
):
    """Compares fine-tuning from a pretrained tower with training from scratch.

    Args:
        demo: string. A folder that `keras-vatt demo` wrote, with `clips/` and
            `preset/`.
        output: string. Folder to write: the labelled clips, every run, and
            `few_labels.json`.
        labels: dict from task, "video" or "audio", to what is to be told: "motion" or
            "shape".
        seeds: ints. The learning rates are chosen with the first.
        grid: floats, the learning rates to choose from.
        steps: int. Steps of every run.
        say: called with a line of text for each result.
        **recipe: other arguments of `finetune_folder`.

    Returns:
        A dict, also in `few_labels.json`: by task and start (`"pretrained"`,
        `"scratch"`) `"validation"` top-1 by learning rate, `"learning_rate"`, `"top1"`
        of every seed and their `"mean"`; by task `"gain"`.

    Example:

    ```python
    from keras_vatt.experiments.few_labels import few_labels

    few_labels("demo", "few_labels")["video"]["gain"]
    ```
    """
    demo, output = pathlib.Path(demo), pathlib.Path(output)
    recipe = {**_RECIPE, "steps": steps, **recipe}
    results = {"labels": dict(labels), "grid": list(grid), "seeds": list(seeds)}
    results |= {"steps": steps, "train_clips": TRAIN, "chance": 1 / 8}
    for task, label in labels.items():
        records = _labelled(demo, output, label)
        results[task] = {}
        for start in STARTS:
            tried, runs = {}, {}
            for rate in grid:
                run = output / "runs" / f"{task}-{label}-{start}-{rate}"
                runs[rate] = run
                preset = _preset(demo, output, records, start, seeds[0])
                _, _, scores = finetune_folder(
                    records, run, preset, task, learning_rate=rate, seed=seeds[0],
                    test_split="validation", verbose=0, **recipe,
                )  # fmt: skip
                tried[rate] = scores["top1"]
                say(f"{task}, {start}, rate {rate}: validation {scores['top1']:.3f}")
            best = max(tried, key=tried.get)
            found = [_again(runs[best], records, recipe)]
            found += [
                _test(demo, output, records, start, task, best, seed, recipe)
                for seed in seeds[1:]
            ]
            results[task][start] = {
                "validation": {str(rate): top1 for rate, top1 in tried.items()},
                "learning_rate": best,
                "top1": found,
                "mean": float(np.mean(found)),
            }
            say(
                f"{task}, {start}: top-1 {np.mean(found):.3f} "
                f"({min(found):.3f} to {max(found):.3f}), rate {best} of {grid}"
            )
        means = [results[task][start]["mean"] for start in STARTS]
        results[task]["gain"] = means[0] - means[1]
        say(f"{task}: {results[task]['gain']:+.3f} from pretraining, of label {label}")
        (output / RESULTS).write_text(json.dumps(results, indent=1))
    return results


def _again(run, records, recipe):
    """Top-1 on the test clips of a run that is there already."""
    views = {name: recipe[name] for name in ("num_windows", "num_crops")}
    classifier = presets.load(str(run / "preset"))
    return classify_folder(classifier, records, "test", **views)["top1"]


def _test(demo, output, records, start, task, rate, seed, recipe):
    """Top-1 on the test clips of a run with another seed."""
    preset = _preset(demo, output, records, start, seed)
    run = output / "runs" / f"{task}-{start}-{rate}-seed{seed}"
    _, _, scores = finetune_folder(
        records, run, preset, task, learning_rate=rate, seed=seed, verbose=0, **recipe
    )
    return scores["top1"]


def _labelled(demo, output, label):
    """Prepares the labelled clips: 256 to train on, 128 to choose by, and the test."""
    output.mkdir(parents=True, exist_ok=True)
    scenes = json.loads((demo / "clips" / "scenes.json").read_text())["scenes"]
    with open(demo / "clips" / "clips.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    train = [row for row in rows if row["split"] == "train"]
    order = np.random.default_rng(0).permutation(len(train))
    chosen = [train[i] for i in order[: TRAIN + VALIDATION]]
    for place, row in enumerate(chosen):
        row["split"] = "train" if place < TRAIN else "validation"
    chosen += [row for row in rows if row["split"] == "test"]
    table = output / f"{label}.csv"
    with open(table, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("video_path", "start", "end", "label", "split"))
        for row in chosen:
            path = row["video_path"]
            named = scenes[path][label]
            writer.writerow((path, row["start"], row["end"], named, row["split"]))
    records = str(output / label)
    datasets.prepare(str(table), records, root=str(demo / "clips"))
    return records


def _preset(demo, output, records, start, seed):
    """What a run starts from: the demo's preset, or a new model of the same size."""
    if start == "pretrained":
        return str(demo / "preset")
    folder = output / f"scratch-{seed}"
    if not folder.exists():
        keras.utils.set_random_seed(seed)
        old = presets.load(str(demo / "preset"))
        words = old.preprocessor.tokenizer.get_vocabulary()
        # As pretraining starts: with its first layers fitted to the data.
        model = presets.load("vatt_tiny", vocabulary=words)
        clips = data.load(
            records,
            "train",
            "evaluate",
            _CALIBRATION_CLIPS,
            preprocessor=model.preprocessor,
        )
        calibrate(model, next(clips.as_numpy_iterator()))
        model.save_to_preset(str(folder))
    return str(folder)


if __name__ == "__main__":
    few_labels(*sys.argv[1:3])
