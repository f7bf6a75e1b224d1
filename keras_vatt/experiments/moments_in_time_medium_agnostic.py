"""VATT-MA-Medium on Moments in Time: the released classifier, or its training.

    keras-vatt experiment moments_in_time_medium_agnostic data=FOLDER
    keras-vatt experiment moments_in_time_medium_agnostic data=FOLDER task=finetune

Cost: 15.02 TFLOP a clip in tests (paper, table 1); training: not published.
Reported by the authors: top-1 37.8, top-5 65.9 (paper, table 1).
Measured by us: not run.
"""

from keras_vatt.experiments.recipes import VIDEO_CLASSIFIER

values = {
    **VIDEO_CLASSIFIER,
    "protocol": "moments-in-time",  # paper, section 4.2.1
    "preset": "vatt_video_medium_agnostic_moments_in_time",  # checkpoint step 150,000
    "start": "vatt_medium_agnostic_howto100m_audioset",  # checkpoint step 500,000
    "train_steps": 150_000,  # checkpoint step 150,000
    "output": "runs/moments_in_time_medium_agnostic",  # ours, not published
}
