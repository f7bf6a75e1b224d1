"""Words, a sound or a clip to vectors that an index can be searched by."""

import numpy as np

from keras_vatt.data.media import resolve_media
from keras_vatt.evaluation.embedder import Embedder
from keras_vatt.evaluation.fingerprint import fingerprint
from keras_vatt.evaluation.media_windows import measure_windows, read_windows
from keras_vatt.evaluation.query import Query

# A long query is heard or seen at so many places at most, spread evenly.
_WINDOWS = 8
# What no vocabulary has.
_NO_WORD = "\u2047"


class QueryEmbedder:
    """Embeds queries with one model, which it knows by its checksum.

    Args:
        pretrainer: `VATTPretrainer` with its preprocessor.
        preset: string. What messages call it.

    Example:

    ```python
    embed = QueryEmbedder(pretrainer)
    index.search(embed(words="a dog barks"))
    ```
    """

    def __init__(self, pretrainer, preset="model"):
        self.pretrainer = pretrainer
        self.preset = str(preset)
        self.checksum = fingerprint(pretrainer)
        self._embedder = Embedder(pretrainer)

    def __call__(self, words=None, audio=None, video=None):
        """Returns the `Query` of one of the three, see `embed_query`."""
        given = {"text": words, "audio": audio, "video": video}
        given = {name: value for name, value in given.items() if value is not None}
        if len(given) != 1:
            raise ValueError(
                "A query is one of words, a sound and a clip. Received: "
                f"{sorted(given) or 'none'}. Search for one at a time."
            )
        (modality, value) = next(iter(given.items()))
        read = self._words if modality == "text" else self._media
        found = self._embedder.predict_on_batch({modality: read(modality, value)})
        # Windows are averaged as the released evaluation does: first the mean. Only
        # the pooled ones meet their own kind, and stay apart.
        vectors = {}
        for name, value in found.items():
            value = np.asarray(value).astype("float32")
            if name == modality:
                vectors["pooled"] = value
            else:
                vectors[name] = value.mean(axis=0)
        for name, value in vectors.items():
            if not np.isfinite(value).all():
                raise ValueError(
                    f"The vector {name!r} of the query is not finite. Expected finite "
                    "numbers. Check the file, and the weights."
                )
        return Query(modality, vectors, self.checksum, self.preset)

    def _words(self, _, words):
        tokenizer = self.pretrainer.preprocessor.tokenizer
        if tokenizer is None:
            raise ValueError(
                "The preset has no vocabulary, so words cannot be searched for. Pass "
                "the word list that its word table was made with (--vocabulary FILE)."
            )
        ids, unknown = np.asarray(tokenizer([words, _NO_WORD]))
        if not set(ids) - set(unknown) - {0}:
            raise ValueError(
                f"The preset's vocabulary has none of the words of {words!r}. Expected "
                "at least one that it was trained with. Try other words."
            )
        return ids[None]

    def _media(self, modality, path):
        path = resolve_media(path, allow_outside=True)
        place = {"root": "/", "allow_outside": True}
        preprocessor = self.pretrainer.preprocessor
        # As an index lays them: a file that is in it meets its own windows again.
        windows = measure_windows(path, modality, preprocessor, **place)
        if len(windows.offsets) > _WINDOWS:
            windows = measure_windows(
                path, modality, preprocessor, count=_WINDOWS, **place
            )
        chosen = range(len(windows.offsets))
        return read_windows(windows, chosen, preprocessor, **place)


def embed_query(pretrainer, words=None, audio=None, video=None, preset="model"):
    """Embeds what is searched for.

    A file longer than a window has several, laid as `embed_files` lays them; of more
    than eight, eight that are spread evenly. Their embeddings are averaged, their
    pooled features kept apart, see `Index.search`.

    Args:
        pretrainer: `VATTPretrainer` with its preprocessor.
        words: string or None.
        audio: string or None. A file of sound, or a video whose sound is meant.
        video: string or None. A video, which is seen and not heard.
        preset: string. What messages call the model.

    Returns:
        `Query`, for `Index.search`.

    Raises:
        MediaError: if the file cannot be read.
        ValueError: if not just one is given, or no word is known.

    Example:

    ```python
    query = keras_vatt.evaluation.embed_query(pretrainer, audio="bark.wav")
    ```
    """
    return QueryEmbedder(pretrainer, preset)(words, audio, video)
