"""VATT-MA-Medium, frozen, with linear classifiers on HMDB51.

    keras-vatt experiment hmdb51_medium_agnostic data=FOLDER

Cost: five windows a clip, forward alone; then 1,000 passes of a small head a fold.
Reported by the authors: low-rank classifier 63.1 (paper, table 8).
Measured by us: not run.
"""

from keras_vatt.experiments.recipes import PROBE

values = {
    **PROBE,
    "protocol": "hmdb51",  # paper, section A.4
    "preset": "vatt_medium_agnostic_howto100m_audioset",  # checkpoint step 500,000
    "output": "runs/hmdb51_medium_agnostic",  # ours, not published
}
