"""VATT-Base on Moments in Time: the released classifier, or its training.

    keras-vatt experiment moments_in_time_base data=FOLDER
    keras-vatt experiment moments_in_time_base data=FOLDER task=finetune

Cost: 9.09 TFLOP a clip in tests (paper, table 1); training: not published.
Reported by the authors: top-1 38.7, top-5 67.5 (paper, table 1).
Measured by us: not run.
"""

from keras_vatt.experiments.recipes import VIDEO_CLASSIFIER

values = {
    **VIDEO_CLASSIFIER,
    "protocol": "moments-in-time",  # paper, section 4.2.1
    "preset": "vatt_video_base_moments_in_time",  # checkpoint step 150,000
    "start": "vatt_base_base_small_howto100m_audioset",  # checkpoint step 500,000
    "train_steps": 150_000,  # checkpoint step 150,000
    "output": "runs/moments_in_time_base",  # ours, not published
}
