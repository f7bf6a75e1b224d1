"""Pretraining of the Medium-Base-Small model on HowTo100M and AudioSet.

    keras-vatt experiment pretrain_medium data='["HOWTO100M", "AUDIOSET"]'

Cost: less than 3 days on 256 TPUs v3 (paper, section 4.1).
Reported by the authors: no score of the pretraining itself; its checkpoint serves the
other rows.
Measured by us: not run.
"""

from keras_vatt.experiments.recipes import PRETRAINING

values = {
    **PRETRAINING,
    "preset": "vatt_medium_base_small",  # released config
    "output": "runs/pretrain_medium",  # ours, not published
}
