"""How an index lies on disk.

A folder. `index.json` tells what the vectors were made with and how many there are.
`<modality>.windows.npz` holds every row's path, start and end; `<modality>.<space>.npy`
the vectors, to be mapped into memory, and `<modality>.<space>.norm.npy` their lengths;
`skipped.csv` what could not be read. No pickle anywhere.
"""

import csv
import json
import pathlib

import numpy as np

from keras_vatt.conversion.written_whole import written_whole

INDEX = "index.json"
SKIPPED = "skipped.csv"
FORMAT = 1
# What is stored of each modality; the first is searched by words, and so on.
SPACES = {
    "video": ("video_to_text", "video_to_audio", "pooled"),
    "audio": ("audio_to_video", "pooled"),
    "text": ("text_to_video", "pooled"),
}


def write_index(output, facts, parts):
    """Joins parts to an index, which is there whole or not at all.

    Args:
        output: path that does not exist yet.
        facts: dict, JSON: `preset`, `checksum` and `root`, and what else is to be kept.
        parts: list of paths of `.npz` files with the arrays `modality` (one string),
            `path` strings `(n,)`, `start` and `end` float64 `(n,)`, `text` strings
            `(n,)`, one float32 `(n, d)` a space, and `skipped` strings `(m, 4)`.

    Returns:
        A dict, what `index.json` holds.

    Raises:
        ValueError: if the parts hold no row.
    """
    columns, skipped = _columns(parts)
    if not columns:
        reasons = sorted({row[3] for row in skipped})
        raise ValueError(
            f"Nothing could be embedded, {len(skipped)} skipped: "
            f"{'; '.join(reasons[:3])}. Expected at least one readable file."
        )
    with written_whole(output) as folder:
        modalities = {}
        for modality, found in columns.items():
            start = np.concatenate(found["start"])
            paths, number = _numbered(np.concatenate(found["path"]))
            np.savez(
                folder / f"{modality}.windows.npz",
                paths=paths,
                path=number,
                start=start,
                end=np.concatenate(found["end"]),
                text=np.concatenate(found["text"]),
            )
            dims = {
                space: _join(folder, modality, space, found["parts"], len(start))
                for space in SPACES[modality]
            }
            modalities[modality] = {"rows": len(start), "spaces": dims}
        with open(folder / SKIPPED, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["path", "start", "end", "reason"])
            writer.writerows(skipped)
        header = {
            "format": FORMAT,
            **facts,
            "modalities": modalities,
            "skipped": len(skipped),
        }
        (folder / INDEX).write_text(json.dumps(header, indent=1))
    return header


def read_header(folder):
    """Returns what `index.json` holds.

    Raises:
        FileNotFoundError: if the folder is no index.
        ValueError: if it is one of another format.
    """
    path = pathlib.Path(folder) / INDEX
    if not path.is_file():
        raise FileNotFoundError(
            f"{str(folder)!r} is no index: it has no {INDEX}. Expected a folder that "
            "`keras-vatt embed` wrote. If it was stopped, run it again to the end."
        )
    header = json.loads(path.read_text())
    if header.get("format") != FORMAT:
        raise ValueError(
            f"{str(folder)!r} is an index of format {header.get('format')!r}. Expected "
            f"{FORMAT}. Make it again with `keras-vatt embed`."
        )
    return header


def differences(found, wanted):
    """Says which values of two dicts differ."""
    names = [
        name
        for name in {**found, **wanted}
        if found.get(name) != wanted.get(name) and name != "files"
    ]
    if found.get("files") != wanted.get("files"):
        names.append("files")
    return ", ".join(
        "the files, or their dates"
        if name == "files"
        else f"{name} was {found.get(name)!r} and is {wanted.get(name)!r}"
        for name in names
    )


def _columns(parts):
    """The small arrays of all parts by modality, and what was skipped."""
    columns, skipped = {}, []
    for path in parts:
        with np.load(path, allow_pickle=False) as part:
            skipped += part["skipped"].tolist()
            if not len(part["start"]):
                continue
            modality = str(part["modality"])
            found = columns.setdefault(
                modality, {"path": [], "start": [], "end": [], "text": [], "parts": []}
            )
            for name in ("path", "start", "end", "text"):
                found[name].append(part[name])
            found["parts"].append(path)
    return columns, skipped


def _numbered(paths):
    """Every path once, in the order of their first rows, and each row's number."""
    unique, first, number = np.unique(paths, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), "int32")
    rank[order] = np.arange(len(order), dtype="int32")
    return unique[order], rank[number]


def _join(folder, modality, space, parts, rows):
    """Writes the vectors of a space, part by part; returns their width."""
    vectors, at = None, 0
    norms = np.empty(rows, "float32")
    for path in parts:
        with np.load(path, allow_pickle=False) as part:
            piece = np.asarray(part[space], "float32")
        if vectors is None:
            vectors = np.lib.format.open_memmap(
                folder / f"{modality}.{space}.npy",
                mode="w+",
                dtype="float32",
                shape=(rows, piece.shape[1]),
            )
        vectors[at : at + len(piece)] = piece
        norms[at : at + len(piece)] = np.linalg.norm(piece, axis=1)
        at += len(piece)
    vectors.flush()
    np.save(folder / f"{modality}.{space}.norm.npy", norms)
    return vectors.shape[1]
