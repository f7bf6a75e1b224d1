r"""Every benchmark, one after the other, into one table: `benchmarks/RESULTS.md`.

    python benchmarks/run_all.py                    # or `make benchmarks`; hours
    python benchmarks/run_all.py --size toy --only loss train_step
    python benchmarks/run_all.py --accelerator      # on a GPU: minutes

Each row is a process of its own, so that its memory is its own and a failure costs one
row. A script prints what goes into the table on lines that start with `RESULT`. What is
not run stays as the table has it, with its date. A table of another machine is put
aside, as `RESULTS.old.md`.

To add a benchmark, add rows to `ROWS`, or a GPU's to `ACCELERATOR_ROWS`.
"""

import argparse
import datetime
import os
import pathlib
import platform
import subprocess
import sys
from typing import NamedTuple

HERE = pathlib.Path(__file__).parent
BACKENDS = ("tensorflow", "jax", "torch")
SIZES = ("full", "toy")


class Row(NamedTuple):
    """One process a backend: a script and its arguments."""

    script: str
    title: str
    full: str = ""
    toy: str = ""
    backends: tuple = BACKENDS


TOY_STEP = "--preset vatt_tiny --num-layers 1 --steps 2 --rounds 1"
TOY_TOWER = "--num-layers 1 --hidden-dim 64 --frames 4 --image-size 32 --steps 2"
TOY_TOWER += " --rounds 1"


TOY_CLIPS = "--clips 4 --seconds 2 --size 48 64 --frames 4 --crop 32"
TOY_CACHE = "--num-layers 1 --batch-size 8 --chunk 4 --timed-batch-size 8 --steps 1"


def step(title, arguments, backends=BACKENDS):
    """A row of `train_step.py`."""
    return Row("train_step", title, arguments, f"{TOY_STEP} {arguments}", backends)


def short(title, arguments="", backends=BACKENDS):
    """A row of `train_step.py`, of one round."""
    return step(title, f"{arguments} --steps 4 --rounds 1".strip(), backends)


def input_run(script, title, toy):
    """A row whose numbers are the same on every backend."""
    return Row(script, title, "", toy, ("tensorflow",))


ROWS = (
    step("training step, Base-Base-Small", "", ("tensorflow",)),  # the fastest
    short("training step, Base-Base-Small", backends=("jax", "torch")),
    short("training step, mixed bfloat16", "--dtype mixed_bfloat16"),
    short("DropToken 0", "--drop-token-rate 0 --batch-size 1"),
    short("DropToken 0.25", "--drop-token-rate 0.25 --batch-size 1"),
    short("DropToken 0.5", "--drop-token-rate 0.5 --batch-size 1"),
    short("DropToken 0.75", "--drop-token-rate 0.75 --batch-size 1"),
    short("remat", "--remat"),
    short("remat beside none", "--remat --against-remat --batch-size 1"),
    Row("devices", "several devices", "", f"{TOY_STEP} --batch-size 4"),
    Row("grad_cache", "GradCache", "", TOY_CACHE),
    Row("loss", "loss at 2,048 x 5", "", "--batch-size 16 --steps 2"),
    Row(
        "loss",
        "SymmetricNCE at 2,048 x 5",
        "--loss SymmetricNCE",
        "--loss SymmetricNCE --batch-size 16 --steps 2",
    ),
    Row("hand_written", "beside hand-written towers", "", TOY_TOWER),
    Row("peers", "beside VivitModel", "", TOY_TOWER, ("torch",)),
    Row("embed", "embedding a folder", "", "--clips 4 --rounds 1"),
    input_run("search", "search", "--rows 2000 --steps 2 --rounds 1"),
    Row(
        "input_pipeline",
        "clips to batches",
        "--rounds 5",
        f"{TOY_CLIPS} --batch-size 2 --rounds 1",
        ("tensorflow",),
    ),
    input_run(
        "input_memory",
        "memory of the input run",
        f"{TOY_CLIPS} --batches 16 --samples 4800 --long-seconds 60",
    ),
    input_run("read_files", "media files", "--video-seconds 20 --size 48 64"),
)

LARGE = "--preset vatt_large_base_small --batch-size 32"
TOY_ACCELERATOR = f"{TOY_STEP} --batch-size 2 --product 64 --limit 4"


def accelerator(title, arguments):
    """A row of `accelerator.py`."""
    return Row("accelerator", title, arguments, f"{arguments} {TOY_ACCELERATOR}")


ACCELERATOR_ROWS = (
    accelerator("Base", ""),
    accelerator("Base, DropToken 0", "--drop-token-rate 0"),
    accelerator("Base, plain attention", "--plain-attention"),
    accelerator("Base, remat", "--remat"),
    accelerator("Large", LARGE),
    accelerator("Large, remat", f"{LARGE} --remat"),
    accelerator("Base, largest batch", "--largest-batch"),
    accelerator("Base, largest batch, remat", "--largest-batch --remat"),
)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", choices=SIZES, default="full")
    parser.add_argument("--backends", nargs="+", default=BACKENDS)
    parser.add_argument("--only", nargs="+", help="scripts, or rows by their names")
    parser.add_argument("--accelerator", action="store_true", help="a GPU's rows")
    parser.add_argument("--output", type=pathlib.Path)
    args = parser.parse_args()
    if args.output is None:
        name = "RESULTS" + "_ACCELERATOR" * args.accelerator
        args.output = HERE / (name + "_TOY" * (args.size == "toy") + ".md")
    return args


def run(row, backend, size):
    """The `RESULT` lines of one process, or the last line of what went wrong."""
    command = [sys.executable, str(HERE / f"{row.script}.py")]
    command += (row.full if size == "full" else row.toy).split()
    environment = {**os.environ, "KERAS_BACKEND": backend}
    print(f"{backend}: {' '.join(command[1:])}", flush=True)
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    lines = [
        line.removeprefix("RESULT ")
        for line in done.stdout.splitlines()
        if line.startswith("RESULT ")
    ]
    if done.returncode or not lines:
        reason = (done.stderr.strip().splitlines() or ["it printed no RESULT"])[-1]
        return [f"failed: {reason}"], False
    return lines, True


def machine():
    """What it ran on, in a line."""
    model = platform.processor() or platform.machine()
    memory = ""
    info = pathlib.Path("/proc/cpuinfo")
    if info.exists():
        names = [x for x in info.read_text().splitlines() if x.startswith("model name")]
        model = names[0].split(":", 1)[1].strip() if names else model
        pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        memory = f", {pages / 2**30:.0f} GB"
    cores = len(os.sched_getaffinity(0)) if info.exists() else os.cpu_count()
    return f"{model}, {cores} cores{memory}, {platform.system()}, Python " + (
        platform.python_version()
    )


def heading(size):
    """The Markdown above the rows."""
    return [
        "# Benchmarks",
        "",
        f"Written by `benchmarks/run_all.py --size {size}` on {machine()}.",
        "Each line is a process of its own; ranges are over its rounds.",
        "",
        "| what | backend | result | command | on |",
        "|---|---|---|---|---|",
    ]


def table(rows, size, listed):
    """The Markdown of the results, in the order of what is listed."""
    order = [(row.title, backend) for row in listed for backend in row.backends]
    found = [rows[key] for key in order if key in rows]
    return "\n".join([*heading(size), *found, ""])


def earlier(path, size):
    """The rows that this machine has written before, by title and backend."""
    lines = path.read_text().splitlines() if path.exists() else []
    head = heading(size)
    if lines[: len(head)] != head:
        if lines:
            path.rename(path.with_suffix(".old.md"))
        return {}
    rows = {}
    for line in lines[len(head) :]:
        title, backend = line.removeprefix("| ").split(" | ")[:2]
        rows[title, backend] = line
    return rows


def main():
    args = parse()
    listed = ACCELERATOR_ROWS if args.accelerator else ROWS
    chosen = [
        row
        for row in listed
        if not args.only or {row.script, row.title} & set(args.only)
    ]
    if not chosen:
        known = ", ".join(dict.fromkeys(row.script for row in listed))
        sys.exit(f"--only {' '.join(args.only)}: no such benchmark. There are: {known}")
    rows, failures = earlier(args.output, args.size), 0
    today = datetime.date.today().isoformat()
    for row in chosen:
        for backend in row.backends:
            if backend not in args.backends:
                continue
            lines, good = run(row, backend, args.size)
            failures += not good
            arguments = row.full if args.size == "full" else row.toy
            shown = "<br>".join(line.replace("|", "\\|") for line in lines)
            command = f"`{row.script}.py {arguments}`".replace(" `", "`")
            rows[row.title, backend] = (
                f"| {row.title} | {backend} | {shown} | {command} | {today} |"
            )
            # After every row: what there is survives an interrupt.
            args.output.write_text(table(rows, args.size, listed))
    print(f"{len(rows)} rows in {args.output}, {failures} failed")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
