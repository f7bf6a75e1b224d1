"""Where a dataset's annotation file stands."""

import os


def annotation_file(annotations, *names):
    """Returns the first of several files that there is.

    Args:
        annotations: string. The folder of the annotation files, or one itself.
        *names: strings. The names it may have, the best first.

    Raises:
        FileNotFoundError: if there is none.
    """
    annotations = os.fspath(annotations)
    if os.path.isfile(annotations):
        return annotations
    for name in names:
        path = os.path.join(annotations, name)
        if os.path.isfile(path):
            return path
    raise FileNotFoundError(
        f"There is no {' nor '.join(names)} in {annotations!r}. Expected the folder of "
        "the dataset's own annotation files, or the file itself."
    )
