"""What the paper's protocols fix, a row each."""

import dataclasses
import difflib

# Of probing and retrieval, whatever the model was pretrained at (design 3).
TIME = {"frame_rate": 25.0, "frame_stride": 2, "audio_stride": 1}


@dataclasses.dataclass(frozen=True)
class Protocol:
    """One row of the paper's result tables.

    Args:
        kind: string. "probe" (a linear classifier on frozen features), "retrieval" or
            "classification" (a fine-tuned classifier).
        dataset: string. A reader of `keras_vatt.datasets.read_dataset`.
        modality: string. "video", "audio" or "image": what is classified.
        found_by: tuple of strings. Names, with wildcards, of which the folder of the
            annotation files holds one.
        split: string. The clips that are scored.
        folds: tuple of ints. The dataset's own splits, all scored and averaged.
        multi_label: bool. Whether a clip has several labels.
        windows: int. Views of a clip in time.
        crops: int. Views of a window in space.
        source: string. Where the paper describes it.
    """

    kind: str
    dataset: str
    modality: str
    found_by: tuple = ()
    split: str = "test"
    folds: tuple = ()
    multi_label: bool = False
    windows: int = 4
    crops: int = 1
    source: str = ""


def _probe(dataset, modality, found_by, folds):
    source = "paper, sections A.3.2 and A.4"
    return Protocol("probe", dataset, modality, found_by, folds=folds, source=source)


def _retrieval(dataset, found_by, split="test"):
    source = "paper, sections 4.2.4 and A.3.3"
    return Protocol("retrieval", dataset, "video", found_by, split, source=source)


def _actions(dataset, found_by):
    return Protocol(
        "classification",
        dataset,
        "video",
        found_by,
        split="validation",
        crops=3,
        source="paper, sections 4.2.1 and A.2.5",
    )


_KINETICS = ("validate.csv", "val.csv", "validation.csv")
_VIDEOS_OF_TEST = ("test_videodatainfo.json", "MSRVTT_data.json")

PROTOCOLS = {
    "hmdb51": _probe("hmdb51", "video", ("*_test_split[123].txt",), (1, 2, 3)),
    "ucf101": _probe("ucf101", "video", ("classInd.txt",), (1, 2, 3)),
    "esc50": _probe("esc50", "audio", ("esc50.csv",), (1, 2, 3, 4, 5)),
    "msrvtt": _retrieval("msrvtt", _VIDEOS_OF_TEST),
    "msrvtt-1k-a": _retrieval("msrvtt_1k_a", ("MSRVTT_JSFUSION_test.csv",)),
    "youcook2": _retrieval(
        "youcook2", ("youcookii_annotations_trainval.json",), "validation"
    ),
    "kinetics400": _actions("kinetics400", _KINETICS),
    "kinetics600": _actions("kinetics600", _KINETICS),
    "kinetics700": _actions("kinetics700", _KINETICS),
    "moments-in-time": _actions("moments_in_time", ("moments_categories.txt",)),
    "audioset": Protocol(
        "classification",
        "audioset",
        "audio",
        ("class_labels_indices.csv",),
        multi_label=True,
        source="paper, sections 4.2.2 and A.3",
    ),
    "imagenet": Protocol(
        "classification",
        "imagenet",
        "image",
        split="validation",
        windows=1,
        source="paper, sections 4.2.3 and A.3.1",
    ),
}


def protocol_of(name):
    """The protocol of a name.

    Raises:
        ValueError: if there is none; it tells the nearest.
    """
    if name not in PROTOCOLS:
        near = difflib.get_close_matches(str(name), PROTOCOLS, n=1, cutoff=0.0)
        raise ValueError(
            f"There is no protocol {name!r}. Expected one of {', '.join(PROTOCOLS)}. "
            f"Did you mean {near[0]!r}?"
        )
    return PROTOCOLS[name]
