"""How often a state is saved."""


def save_interval(save_every):
    """Returns steps and seconds, one of them None.

    Args:
        save_every: int or digits, steps; digits and an s, seconds; or None.

    Raises:
        ValueError: if it is neither, or not positive.

    Example:

    ```python
    save_interval("300s")  # (None, 300.0)
    ```
    """
    if save_every is None:
        return None, None
    text = str(save_every)
    number = text.removesuffix("s")
    if not number.isdecimal() or int(number) < 1:
        raise ValueError(
            "`save_every` must be steps such as 500, or seconds such as '300s'. "
            f"Received: save_every={save_every!r}"
        )
    return (None, float(number)) if text.endswith("s") else (int(number), None)
