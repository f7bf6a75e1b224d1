"""VATT-MA-Medium, zero-shot text-to-video retrieval on MSR-VTT.

    keras-vatt experiment msrvtt_medium_agnostic data=FOLDER

Captions need the authors' list of words: vocabulary=howto100m_en.txt where it was not
fetched.

Cost: 1,000 clips, four windows each, forward alone.
Reported by the authors: R@10 23.6, median rank 67 (paper, table 4).
Measured by us: not run.
"""

from keras_vatt.experiments.recipes import RETRIEVAL

values = {
    **RETRIEVAL,
    "protocol": "msrvtt-1k-a",  # paper, section A.3.3
    "preset": "vatt_medium_agnostic_howto100m_audioset",  # checkpoint step 500,000
    "output": "runs/msrvtt_medium_agnostic",  # ours, not published
}
