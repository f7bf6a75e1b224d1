"""Shows our names in `VATTBackbone.presets`, as KerasHub shows its own."""

from keras_hub.src.utils.preset_utils import register_presets

from keras_vatt.conversion.model_of import FORMS
from keras_vatt.models import VATTBackbone
from keras_vatt.presets.cache import cache_folder
from keras_vatt.presets.released import RELEASED
from keras_vatt.presets.sizes import SIZES
from keras_vatt.presets.table import describe


def register():
    """Registers every name with the class of its backbone."""
    for name, row in SIZES.items():
        _register(name, row["form"], {"description": row["description"]})
    for name, row in RELEASED.items():
        facts = {"description": describe(row), "params": row["parameters"]}
        _register(name, row["architecture"]["form"], {**facts, "path": "vatt"})


def _register(name, form, metadata):
    _, classes = FORMS[form]
    cls = classes.get("backbone", VATTBackbone)
    # Where KerasHub's own loaders find it, once it was fetched and converted.
    handle = str(cache_folder() / "presets" / name)
    register_presets({name: {"metadata": metadata, "kaggle_handle": handle}}, cls)
