"""VATT-Base on Kinetics-600: the released classifier, or its training.

    keras-vatt experiment kinetics600_base data=FOLDER
    keras-vatt experiment kinetics600_base data=FOLDER task=finetune

Cost: 9.09 TFLOP a clip in tests (paper, table 1); training: not published.
Reported by the authors: top-1 80.5, top-5 95.5 (paper, table 1).
Measured by us: not run.
"""

from keras_vatt.experiments.recipes import VIDEO_CLASSIFIER

values = {
    **VIDEO_CLASSIFIER,
    "protocol": "kinetics600",  # paper, section 4.2.1
    "preset": "vatt_video_base_kinetics600",  # checkpoint step 100,000
    "start": "vatt_base_base_small_howto100m_audioset",  # checkpoint step 500,000
    "output": "runs/kinetics600_base",  # ours, not published
}
