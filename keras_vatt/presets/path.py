"""A released model as a local preset folder."""

from keras_vatt.conversion.convert import convert
from keras_vatt.presets.cache import cache_folder, only_one
from keras_vatt.presets.fetch import SUFFIXES, base_of, checksum, fetch, forget
from keras_vatt.presets.released import LICENCE, RELEASED, SOURCE
from keras_vatt.presets.table import describe, entry
from keras_vatt.presets.words import try_to_fetch_words


def path(name, base=None):
    """The local KerasHub preset folder of a released model.

    The first time its two files are fetched and converted; every variable's name,
    shape and finiteness is checked, and the folder gets its name when it is whole.
    Later calls touch neither the network nor TensorFlow's checkpoint reader.

    Args:
        name: string, one of `names()` with weights.
        base: optional string: where the files lie, as in the authors' bucket: a web
            address, a `gs://` bucket or a local folder. Defaults to the environment
            variable `KERAS_VATT_BASE`, else the authors' bucket.

    Returns:
        A path, string, below `KERAS_VATT_CACHE` (else Keras' own folder).

    Raises:
        ValueError: if the name is unknown or a size without weights, or the files are
            damaged or of another model. Damaged downloads are removed.
        OSError: if a file cannot be fetched or the cache not be written.

    Example:

    ```python
    folder = keras_vatt.presets.path("vatt_video_base_kinetics400", base="my_mirror")
    ```
    """
    row = entry(name)
    if name not in RELEASED:
        raise ValueError(
            f"The preset {name!r} is a size without weights, so it has no folder. "
            f"Build it with `keras_vatt.presets.load({name!r})`."
        )
    folder = cache_folder() / "presets" / name
    if folder.is_dir():  # renamed to this when whole
        return str(folder)
    base = base_of(base)
    with only_one(name):
        if not folder.is_dir():  # or another process was first
            _convert(row, name, folder, base)
    if row["task"] == "pretraining":
        try_to_fetch_words(base)
    return str(folder)


def _convert(row, name, folder, base):
    files = [row["checkpoint"] + suffix for suffix in SUFFIXES]
    found = [fetch(file, base) for file in files]
    try:
        facts = {
            "name": name,
            "description": describe(row),
            "source": SOURCE,
            "licence": LICENCE,
            "fetched from": base,
            **{
                f"SHA-256 of {file}, seen by this machine": checksum(local)
                for file, local in zip(files, found, strict=True)
            },
        }
        prefix = found[0].removesuffix(SUFFIXES[0])
        sizes = row["architecture"]
        head_dim = {
            modality: sizes.get(modality, sizes.get("backbone"))["head_dim"]
            for modality in ("video", "audio", "text")
        }
        convert(
            prefix,
            folder,
            facts=facts,
            head_dim=head_dim,
            expected=sizes,
        )
    except ValueError:
        for file in files:
            forget(file)
        raise
    for file in files:
        forget(file)
