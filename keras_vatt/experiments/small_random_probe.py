"""What linear classifiers reach on an untrained tiny tower: the floor of a probe.

    keras-vatt experiment small_random_probe data=UCF101

Cost: 13,320 clips through a tiny model: under an hour on two cores, estimated.
Reported by the authors: nothing, the model is ours.
Measured by us: not run.
"""

from keras_vatt.experiments.recipes import PROBE

values = {
    **PROBE,
    "protocol": "ucf101",  # paper, section A.4
    "preset": "vatt_tiny",  # ours, not published
    "output": "runs/small_random_probe",  # ours, not published
}
