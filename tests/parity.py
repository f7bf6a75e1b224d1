"""Prints the README's parity table for the backend at hand.

    KERAS_BACKEND=jax python -m tests.parity

A row a golden folder: the largest error against the authors' released code, and what
the tests allow. Two minutes on two cores.
"""

import keras

from tests import golden_files
from tests.conversion import parity, test_golden_training
from tests.losses import test_golden_losses


def rows():
    """Yields folder, what is compared, largest error, allowed."""
    for folder in golden_files.PRETRAINING + golden_files.CLASSIFIERS:
        worst = max(parity.errors(folder).values())
        yield folder, "outputs", worst, parity.tolerance(folder)
    for folder in golden_files.TRAINING:
        for name, worst in test_golden_training.errors(folder).items():
            yield folder, name, worst, test_golden_training.TOLERANCES[name]
    found = [test_golden_losses.errors(case) for case in test_golden_losses.CASES]
    for name, worst in zip(
        ("values", "gradients"), zip(*found, strict=True), strict=True
    ):
        yield "losses", name, max(worst), test_golden_losses.TOLERANCE


if __name__ == "__main__":
    print(f"| golden folder | compared | {keras.backend.backend()} | allowed |")
    print("|---|---|---|---|")
    for folder, name, worst, allowed in rows():
        print(f"| {folder} | {name} | {worst:.1e} | {allowed:.0e} |", flush=True)
