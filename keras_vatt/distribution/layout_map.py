"""Which parts of a model lie on which device, for models larger than one."""

import keras


def layout_map(device_mesh, axis="model"):
    """How the encoders' weights are split along one axis of a mesh (JAX).

    Attention is split by heads and the perceptron by its hidden width, so that a block
    needs one sum over the devices after each of the two. All else is on every device.

    Args:
        device_mesh: `keras.distribution.DeviceMesh` with an axis of that name, whose
            size divides the number of heads.
        axis: string. The axis of the mesh.

    Returns:
        A `keras.distribution.LayoutMap` for `keras.distribution.ModelParallel`.

    Raises:
        ValueError: if the mesh has no such axis.

    Example:

    ```python
    mesh = keras.distribution.DeviceMesh((1, 1), ("batch", "model"), ["cpu:0"])
    sorted(keras_vatt.distribution.layout_map(mesh))
    ```

    Reference: Shoeybi et al., [Megatron-LM](https://arxiv.org/abs/1909.08053),
    section 3.
    """
    if axis not in device_mesh.axis_names:
        raise ValueError(
            f"The mesh has the axes {tuple(device_mesh.axis_names)}, and none named "
            f"{axis!r}. Make it with that axis, or name another."
        )
    layouts = keras.distribution.LayoutMap(device_mesh)
    split_outputs = ("attention/(query|key|value)_dense", "/mlp_dense")
    split_inputs = ("attention/output_dense", "/mlp_output_dense")
    for name in split_outputs:
        layouts[f".*{name}/kernel"] = (None, axis)
        layouts[f".*{name}/bias"] = (axis,)
    for name in split_inputs:
        layouts[f".*{name}/kernel"] = (axis, None)
    return layouts
