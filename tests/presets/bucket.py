"""A folder laid out like the authors' bucket, of golden checkpoints."""

import io
import pathlib
import shutil
import tarfile

from keras_vatt.conversion import ReleasedCheckpoint, architecture
from keras_vatt.presets import released
from tests import golden_files
from tests.conversion.parity import HEAD_DIM

# Golden folder -> a name of ours that has its form.
NAMES = {
    "tx_fac": "vatt_base_base_small_howto100m_audioset",
    "ut_fac": "vatt_medium_agnostic_howto100m_audioset",
    "vit_classifier": "vatt_video_base_kinetics400",
    "vit_classifier_from_ut": "vatt_video_medium_agnostic_kinetics400",
    "wat_classifier": "vatt_audio_base_audioset",
}
SUFFIXES = (".index", golden_files.DATA_SUFFIX)
WORDS = ["<pad>", "<unk>", "<bos>", "<eos>", "a", "red", "ball"]


def fill(folder, golden):
    """Copies a golden checkpoint to where the bucket has the name's, and returns it."""
    row = released.RELEASED[NAMES[golden]]
    target = pathlib.Path(folder) / row["checkpoint"]
    target.parent.mkdir(parents=True, exist_ok=True)
    for suffix in SUFFIXES:
        shutil.copy(golden_files.checkpoint(golden) + suffix, f"{target}{suffix}")
    return target


def golden_row(golden):
    """The table's row of the name, with the golden model's sizes."""
    shapes = ReleasedCheckpoint(golden_files.checkpoint(golden)).shapes
    row = released.RELEASED[NAMES[golden]]
    return {**row, "architecture": architecture(shapes, HEAD_DIM)}


def archive(path, members):
    """Writes a .tgz of `{name: bytes}`."""
    with tarfile.open(path, "w:gz") as file:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
