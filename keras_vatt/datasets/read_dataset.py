"""The public datasets by name."""

from keras_vatt.datasets.audioset import audioset
from keras_vatt.datasets.esc50 import esc50
from keras_vatt.datasets.hmdb51 import hmdb51
from keras_vatt.datasets.howto100m import howto100m
from keras_vatt.datasets.kinetics import kinetics
from keras_vatt.datasets.moments_in_time import moments_in_time
from keras_vatt.datasets.msrvtt import msrvtt
from keras_vatt.datasets.msrvtt_1k_a import msrvtt_1k_a
from keras_vatt.datasets.ucf101 import ucf101
from keras_vatt.datasets.youcook2 import youcook2

READERS = {
    "audioset": audioset,
    "esc50": esc50,
    "hmdb51": hmdb51,
    "howto100m": howto100m,
    "kinetics400": kinetics,
    "kinetics600": kinetics,
    "kinetics700": kinetics,
    "moments_in_time": moments_in_time,
    "msrvtt": msrvtt,
    "msrvtt_1k_a": msrvtt_1k_a,
    "ucf101": ucf101,
    "youcook2": youcook2,
}
_WITH_FOLDS = ("esc50", "hmdb51", "ucf101")


def read_dataset(name, annotations, media, fold=None):
    """Returns the clips of a public dataset, from the user's own copies.

    Args:
        name: string. One of `READERS`.
        annotations: string. Its official annotation files' folder.
        media: string. Folder of the media files; subfolders are looked through.
        fold: int or None. Which of its own splits, where it has several (UCF101,
            HMDB51: 1 to 3; ESC-50: 1 to 5); None: the first.

    Returns:
        `Listing`. What is listed and has no media file is in `skipped`.

    Raises:
        FileNotFoundError: if a file or folder is missing.
        ValueError: if the name or the fold is none, or a file is not as expected.

    Example:
    ```python
    clips = keras_vatt.datasets.read_dataset("ucf101", "ucfTrainTestlist", "UCF-101")
    print(keras_vatt.datasets.prepare(clips, "records"))
    ```
    """
    if name not in READERS:
        raise ValueError(
            f"There is no dataset {name!r}. Expected one of {', '.join(READERS)}; "
            "other clips are read from a CSV."
        )
    if fold is None:
        return READERS[name](annotations, media)
    if name not in _WITH_FOLDS:
        raise ValueError(
            f"{name!r} has one split. Received: fold={fold}. Expected a fold for "
            f"{', '.join(_WITH_FOLDS)} only. Leave it out."
        )
    return READERS[name](annotations, media, fold)
