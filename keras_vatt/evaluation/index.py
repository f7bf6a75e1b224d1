"""Vectors of windows, searched by words, a sound or a clip."""

import os

import numpy as np

from keras_vatt.data.media import resolve_media
from keras_vatt.evaluation.hit import Hit
from keras_vatt.evaluation.index_format import SPACES, read_header
from keras_vatt.evaluation.merge_windows import merge_windows
from keras_vatt.evaluation.rank import build_faiss, rank_exactly, rank_with_faiss

# Which vector of the query is compared with which of the index.
COMPARED = {
    ("text", "video"): ("text_to_video", "video_to_text"),
    ("audio", "video"): ("audio_to_video", "video_to_audio"),
    ("video", "video"): ("pooled", "pooled"),
    ("video", "audio"): ("video_to_audio", "audio_to_video"),
    ("video", "text"): ("video_to_text", "text_to_video"),
    ("audio", "audio"): ("pooled", "pooled"),
    ("text", "text"): ("pooled", "pooled"),
}
ENGINES = ("exact", "faiss")


class Index:
    """An index that `embed_files` wrote, mapped into memory.

    Args:
        folder: string.
        root: string or None. Where the files lie now. None: where they lay.

    Attributes:
        folder: string.
        header: dict. `preset`, `checksum`, `modalities` and what else was kept.
        root: string, an absolute path.

    Raises:
        FileNotFoundError: if the folder is no index.
        ValueError: if it is one of another format.

    Example:

    ```python
    index = keras_vatt.evaluation.Index("index")
    pretrainer = keras_vatt.models.VATTPretrainer.from_preset(index.preset)
    query = keras_vatt.evaluation.embed_query(pretrainer, words="a man slices carrots")
    for hit in index.search(query, top=5):
        print(hit.path, hit.start, hit.end, hit.score)
    ```
    """

    def __init__(self, folder, root=None):
        self.folder = os.fspath(folder)
        self.header = read_header(folder)
        self.root = os.path.realpath(root or self.header["root"])
        self._windows, self._vectors, self._faiss = {}, {}, {}

    @property
    def preset(self):
        """The name or path of the preset that the vectors were made with."""
        return self.header["preset"]

    @property
    def checksum(self):
        """The preset's checksum, see `fingerprint`."""
        return self.header["checksum"]

    @property
    def modalities(self):
        """What there is to find: a tuple of "video", "audio", "text"."""
        return tuple(self.header["modalities"])

    def __len__(self):
        return sum(found["rows"] for found in self.header["modalities"].values())

    def windows(self, modality):
        """Returns the rows of a modality as a dict of arrays.

        `paths` are the files, `path` `(n,)` the number of each row's; `start` and
        `end` `(n,)` are seconds, `text` `(n,)` the sentences.
        """
        if modality not in self._windows:
            path = self._file(modality, "windows.npz")
            with np.load(path, allow_pickle=False) as found:
                self._windows[modality] = dict(found)
        return self._windows[modality]

    def vectors(self, modality, space):
        """Returns the vectors of a space, float32 `(n, d)`, mapped, as embedded."""
        return self._pair(modality, space)[0]

    def file(self, modality, number):
        """Returns the resolved path of a file, by its number in `paths`.

        Raises:
            IndexError: if there is no such number.
            MediaError: if it lies outside the root, or is no regular file any more.
        """
        paths = self.windows(modality)["paths"]
        if not 0 <= number < len(paths):
            raise IndexError(
                f"The index has {len(paths)} files of {modality}. Received: {number}"
            )
        return resolve_media(str(paths[number]), self.root)

    def search(self, query, top=10, modality=None, engine="exact"):
        """Finds what is most like a query.

        Words are compared with `video_to_text`, a sound with `video_to_audio`, a clip
        with the `pooled` features; see `COMPARED`. Across modalities a long query
        counts as the mean of its windows; like with like, by the window that is
        nearest, so that a file that is in the index comes first. Windows of a file that
        overlap are merged, see `merge_windows`.

        Args:
            query: `Query`, see `embed_query`.
            top: int. How many hits at most.
            modality: string or None. What to look among. None: videos, else sounds,
                else sentences, whichever the index has.
            engine: string. "exact" compares with every vector; "faiss", where that is
                installed, with those of the nearest cells: faster, and it may miss one.

        Returns:
            A list of `Hit`, best first.

        Raises:
            ValueError: if the query was made with another preset (both are named), or
                cannot be compared with what the index holds.
            ModuleNotFoundError: if FAISS is asked for and not installed.
        """
        if top < 1 or engine not in ENGINES:
            raise ValueError(
                f"`top` must be positive and `engine` one of {ENGINES}. Received: "
                f"top={top}, engine={engine!r}"
            )
        self.check(query.checksum, query.preset)
        modality = self._modality(query.modality, modality)
        asked, searched = COMPARED[query.modality, modality]
        vector = np.asarray(query.vectors[asked], "float32")
        length = np.linalg.norm(vector, axis=-1, keepdims=True)
        vector = vector / np.maximum(length, 1e-12)
        if engine == "exact":
            rows = rank_exactly(*self._pair(modality, searched), vector, 8 * top)
        else:
            found = self._faiss_index(modality, searched)
            rows = rank_with_faiss(found, vector, 8 * top)
        windows = self.windows(modality)
        ranked = (
            (
                int(windows["path"][row]),
                float(windows["start"][row]),
                float(windows["end"][row]),
                float(score),
            )
            for row, score in rows
        )
        return [
            self._hit(found, modality, windows) for found in merge_windows(ranked, top)
        ]

    def check(self, checksum, preset):
        """Raises a ValueError if vectors of another preset would be compared."""
        if checksum != self.checksum:
            raise ValueError(
                f"The index {self.folder!r} was made with the preset {self.preset!r} "
                f"(checksum {self.checksum[:12]}), the query with {preset!r} "
                f"({checksum[:12]}). Expected the same weights and time base: other "
                "vectors mean nothing here. Search with the index's preset, or embed "
                "the files again."
            )

    def table(self):
        """Returns all rows as columns.

        Returns:
            A dict of `path`, `start`, `end`, `modality`, `space`, `text`, arrays
            `(rows,)`; `vector`, list of float32 `(d,)`; `preset` and `checksum`,
            strings. A window has a row for each space.
        """
        columns = {name: [] for name in ("path", "start", "end", "text")}
        kinds, spaces, vectors = [], [], []
        for modality in self.modalities:
            windows = self.windows(modality)
            for space in SPACES[modality]:
                columns["path"].append(windows["paths"][windows["path"]])
                for name in ("start", "end", "text"):
                    columns[name].append(windows[name])
                kinds += [modality] * len(windows["start"])
                spaces += [space] * len(windows["start"])
                vectors += list(self.vectors(modality, space))
        return {
            **{name: np.concatenate(parts) for name, parts in columns.items()},
            "modality": np.array(kinds),
            "space": np.array(spaces),
            "vector": vectors,
            "preset": self.preset,
            "checksum": self.checksum,
        }

    def _file(self, modality, name):
        self._check_has(modality)
        return os.path.join(self.folder, f"{modality}.{name}")

    def _check_has(self, modality):
        if modality not in self.modalities:
            raise ValueError(
                f"The index {self.folder!r} holds {self.modalities}. Received: "
                f"modality={modality!r}"
            )

    def _faiss_index(self, modality, space):
        if (modality, space) not in self._faiss:
            pair = self._pair(modality, space)
            self._faiss[modality, space] = build_faiss(*pair)
        return self._faiss[modality, space]

    def _pair(self, modality, space):
        """The vectors of a space and their lengths."""
        if (modality, space) not in self._vectors:
            self._vectors[modality, space] = tuple(
                np.load(self._file(modality, name), mmap_mode="r", allow_pickle=False)
                for name in (f"{space}.npy", f"{space}.norm.npy")
            )
        return self._vectors[modality, space]

    def _modality(self, asked, modality):
        """What to look among."""
        known = [each for each in SPACES if each in self.modalities]
        fitting = [each for each in known if (asked, each) in COMPARED]
        if modality is not None:
            self._check_has(modality)
            fitting = [each for each in fitting if each == modality]
        if not fitting:
            raise ValueError(
                f"A query of {asked} cannot be compared with {modality or known}: they "
                "share no space. Expected one of "
                f"{sorted(pair for pair in COMPARED if pair[0] == asked)}."
            )
        return fitting[0]

    def _hit(self, found, modality, windows):
        text = ""
        if modality == "text":
            own = windows["path"] == found["file"]
            row = np.flatnonzero(own & (windows["start"] == found["best"]))[0]
            text = str(windows["text"][row])
        path = str(windows["paths"][found.pop("file")])
        return Hit(path=path, modality=modality, text=text, **found)
