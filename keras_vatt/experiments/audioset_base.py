"""VATT-Base on AudioSet: the released tagger of sounds, or its training.

    keras-vatt experiment audioset_base data=FOLDER
    keras-vatt experiment audioset_base data=FOLDER task=finetune

Cost: not published.
Reported by the authors: mAP 39.4, AUC 97.1, d-prime 2.895 (paper, table 2).
Measured by us: not run.
"""

from keras_vatt.experiments.recipes import AUDIO_CLASSIFIER

values = {
    **AUDIO_CLASSIFIER,
    "protocol": "audioset",  # paper, section 4.2.2
    "preset": "vatt_audio_base_audioset",  # checkpoint step 50,000
    "start": "vatt_base_base_small_howto100m_audioset",  # checkpoint step 500,000
    "output": "runs/audioset_base",  # ours, not published
}
