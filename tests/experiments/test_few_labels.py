"""The comparison's rules, with fine-tuning put by: rates, seeds, what is scored."""

import json

import pytest

from keras_vatt.experiments import few_labels as module

# Top-1 by start, learning rate and seed: on validation clips, and on test clips.
VALIDATION = {("pretrained", 0.1): 0.9, ("pretrained", 0.2): 0.8}
VALIDATION |= {("scratch", 0.1): 0.2, ("scratch", 0.2): 0.4}
TEST = {("pretrained", 0): 0.85, ("pretrained", 1): 0.75}
TEST |= {("scratch", 0): 0.5, ("scratch", 1): 0.4}


def test_each_start_has_its_own_rate_and_is_tested_with_every_seed(
    tmp_path, monkeypatch
):
    runs = []

    def finetune(records, run, preset, task, learning_rate, seed, **options):
        runs.append((preset, learning_rate, seed, options.get("test_split", "test")))
        assert options["steps"] == 7
        if options.get("test_split") == "validation":
            return None, {}, {"top1": VALIDATION[preset, learning_rate]}
        return None, {}, {"top1": TEST[preset, seed]}

    def again(run, records, recipe):
        start, rate = run.name.split("-")[2:]
        assert VALIDATION[start, float(rate)] in (0.9, 0.4)  # the better one's run
        return TEST[start, 0]

    monkeypatch.setattr(module, "_labelled", lambda *args: "records")
    monkeypatch.setattr(module, "_preset", lambda *args: args[3])
    monkeypatch.setattr(module, "finetune_folder", finetune)
    monkeypatch.setattr(module, "_again", again)
    results = module.few_labels(
        tmp_path, tmp_path, {"video": "motion"}, (0, 1), (0.1, 0.2), 7, print
    )

    assert results["video"]["pretrained"]["learning_rate"] == 0.1
    assert results["video"]["scratch"]["learning_rate"] == 0.2
    assert results["video"]["scratch"]["top1"] == [0.5, 0.4]
    assert results["video"]["gain"] == pytest.approx(0.8 - 0.45)
    # Test clips are scored with the chosen rate alone.
    tested = [run for run in runs if run[3] == "test"]
    assert tested == [("pretrained", 0.1, 1, "test"), ("scratch", 0.2, 1, "test")]
    assert json.loads((tmp_path / module.RESULTS).read_text()) == results


def test_labelled_clips_are_of_the_splits_that_they_are_meant_for(
    tmp_path, monkeypatch
):
    demo = tmp_path / "demo"
    (demo / "clips").mkdir(parents=True)
    names = [f"{i}.mp4" for i in range(7)]
    scenes = {name: {"motion": f"m{i}"} for i, name in enumerate(names)}
    (demo / "clips" / "scenes.json").write_text(json.dumps({"scenes": scenes}))
    lines = [
        f"{name},0,1,{'train' if i < 5 else 'test'}\n" for i, name in enumerate(names)
    ]
    table = "video_path,start,end,split\n" + "".join(lines)
    (demo / "clips" / "clips.csv").write_text(table)
    monkeypatch.setattr(module, "TRAIN", 3)
    monkeypatch.setattr(module, "VALIDATION", 2)
    monkeypatch.setattr(module.datasets, "prepare", lambda *args, **options: None)
    module._labelled(demo, tmp_path / "out", "motion")
    rows = (tmp_path / "out" / "motion.csv").read_text().splitlines()[1:]
    found = [row.split(",") for row in rows]
    assert [row[4] for row in found] == ["train"] * 3 + ["validation"] * 2 + [
        "test"
    ] * 2
    assert all(row[3] == "m" + row[0][0] for row in found)
    assert {row[0] for row in found[:5]} == set(names[:5])
    assert [row[0] for row in found[5:]] == names[5:]
