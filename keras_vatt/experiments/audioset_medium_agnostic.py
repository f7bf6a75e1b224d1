"""VATT-MA-Medium on AudioSet: the released tagger of sounds, or its training.

    keras-vatt experiment audioset_medium_agnostic data=FOLDER
    keras-vatt experiment audioset_medium_agnostic data=FOLDER task=finetune

Cost: not published.
Reported by the authors: mAP 39.3, AUC 97.0, d-prime 2.884 (paper, table 2).
Measured by us: not run.
"""

from keras_vatt.experiments.recipes import AUDIO_CLASSIFIER

values = {
    **AUDIO_CLASSIFIER,
    "protocol": "audioset",  # paper, section 4.2.2
    "preset": "vatt_audio_medium_agnostic_audioset",  # checkpoint step 50,000
    "start": "vatt_medium_agnostic_howto100m_audioset",  # checkpoint step 500,000
    "output": "runs/audioset_medium_agnostic",  # ours, not published
}
