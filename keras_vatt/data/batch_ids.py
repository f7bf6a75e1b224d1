"""Which clips a batch was made of."""

from keras_vatt.data.open_source import open_source
from keras_vatt.data.stream import stream


def batch_ids(
    source, split, batch, batch_size, seed=0, shuffle_buffer=256, cache=False
):
    """Returns the ids of a training batch's clips, without decoding any.

    Args:
        source: string. What `keras_vatt.data.load` reads; one source, on one host,
            for a task that leaves no clip out.
        split: string.
        batch: int. Its number, from 0, in the endless stream (`repeat=True`).
        batch_size: int, as `load` was given it; so are all that follow.
        seed: int.
        shuffle_buffer: int.
        cache: bool.

    Returns:
        list of strings, in the order of the batch.

    Raises:
        FileNotFoundError: if `source` holds no finished dataset.

    Example:

    ```python
    keras_vatt.data.batch_ids("records", "train", batch=500, batch_size=64, seed=0)
    ```
    """
    opened = open_source(source, split)
    clips = stream(
        opened,
        seed,
        repeat=True,
        start=batch * batch_size,
        buffer=shuffle_buffer,
        cache=cache,
    )
    ids = clips.map(lambda record, _: opened.parse(record)["id"]).take(batch_size)
    return [name.decode("utf-8", "replace") for name in ids.as_numpy_iterator()]
