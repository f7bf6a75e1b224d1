"""Runs the guides, each in a process of its own, and prints a table of their scores.

    python guides/run_guides.py                      all, under KERAS_BACKEND
    python guides/run_guides.py --backends tensorflow jax torch
    python guides/run_guides.py bring_the_authors_checkpoints --folder out

`make guides` runs all of them on all backends. What a guide prints is shown as it
runs; its last line is its scores, a dict. Ends with 1 if a guide failed.
"""

import argparse
import ast
import os
import pathlib
import subprocess
import sys
import tempfile
import time

GUIDES = sorted(
    path.stem
    for path in pathlib.Path(__file__).parent.glob("*.py")
    if path.stem != pathlib.Path(__file__).stem
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("guides", nargs="*", help=f"of {', '.join(GUIDES)}")
    parser.add_argument(
        "--backends", nargs="+", default=[os.environ.get("KERAS_BACKEND", "tensorflow")]
    )
    parser.add_argument("--folder", help="for plots and files; else a temporary one")
    args = parser.parse_args()
    unknown = set(args.guides) - set(GUIDES)
    if unknown:
        parser.error(f"no guide {sorted(unknown)}: expected some of {GUIDES}")
    runs = [
        (guide, backend, run(guide, backend, args.folder))
        for backend in args.backends
        for guide in args.guides or GUIDES
    ]
    print("\n| guide | backend | minutes | score | |\n|---|---|---|---|---|")
    for guide, backend, (minutes, scores) in runs:
        for name, value in (scores or {"FAILED": float("nan")}).items():
            print(f"| {guide} | {backend} | {minutes:.1f} | {name} | {value:.4g} |")
    sys.exit(any(scores is None for _, _, (_, scores) in runs))


def run(guide, backend, folder):
    """Returns minutes and scores of one guide, None in their place if it failed."""
    folder = pathlib.Path(folder or tempfile.mkdtemp()) / guide / backend
    folder.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "KERAS_BACKEND": backend,
        "GUIDE_FOLDER": str(folder),
        "MPLBACKEND": "agg",
    }
    print(f"=== {guide}, {backend}, files in {folder}", flush=True)
    since = time.monotonic()
    lines = []
    with subprocess.Popen(
        [sys.executable, str(pathlib.Path(__file__).with_name(f"{guide}.py"))],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    minutes = (time.monotonic() - since) / 60
    return minutes, None if process.returncode else ast.literal_eval(lines[-1])


if __name__ == "__main__":
    main()
