"""Pretraining of the modality-agnostic Medium model on HowTo100M and AudioSet.

    keras-vatt experiment pretrain_medium_agnostic data='["HOWTO100M", "AUDIOSET"]'

Cost: 3 days on 256 TPUs v3 (paper, section A.2.4).
Reported by the authors: no score of the pretraining itself; its checkpoint serves the
other rows.
Measured by us: not run.
"""

from keras_vatt.experiments.recipes import PRETRAINING

values = {
    **PRETRAINING,
    "preset": "vatt_medium_agnostic",  # released config
    "output": "runs/pretrain_medium_agnostic",  # ours, not published
}
