"""The table of names, for people."""

from keras_vatt.presets.released import RELEASED
from keras_vatt.presets.sizes import SIZES
from keras_vatt.presets.table import describe


def listing(markdown=False):
    """Every name with what it is.

    Args:
        markdown: bool. As two Markdown tables, with parameters and scores in columns
            of their own: what the README holds.

    Returns:
        A string of lines.

    Example:

    >>> print(listing().splitlines()[-1].split()[0])
    vatt_medium_agnostic
    """
    if markdown:
        return "\n".join([*_released_table(), "", *_size_table()])
    rows = {name: describe(row) for name, row in RELEASED.items()}
    rows |= {name: row["description"] for name, row in SIZES.items()}
    width = max(map(len, rows))
    return "\n".join(f"{name:{width}}  {text}" for name, text in rows.items())


def _released_table():
    yield "| released model | what | data | parameters | reported by the authors |"
    yield "|---|---|---|---|---|"
    for name, row in RELEASED.items():
        score = ", ".join(f"{k} {v}" for k, v in (row["score"] or {}).items())
        what = f"{row['title']}: {row['task']}"
        millions = f"{row['parameters'] / 1e6:.1f} M"
        yield f"| `{name}` | {what} | {row['dataset']} | {millions} | {score or '-'} |"


def _size_table():
    yield "| size without weights | what |"
    yield "|---|---|"
    for name, row in SIZES.items():
        yield f"| `{name}` | {row['description']} |"
