"""A tiny modality-agnostic model on a folder of one's own clips.

    keras-vatt experiment small_pretraining_agnostic data=demo/clips

Cost: about that of `small_pretraining`.
Reported by the authors: nothing, the model is ours.
Measured by us: not run.
"""

from keras_vatt.experiments.recipes import SMALL_PRETRAINING

values = {
    **SMALL_PRETRAINING,
    "preset": "vatt_tiny_agnostic",  # ours, not published
    "output": "runs/small_pretraining_agnostic",  # ours, not published
}
