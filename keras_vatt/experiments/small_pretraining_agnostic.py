"""A tiny modality-agnostic model on a folder of one's own clips.

    keras-vatt experiment small_pretraining_agnostic data=demo/clips

Cost: about that of `small_pretraining`.
Reported by the authors: nothing, the model is ours.
Measured by us: not run by this file; `keras-vatt pretrain` with the same values reached
text R@10 0.992 and sound 0.617 on the demo's clips (seed 0, TensorFlow).
"""

from keras_vatt.experiments.recipes import SMALL_PRETRAINING

values = {
    **SMALL_PRETRAINING,
    "preset": "vatt_tiny_agnostic",  # ours, not published
    "output": "runs/small_pretraining_agnostic",  # ours, not published
}
