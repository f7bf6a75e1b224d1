"""A tiny model on a folder of one's own clips, such as the demo's.

    keras-vatt experiment small_pretraining data=demo/clips

Cost: about ten minutes on two cores, as `make demo` of which this is a part.
Reported by the authors: nothing, the model is ours.
Measured by us: text to video R@10 1.000, audio to video R@10 0.676, by `make demo`
(TensorFlow, seed 0; the same values).
"""

from keras_vatt.experiments.recipes import SMALL_PRETRAINING

values = {
    **SMALL_PRETRAINING,
    "preset": "vatt_tiny",  # ours, not published
    "output": "runs/small_pretraining",  # ours, not published
}
