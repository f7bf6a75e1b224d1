"""Media files to classes."""

import keras
import numpy as np


def predict_files(
    classifier,
    paths,
    top=5,
    num_windows=None,
    num_crops=None,
    min_resize=0,
    batch_size=4,
):
    """Classifies media files: what every classifier's `predict_files` does.

    See `VATTVideoClassifier.predict_files`.
    """
    # The one import of data in models: a stable name of the classifiers reads files,
    # and files are opened in one place. Only who calls it needs a decoder.
    from keras_vatt.data.file_views import file_views
    from keras_vatt.data.media import MediaError

    if isinstance(paths, str):
        raise ValueError(
            f"`paths` must be several paths. Received: {paths!r}. Put it in a list."
        )
    is_image = classifier.modality == "image"
    settings = {
        "num_windows": num_windows or (1 if is_image else 4),
        "num_crops": num_crops or (1 if is_image else 3),
        "min_resize": min_resize,
    }
    _check(classifier, top, batch_size, settings)
    found = []
    for path in paths:
        try:
            views = file_views(
                path, classifier.modality, classifier.preprocessor, **settings
            )
        except MediaError as error:
            found.append({"path": str(path), "error": str(error)})
            continue
        probabilities = _probabilities(classifier, views, batch_size)
        chosen = np.argsort(-probabilities, kind="stable")[:top]
        names = classifier.class_names
        found.append(
            {
                "path": str(path),
                "labels": [int(i) if names is None else names[i] for i in chosen],
                "probabilities": [float(probabilities[i]) for i in chosen],
            }
        )
    return found


def _probabilities(classifier, views, batch_size):
    """Probabilities `(classes,)` of all views `(v, ...)` of a file."""
    size = max(1, batch_size // classifier.num_views) * classifier.num_views
    logits = [
        classifier.predict_on_batch(views[begin : begin + size])
        for begin in range(0, len(views), size)
    ]
    logits = np.concatenate(logits).mean(axis=0)
    return keras.ops.convert_to_numpy(classifier.probabilities(logits))


def _check(classifier, top, batch_size, settings):
    if top < 1 or batch_size < 1:
        raise ValueError(
            "`top` and `batch_size` must be positive. Received: "
            f"top={top}, batch_size={batch_size}."
        )
    if settings["num_windows"] < 1 or settings["num_crops"] not in (1, 3):
        raise ValueError(
            "`num_windows` must be positive and `num_crops` 1 or 3. Received: "
            f"num_windows={settings['num_windows']}, "
            f"num_crops={settings['num_crops']}."
        )
    if classifier.preprocessor is None:
        raise ValueError(
            f"This {type(classifier).__name__} has no preprocessor, which tells sizes "
            "and time base. Load it by `keras_vatt.presets.load`, or give it one "
            "(`classifier.preprocessor = keras_vatt.preprocessing.VATTPreprocessor("
            "...)`). Towers that read spectrograms have none."
        )
    crops = 1 if classifier.modality == "audio" else settings["num_crops"]
    views = settings["num_windows"] * crops
    if views % classifier.num_views:
        raise ValueError(
            f"The classifier averages num_views={classifier.num_views} views a clip. "
            f"Received {views} views a file (windows times crops). Expected a "
            "multiple: pass `num_windows` and `num_crops` that make one."
        )
