"""VATT-Base on ImageNet, trained from the pretrained tower.

    keras-vatt experiment imagenet_base data=TFDS_FOLDER

No checkpoint was released: `task=evaluate` scores what an earlier run trained.

Cost: 50 passes over 1.28 million images of 384x384; hours: not published.
Reported by the authors: top-1 78.7, top-5 93.9 (paper, table 3).
Measured by us: not run.
"""

from keras_vatt.experiments.recipes import IMAGE_CLASSIFIER

values = {
    **IMAGE_CLASSIFIER,
    "protocol": "imagenet",  # paper, section 4.2.3
    "preset": "runs/imagenet_base/preset",  # ours, not published
    "start": "vatt_base_base_small_howto100m_audioset",  # checkpoint step 500,000
    "output": "runs/imagenet_base",  # ours, not published
}
