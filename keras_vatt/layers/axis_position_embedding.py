"""Learned positions, one table an axis, resampled to grids of another size."""

import functools

import keras
import numpy as np
from keras import ops

from keras_vatt.layers.dropout import Dropout
from keras_vatt.layers.token_choice import take_tokens


@keras.saving.register_keras_serializable(package="keras_vatt")
class AxisPositionEmbedding(keras.layers.Layer):
    """Adds a learned position to every token of a grid.

    The position of a token is the sum of one table entry an axis, layer-normalised:
    the norm is on the summed positions, not on the tokens. An axis whose grid is not
    the size of its table has the table resampled by the natural cubic spline.

    Args:
        table_sizes: ints, the entries of the table of each axis.
        grid: ints, the number of tokens along each axis, first axis slowest.
            Defaults to `table_sizes`.
        axis_names: names of the axes, for the variables' names.
        dropout: float. Dropout rate on the sum.

    Call arguments:
        tokens: float array `(batch, prod(grid), hidden_dim)`.
        kept: optional int array, which of the grid's tokens are given, see
            `TokenChoice`.
        training: bool.

    Returns:
        Array of the same shape.

    Raises:
        ValueError: if the number of tokens is not that of the grid.

    Example:

    ```python
    layer = keras_vatt.layers.AxisPositionEmbedding((8, 14, 14), grid=(4, 10, 10))
    layer(np.zeros((2, 400, 768), "float32")).shape  # (2, 400, 768)
    ```

    Reference: paper section 3.1 (equations 1 and 2); the authors' released code.
    """

    def __init__(
        self,
        table_sizes,
        grid=None,
        axis_names=("temporal", "vertical", "horizontal"),
        dropout=0.0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.table_sizes = tuple(table_sizes)
        self.grid = tuple(grid or table_sizes)
        self.axis_names = tuple(axis_names)[: len(self.table_sizes)]
        self.dropout = dropout
        self.layer_norm = keras.layers.LayerNormalization(
            epsilon=1e-6, dtype=self.dtype_policy, name="layer_norm"
        )
        self.dropout_layer = Dropout(dropout, dtype=self.dtype_policy, name="dropout")

    def build(self, input_shape):
        if input_shape[1] != np.prod(self.grid):
            raise ValueError(
                f"Expected {np.prod(self.grid)} tokens for a grid of {self.grid}. "
                f"Received tokens of shape {tuple(input_shape)}."
            )
        hidden_dim = input_shape[-1]
        self.tables = [
            self.add_weight(
                name=f"{name}_table",
                shape=(size, hidden_dim),
                initializer=keras.initializers.TruncatedNormal(stddev=hidden_dim**-0.5),
            )
            for name, size in zip(self.axis_names, self.table_sizes)
        ]
        self.layer_norm.build((1, *input_shape[1:]))

    def call(self, tokens, kept=None, training=None):  # (b, n, d)
        x = tokens + take_tokens(self.positions(), kept)
        return self.dropout_layer(x, training=training)

    def positions(self):
        """The normalised positions `(1, tokens, hidden_dim)`."""
        hidden_dim = self.tables[0].shape[-1]
        total = 0.0
        for axis, (table, size) in enumerate(zip(self.tables, self.grid)):
            table = ops.convert_to_tensor(table)
            if table.shape[0] != size:
                matrix = resampling_matrix(table.shape[0], size).astype("float32")
                matrix = ops.convert_to_tensor(matrix, dtype=table.dtype)
                table = ops.matmul(matrix, table)
            shape = [1] * len(self.grid)
            shape[axis] = size
            total = total + ops.reshape(table, (1, *shape, hidden_dim))
        total = ops.reshape(total, (1, -1, hidden_dim))
        return self.layer_norm(total)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        config = super().get_config()
        config.update(
            {
                "table_sizes": self.table_sizes,
                "grid": self.grid,
                "axis_names": self.axis_names,
                "dropout": self.dropout,
            }
        )
        return config


@functools.cache
def resampling_matrix(table_size, grid_size):
    """Matrix that resamples a table of positions to a grid of another size.

    The cubic polyharmonic spline in one dimension, `phi(r) = r ** 3` with a linear
    term and no regularisation, from knots `i / table_size` to queries
    `j / grid_size`. It is linear in the table, so it is solved once, in float64.

    Args:
        table_size: int. Entries of the table.
        grid_size: int. Entries wanted.

    Returns:
        Float64 array `(grid_size, table_size)`.
    """
    if table_size == 1:
        return np.ones((grid_size, 1))
    knots = np.arange(table_size) / table_size
    queries = np.arange(grid_size) / grid_size
    linear = np.stack([np.ones(table_size), knots], axis=1)
    system = np.zeros((table_size + 2, table_size + 2))
    system[:table_size, :table_size] = np.abs(knots[:, None] - knots[None]) ** 3
    system[:table_size, table_size:] = linear
    system[table_size:, :table_size] = linear.T
    values = np.concatenate([np.eye(table_size), np.zeros((2, table_size))])
    coefficients = np.linalg.solve(system, values)
    basis = np.concatenate(
        [
            np.abs(queries[:, None] - knots[None]) ** 3,
            np.stack([np.ones(grid_size), queries], axis=1),
        ],
        axis=1,
    )
    return basis @ coefficients
