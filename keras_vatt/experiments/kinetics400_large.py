"""VATT-Large on Kinetics-400: the released classifier, or its training.

    keras-vatt experiment kinetics400_large data=FOLDER
    keras-vatt experiment kinetics400_large data=FOLDER task=finetune

Cost: 29.80 TFLOP a clip in tests (paper, table 1); training: not published.
Reported by the authors: top-1 82.1, top-5 95.5 (paper, table 1).
Measured by us: not run.
"""

from keras_vatt.experiments.recipes import VIDEO_CLASSIFIER

values = {
    **VIDEO_CLASSIFIER,
    "protocol": "kinetics400",  # paper, section 4.2.1
    "preset": "vatt_video_large_kinetics400",  # checkpoint step 100,000
    "start": "vatt_large_base_small_howto100m_audioset",  # checkpoint step 500,000
    "output": "runs/kinetics400_large",  # ours, not published
}
