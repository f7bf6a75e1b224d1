"""VATT-MA-Medium on Kinetics-600: the released classifier, or its training.

    keras-vatt experiment kinetics600_medium_agnostic data=FOLDER
    keras-vatt experiment kinetics600_medium_agnostic data=FOLDER task=finetune

Cost: 15.02 TFLOP a clip in tests (paper, table 1); training: not published.
Reported by the authors: top-1 80.8, top-5 95.5 (paper, table 1).
Measured by us: not run.
"""

from keras_vatt.experiments.recipes import VIDEO_CLASSIFIER

values = {
    **VIDEO_CLASSIFIER,
    "protocol": "kinetics600",  # paper, section 4.2.1
    "preset": "vatt_video_medium_agnostic_kinetics600",  # checkpoint step 100,000
    "start": "vatt_medium_agnostic_howto100m_audioset",  # checkpoint step 500,000
    "output": "runs/kinetics600_medium_agnostic",  # ours, not published
}
