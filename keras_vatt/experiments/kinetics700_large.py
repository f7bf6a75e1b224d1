"""VATT-Large on Kinetics-700: the released classifier, or its training.

    keras-vatt experiment kinetics700_large data=FOLDER
    keras-vatt experiment kinetics700_large data=FOLDER task=finetune

Cost: 29.80 TFLOP a clip in tests (paper, table 1); training: not published.
Reported by the authors: top-1 72.7, top-5 90.5 (paper, section 4.2.1 and the released
README).
Measured by us: not run.
"""

from keras_vatt.experiments.recipes import VIDEO_CLASSIFIER

values = {
    **VIDEO_CLASSIFIER,
    "protocol": "kinetics700",  # paper, section 4.2.1
    "preset": "vatt_video_large_kinetics700",  # checkpoint step 100,000
    "start": "vatt_large_base_small_howto100m_audioset",  # checkpoint step 500,000
    "output": "runs/kinetics700_large",  # ours, not published
}
