"""VATT-Medium on Kinetics-400: the released classifier, or its training.

    keras-vatt experiment kinetics400_medium data=FOLDER
    keras-vatt experiment kinetics400_medium data=FOLDER task=finetune

Cost: 15.02 TFLOP a clip in tests (paper, table 1); training: not published.
Reported by the authors: top-1 81.1, top-5 95.6 (paper, table 1).
Measured by us: not run.
"""

from keras_vatt.experiments.recipes import VIDEO_CLASSIFIER

values = {
    **VIDEO_CLASSIFIER,
    "protocol": "kinetics400",  # paper, section 4.2.1
    "preset": "vatt_video_medium_kinetics400",  # checkpoint step 100,000
    "start": "vatt_medium_base_small_howto100m_audioset",  # checkpoint step 500,000
    "output": "runs/kinetics400_medium",  # ours, not published
}
