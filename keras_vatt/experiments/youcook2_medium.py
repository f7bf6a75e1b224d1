"""VATT-MBS, zero-shot text-to-video retrieval on YouCook2.

    keras-vatt experiment youcook2_medium data=FOLDER

Captions need the authors' list of words: vocabulary=howto100m_en.txt where it was not
fetched.

Cost: 3.1 thousand clips, four windows each, forward alone.
Reported by the authors: R@10 45.5, median rank 13 (paper, table 4).
Measured by us: not run.
"""

from keras_vatt.experiments.recipes import RETRIEVAL

values = {
    **RETRIEVAL,
    "protocol": "youcook2",  # paper, section A.3.3
    "preset": "vatt_medium_base_small_howto100m_audioset",  # checkpoint step 500,000
    "output": "runs/youcook2_medium",  # ours, not published
}
