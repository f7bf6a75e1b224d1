r"""Kills `keras-vatt pretrain` at seeded moments, and compares what comes out.

    KERAS_BACKEND=jax python -m tests.training.kill_test --kills 20 --in-writing 5

Two undisturbed runs first: their difference is what the backend itself allows, which
has been nothing. Then the same command again and again, ended by SIGKILL, some of the
times while a state is being written (its `.partial` folder is there); the state is made
large enough for that by a table of many words. Every step's losses, every epoch's, and
all variables at the end, seeds and moments among them, must be those of the undisturbed
runs. `make kill-test` does it on every backend; a start of the process is most of it.
"""

import argparse
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import numpy as np

from keras_vatt.training.state_files import newest_state, read_arrays

STEPS, BATCH, TRAIN_CLIPS, WORDS = 63, 4, 12, 60_000
OLD = "left-by-an-earlier-kill"
CODE = "from keras_vatt.cli import app; app()"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--in-writing", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kill_test(pathlib.Path(folder), args.kills, args.in_writing, args.seed)


def kill_test(folder, kills, in_writing, seed=0, say=print):
    """Raises an AssertionError if a run that was killed differs from one that was not.

    Args:
        folder: path to work in.
        kills: int. SIGKILLs in all.
        in_writing: int. How many of them hit a state's writing, at least.
        seed: int. Of the moments.
        say: called with a line of text a process.
    """
    make_inputs(folder)
    first, second = (undisturbed(folder, name, say) for name in ("one", "two"))
    spread = difference(first, second)
    say(f"two undisturbed runs differ by {spread:g}")
    rng = np.random.default_rng(seed)
    found = dict.fromkeys(("step", "writing"), 0)
    # A kill is due behind the ones before: else no run would ever end.
    due = np.sort(rng.integers(1, STEPS - 1, kills))
    while sum(found.values()) < kills or found["writing"] < in_writing:
        number = sum(found.values())
        wants_writing = found["writing"] * kills <= number * in_writing
        step = int(due[min(number, kills - 1)])
        what = killed(folder, step, wants_writing, rng)
        found[what] += 1
        say(f"kill {number + 1}, at {what}: {rows(folder / 'run')} steps logged")
    code = pretrain(folder, "run").wait()
    assert code == 0, (folder / "run.log").read_text()[-3000:]
    disturbed = difference(first, results(folder / "run"))
    say(f"killed {sum(found.values())} times, {found['writing']} of them in writing:")
    say(f"differs from an undisturbed run by {disturbed:g}")
    assert disturbed <= spread


def make_inputs(folder, words=WORDS, dropout=0.1, drop_token_rate=0.5):
    """Clips, prepared, and a preset with dropout, DropToken and many words."""
    from keras_vatt import datasets, presets
    from tests.data.media_files import write_video

    clips = folder / "clips"
    clips.mkdir(parents=True)
    lines = ["video_path,caption,split"]
    for index in range(TRAIN_CLIPS + BATCH):
        split = "train" if index < TRAIN_CLIPS else "validation"
        write_video(clips / f"{index}.mp4", audio_seconds=0.8 + 0.05 * index)
        lines.append(f"{index}.mp4,word{index} word{index % 3},{split}")
    (clips / "clips.csv").write_text("\n".join(lines) + "\n")
    datasets.prepare(clips, folder / "records")
    model = presets.load(
        "vatt_tiny",
        vocabulary=["<pad>", "<unk>", *(f"word{i}" for i in range(words))],
        video_shape=(4, 32, 32, 3),
        audio_shape=(4096, 1),
        embedding_dim=32,
        num_layers=1,
        hidden_dim=32,
        mlp_dim=64,
        num_heads=2,
        dropout=dropout,
        drop_token_rate=drop_token_rate,
    )
    model.save_to_preset(str(folder / "preset"))


def pretrain(folder, output, *more):
    """Starts the command."""
    options = {
        "data": folder / "records",
        "preset": folder / "preset",
        "output": folder / output,
        "steps": STEPS,
        "batch-size": BATCH,
        "save-every": 2,
    }
    given = [str(part) for k, v in options.items() for part in (f"--{k}", v)]
    with open(folder / f"{output}.log", "a") as log:
        return subprocess.Popen(
            [sys.executable, "-c", CODE, "pretrain", *given, *more],
            stdout=log,
            stderr=log,
            env=os.environ,
        )


def undisturbed(folder, output, say):
    begin = time.monotonic()
    code = pretrain(folder, output).wait()
    assert code == 0, (folder / f"{output}.log").read_text()[-3000:]
    say(f"undisturbed: {time.monotonic() - begin:.0f} s")
    return results(folder / output)


def killed(folder, step, in_writing, rng):
    """Runs until a step is logged and the moment has come; returns what it was."""
    for left in partial(folder / "run"):
        (left / OLD).touch()
    process = pretrain(folder, "run")
    try:
        while rows(folder / "run") < step or not trains_again(folder / "run", process):
            check(process, folder)
            time.sleep(0.002)
        while in_writing and not partial(folder / "run"):
            check(process, folder)
            time.sleep(0.0005)
        time.sleep(rng.uniform(0, 0.02 if in_writing else 0.2))
        check(process, folder)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    # What was being written when it died stays as it was.
    return "writing" if partial(folder / "run") else "step"


def trains_again(run, process):
    """Whether this process, and not one before it, has the log open: it trains."""
    try:
        opened = [os.readlink(f"/proc/{process.pid}/fd/{n}") for n in fds(process)]
    except FileNotFoundError:
        return False
    return str((run / "steps.csv").resolve()) in opened


def fds(process):
    return os.listdir(f"/proc/{process.pid}/fd")


def check(process, folder):
    if process.poll() is not None:
        log = (folder / "run.log").read_text()[-3000:]
        raise AssertionError(f"It ended before it was killed: {log}")


def partial(run):
    """What is being written, or was when the last process died."""
    found = (run / "state").glob("*.partial")
    return [folder for folder in found if not (folder / OLD).exists()]


def rows(run):
    """Steps logged so far."""
    try:
        return max(0, (run / "steps.csv").read_bytes().count(b"\n") - 1)
    except FileNotFoundError:
        return 0


def results(run):
    """Everything to compare: the log of every step, and every variable."""
    table = np.genfromtxt(run / "steps.csv", delimiter=",", skip_header=1)
    assert table[:, 0].tolist() == list(range(1, STEPS + 1))
    epochs = np.genfromtxt(run / "history.csv", delimiter=",", skip_header=1)
    record, path = newest_state(run / "state")
    assert record["step"] == STEPS
    return {"steps": table, "epochs": epochs, **dict(read_arrays(path))}


def difference(one, other):
    """The largest difference of any number."""
    assert list(one) == list(other)
    assert all(one[name].shape == other[name].shape for name in one)
    return max(
        float(np.abs(one[n].astype("float64") - other[n].astype("float64")).max())
        for n in one
    )


if __name__ == "__main__":
    main()
