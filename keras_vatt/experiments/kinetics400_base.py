"""VATT-Base on Kinetics-400: the released classifier, or its training.

    keras-vatt experiment kinetics400_base data=FOLDER
    keras-vatt experiment kinetics400_base data=FOLDER task=finetune

Cost: 9.09 TFLOP a clip in tests (paper, table 1); training: not published.
Reported by the authors: top-1 79.6, top-5 94.9 (paper, table 1).
Measured by us: not run.
"""

from keras_vatt.experiments.recipes import VIDEO_CLASSIFIER

values = {
    **VIDEO_CLASSIFIER,
    "protocol": "kinetics400",  # paper, section 4.2.1
    "preset": "vatt_video_base_kinetics400",  # checkpoint step 100,000
    "start": "vatt_base_base_small_howto100m_audioset",  # checkpoint step 500,000
    "output": "runs/kinetics400_base",  # ours, not published
}
