"""What the experiments share: the values of a whole table of the paper.

Where the paper and the released code differ (10,000 and 5,000 steps of warm-up, 320 and
224 pixels), the comment says whose value it is.
"""

# Fine-tuned classifiers of video: tables 1 and the text below it.
VIDEO_CLASSIFIER = {
    "task": "evaluate",  # ours, not published
    "data": None,  # ours, not published
    "labels": None,  # ours, not published
    "batch_size": 12,  # ours, not published
    "windows": 4,  # paper, section A.2.5
    "crops": 3,  # paper, section A.2.5
    "image_size": 320,  # paper, section A.2.5
    "train_steps": 100_000,  # released config
    "train_batch_size": 64,  # paper, section A.2.5
    "learning_rate": 0.005,  # released config
    "warmup_steps": 2_500,  # released config
    "momentum": 0.9,  # released config
    "backbone_clipnorm": 0.75,  # released config
    "label_smoothing": 0.1,  # released config
    "cache": False,  # ours, not published
    "seed": 0,  # ours, not published
}

# Fine-tuned taggers of sound: table 2.
AUDIO_CLASSIFIER = {
    "task": "evaluate",  # ours, not published
    "data": None,  # ours, not published
    "labels": None,  # ours, not published
    "batch_size": 12,  # ours, not published
    "windows": 4,  # released config
    "crops": 1,  # released config
    "train_steps": 50_000,  # checkpoint step 50,000
    "train_batch_size": 1024,  # paper, section A.3
    "learning_rate": 0.2,  # paper, section A.3
    "warmup_steps": 5_000,  # paper, section A.3
    "momentum": 0.9,  # paper, section A.3
    "backbone_clipnorm": 0.75,  # released config
    "mixup_alpha": 5.0,  # paper, section A.3
    "cache": False,  # ours, not published
    "seed": 0,  # ours, not published
}

# Fine-tuned classifiers of images: table 3. No checkpoint was released.
IMAGE_CLASSIFIER = {
    "task": "finetune",  # ours, not published
    "data": None,  # ours, not published
    "labels": None,  # ours, not published
    "batch_size": 12,  # ours, not published
    "windows": 1,  # released config
    "crops": 1,  # released config
    "image_size": 384,  # paper, section A.3.1
    "train_epochs": 50,  # paper, section A.3.1
    "train_batch_size": 512,  # paper, section A.3.1
    "learning_rate": 0.08,  # paper, section A.3.1
    "warmup_steps": 2_500,  # released config
    "momentum": 0.9,  # paper, section A.3.1
    "backbone_clipnorm": 0.75,  # released config
    "label_smoothing": 0.1,  # paper, section A.3.1
    "cache": False,  # ours, not published
    "seed": 0,  # ours, not published
}

# Linear classification on frozen features: table 8.
PROBE = {
    "task": "evaluate",  # ours, not published
    "data": None,  # ours, not published
    "batch_size": 12,  # ours, not published
    "windows": 4,  # released config
    "crops": 1,  # released config
    "classifiers": ["svm", "head"],  # paper, section A.4
    "head_epochs": 1000,  # released config
}

# Zero-shot retrieval: table 4.
RETRIEVAL = {
    "task": "evaluate",  # ours, not published
    "data": None,  # ours, not published
    "vocabulary": None,  # ours, not published
    "batch_size": 12,  # ours, not published
    "windows": 4,  # paper, section A.3.3
    "crops": 1,  # paper, section A.3.3
}

# Pretraining on HowTo100M and AudioSet, prepared: `data` names both records.
PRETRAINING = {
    "task": "pretrain",  # ours, not published
    "data": None,  # ours, not published
    "weights": [0.5, 0.5],  # ours, not published
    "frame_rate": [10, 25],  # released config
    "frame_stride": [1, 2],  # released config
    "num_candidates": 5,  # paper, section 3.4
    "batch_size": 2048,  # paper, section 4.1
    "steps": 500_000,  # checkpoint step 500,000
    "warmup_steps": 5_000,  # released config
    "learning_rate": 1e-4,  # released config
    "final_learning_rate": 5e-5,  # released config
    "flip": True,  # paper, section 4.1
    "cache": False,  # ours, not published
    "seed": 0,  # ours, not published
}

# Pretraining that two cores finish in minutes, on a folder of one's own.
SMALL_PRETRAINING = {
    "task": "pretrain",  # ours, not published
    "data": None,  # ours, not published
    "num_candidates": 1,  # ours, not published
    "batch_size": 64,  # ours, not published
    "steps": 800,  # ours, not published
    "warmup_steps": 80,  # ours, not published
    "learning_rate": 1e-3,  # ours, not published
    "final_learning_rate": 0.0,  # ours, not published
    "flip": False,  # ours, not published
    "cache": True,  # ours, not published
    "seed": 0,  # ours, not published
}
