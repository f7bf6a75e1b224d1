"""VATT-Medium, frozen, with linear classifiers on ESC-50.

    keras-vatt experiment esc50_medium data=FOLDER

Cost: five windows a clip, forward alone; then 1,000 passes of a small head a fold.
Reported by the authors: SVM 82.5, low-rank classifier 84.7 (paper, table 8).
Measured by us: not run.
"""

from keras_vatt.experiments.recipes import PROBE

values = {
    **PROBE,
    "protocol": "esc50",  # paper, section A.4
    "preset": "vatt_medium_base_small_howto100m_audioset",  # checkpoint step 500,000
    "output": "runs/esc50_medium",  # ours, not published
}
