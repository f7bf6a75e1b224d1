"""Pretraining of the Large-Base-Small model on HowTo100M and AudioSet.

    keras-vatt experiment pretrain_large data='["HOWTO100M", "AUDIOSET"]'

Cost: 3 days on 256 TPUs v3 (paper, section A.2.4).
Reported by the authors: no score of the pretraining itself; its checkpoint serves the
other rows.
Measured by us: not run.
"""

from keras_vatt.experiments.recipes import PRETRAINING

values = {
    **PRETRAINING,
    "preset": "vatt_large_base_small",  # released config
    "output": "runs/pretrain_large",  # ours, not published
}
