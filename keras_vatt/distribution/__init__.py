"""Many devices, and all else that differs from backend to backend.

Every replica encodes its share of the batch; the pooled features of all replicas are
gathered, differentiably, and head and loss then run on the global batch everywhere.
Negatives, BatchNorm statistics and valid counts are global by that one step.

```python
keras_vatt.distribution.setup(devices=4)  # before the model is built
pretrainer = keras_vatt.presets.load("vatt_tiny", vocabulary=words)
pretrainer.fit(
    keras_vatt.data.load(
        "records", "train", preprocessor=pretrainer.preprocessor, repeat=True,
        **keras_vatt.distribution.share(batch_size=64),
    ),
    steps_per_epoch=100,
)
```
"""

from .as_floats import as_floats
from .backend import build_optimizer, jit_compile_pays, release, show_parameters
from .encode_in_chunks import encode_in_chunks
from .layout_map import layout_map
from .processes import (
    first_before_others,
    is_first,
    num_devices,
    own_rows,
    process,
    processes,
    share,
    wait_for_all,
)
from .replicas import gather, loss_shares, num_replicas, sum_gradients
from .setup import close, setup, start_processes
from .train_step import (
    cuts_datasets,
    per_replica,
    prepare,
    reducible,
    scope,
    step,
    steps_of,
)

__all__ = [
    "as_floats",
    "build_optimizer",
    "close",
    "cuts_datasets",
    "is_first",
    "encode_in_chunks",
    "first_before_others",
    "gather",
    "jit_compile_pays",
    "layout_map",
    "loss_shares",
    "num_devices",
    "num_replicas",
    "own_rows",
    "per_replica",
    "prepare",
    "process",
    "processes",
    "reducible",
    "release",
    "scope",
    "setup",
    "share",
    "show_parameters",
    "start_processes",
    "step",
    "steps_of",
    "sum_gradients",
    "wait_for_all",
]
