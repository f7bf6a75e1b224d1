"""VATT-Medium on Kinetics-600: the released classifier, or its training.

    keras-vatt experiment kinetics600_medium data=FOLDER
    keras-vatt experiment kinetics600_medium data=FOLDER task=finetune

The checkpoint is ten thousand steps short of the schedule's end.

Cost: 15.02 TFLOP a clip in tests (paper, table 1); training: not published.
Reported by the authors: top-1 82.4, top-5 96.1 (paper, table 1).
Measured by us: not run.
"""

from keras_vatt.experiments.recipes import VIDEO_CLASSIFIER

values = {
    **VIDEO_CLASSIFIER,
    "protocol": "kinetics600",  # paper, section 4.2.1
    "preset": "vatt_video_medium_kinetics600",  # checkpoint step 90,000
    "start": "vatt_medium_base_small_howto100m_audioset",  # checkpoint step 500,000
    "output": "runs/kinetics600_medium",  # ours, not published
}
