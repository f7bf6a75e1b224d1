"""Reads the variables of a TensorFlow object checkpoint, one at a time."""

import re

import numpy as np

ATTRIBUTE = "/.ATTRIBUTES/VARIABLE_VALUE"
# What TensorFlow and the released trainer store beside the model's variables.
BOOKKEEPING = re.compile(
    r"^_CHECKPOINTABLE_OBJECT_GRAPH$"
    r"|^(save_counter|global_step|step|optimizer)(/|$)"
    r"|/\.OPTIMIZER_SLOT/"
)


class ReleasedCheckpoint:
    """The model's variables in a TensorFlow object checkpoint.

    Nothing but names and shapes is read before `read` is called. Step counters and
    optimizer state are left out.

    Args:
        path: str or path. The checkpoint's prefix, such as `.../ckpt-500000`, of the
            files `<prefix>.index` and `<prefix>.data-00000-of-00001`; local, or where
            TensorFlow reads files (`gs://...`).

    Raises:
        FileNotFoundError: if one of the files is missing.
        ValueError: if the files are not a checkpoint.

    Example:

    ```python
    checkpoint = keras_vatt.conversion.ReleasedCheckpoint("vit_base/ckpt-100000")
    name = "model/layer_with_weights-0/_ops/cls/bias/.ATTRIBUTES/VARIABLE_VALUE"
    checkpoint.shapes[name]  # (400,)
    checkpoint.read(name).mean()
    ```

    Reference: the authors' released code; design, section 4.
    """

    def __init__(self, path):
        import tensorflow as tf

        self.path = str(path)
        _check_files(self.path, tf.io.gfile)
        try:
            self._reader = tf.train.load_checkpoint(self.path)
            shapes = self._reader.get_variable_to_shape_map()
        except (tf.errors.OpError, RuntimeError, ValueError) as error:
            raise ValueError(
                f"{self.path}.index is not the index of a TensorFlow checkpoint "
                f"({_first_line(error)}). Expected the file as the authors published "
                "it: fetch it again, and look whether it is a web page."
            ) from error
        # TensorFlow's reader gives a truncated file as an IndexError.
        self._read_errors = (tf.errors.OpError, RuntimeError, IndexError)
        self.shapes = {
            name: tuple(shapes[name])
            for name in sorted(shapes)
            if not BOOKKEEPING.search(name)
        }

    def read(self, name):
        """Reads one variable.

        Args:
            name: str, one of `shapes`.

        Returns:
            Float numpy array.

        Raises:
            ValueError: if it cannot be read, is not of floats, or holds values that
                are not finite.
        """
        try:
            value = self._reader.get_tensor(name)
        except self._read_errors as error:
            raise ValueError(
                f"Variable {name} of {self.path} cannot be read "
                f"({_first_line(error)}). The data file is shorter than its index "
                "says, or damaged: fetch it again."
            ) from error
        if not np.issubdtype(np.asarray(value).dtype, np.floating):
            raise ValueError(
                f"Variable {name} of {self.path} is of {np.asarray(value).dtype}. "
                "Expected floats, as every variable of a released model has."
            )
        if not np.isfinite(value).all():
            count = np.size(value) - np.count_nonzero(np.isfinite(value))
            raise ValueError(
                f"Variable {name} of {self.path} holds {count} values of "
                f"{np.size(value)} that are NaN or infinite. Expected finite weights: "
                "take an earlier checkpoint."
            )
        return value


def _check_files(path, gfile):
    if gfile.isdir(path):
        found = [name[:-6] for name in gfile.listdir(path) if name.endswith(".index")]
        raise ValueError(
            f"{path} is a folder. Expected the prefix of a checkpoint in it, one of "
            f"{sorted(found)}."
        )
    prefix = re.sub(r"\.(index|data-\d+-of-\d+)$", "", path)
    if prefix != path:
        raise ValueError(
            f"{path} is one file of a checkpoint. Expected the prefix that its files "
            f"share: pass {prefix!r}."
        )
    for suffix in (".index", ".data-?????-of-?????"):
        if not gfile.glob(path + suffix):
            raise FileNotFoundError(
                f"There is no {path}{suffix}. A checkpoint has two files, "
                f"{path}.index and {path}.data-00000-of-00001: put both there."
            )


def _first_line(error):
    return str(error).strip().split("\n")[0]
