import pytest

from keras_vatt.presets import released
from tests.presets import bucket


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache, and golden sizes in the table of released models."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("KERAS_VATT_CACHE", str(folder))
    monkeypatch.delenv("KERAS_VATT_BASE", raising=False)
    for golden, name in bucket.NAMES.items():
        monkeypatch.setitem(released.RELEASED, name, bucket.golden_row(golden))
    return folder


@pytest.fixture
def base(tmp_path, cache):
    """The folder that stands for the authors' bucket."""
    folder = tmp_path / "bucket"
    folder.mkdir()
    words = "\n".join(bucket.WORDS).encode() + b"\n"
    bucket.archive(folder / "misc_data.tgz", {"misc/howto100m_en.txt": words})
    return folder
