"""Pretraining of the Base-Base-Small model on HowTo100M and AudioSet.

    keras-vatt experiment pretrain_base data='["HOWTO100M", "AUDIOSET"]'

Cost: not published.
Reported by the authors: no score of the pretraining itself; its checkpoint serves the
other rows.
Measured by us: not run.
"""

from keras_vatt.experiments.recipes import PRETRAINING

values = {
    **PRETRAINING,
    "preset": "vatt_base_base_small",  # released config
    "output": "runs/pretrain_base",  # ours, not published
}
