"""A tiny model on a folder of one's own clips, such as the demo's.

    keras-vatt experiment small_pretraining data=demo/clips

Cost: some minutes on two cores, as `make demo`, of which this is a part.
Reported by the authors: nothing, the model is ours.
Measured by us: not run (`make demo` trains with these values: see the README).
"""

from keras_vatt.experiments.recipes import SMALL_PRETRAINING

values = {
    **SMALL_PRETRAINING,
    "preset": "vatt_tiny",  # ours, not published
    "output": "runs/small_pretraining",  # ours, not published
}
