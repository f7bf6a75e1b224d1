"""The scores of a protocol once more, from the saved arrays, by other means."""

import json

import numpy as np
from scipy.special import softmax
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC


def recompute(path):
    """The scores of a JSON, computed again from the npz beside it."""
    result = json.loads(path.read_text())
    with np.load(path.parent / result["arrays"], allow_pickle=False) as file:
        arrays = dict(file)
    windows = result["settings"]["windows"]
    if "test_features" in arrays:
        return probe(arrays, windows)
    if "logits" not in arrays:
        return {way: retrieval(arrays, windows, way) for way in WAYS}
    if arrays["label"].ndim == 1:
        return {**topk(arrays["logits"], arrays["label"]), "clips": len(arrays["id"])}
    return {**tagging(**arrays), "clips": len(arrays["id"])}


def topk(scores, labels):
    order = np.argsort(-scores, axis=1)
    hits = [label in row[:k] for k in (1, 5) for label, row in zip(labels, order)]
    top1, top5 = np.reshape(hits, (2, -1)).mean(axis=1)
    return {"top1": top1, "top5": top5}


def tagging(logits, label, id):
    probabilities = 1 / (1 + np.exp(-logits.astype("float64")))
    return {
        "mAP": average_precision_score(label, probabilities, average="macro"),
        "AUC": roc_auc_score(label, probabilities, average="macro"),
    }


def probe(arrays, windows):
    found = {"svm": {"folds": {}}, "head": {"folds": {}}}
    per_clip = arrays["test_features"].reshape(len(arrays["id"]), windows, -1)
    for fold in [
        name for name in arrays if name.startswith("fold") and "." not in name
    ]:
        train, test = arrays[fold] == 1, arrays[fold] == 2
        labels = arrays["label"][test]
        C = float(arrays[f"{fold}.svm.C"])
        svm = make_pipeline(
            StandardScaler(), LinearSVC(C=C, random_state=0, max_iter=5000)
        )
        svm.fit(
            arrays["train_features"][train].astype("float64"), arrays["label"][train]
        )
        margins = np.stack(
            [
                svm.decision_function(per_clip[test][:, w].astype("float64"))
                for w in range(windows)
            ]
        ).mean(axis=0)
        if margins.ndim == 1:  # two classes
            margins = np.stack([-margins, margins], axis=1)
        head = {
            name: arrays[f"{fold}.head.{name}"]
            for name in ("projection", "projection_bias", "weights", "bias")
        }
        logits = (per_clip[test] @ head["projection"] + head["projection_bias"]) @ head[
            "weights"
        ] + head["bias"]
        given = {"svm": margins, "head": softmax(logits, axis=-1).mean(axis=1)}
        for name, scores in given.items():
            found[name]["folds"][fold[4:]] = topk(scores, labels)
    for scores in found.values():
        for k in ("top1", "top5"):
            scores[k] = np.mean([one[k] for one in scores["folds"].values()])
    return found


WAYS = ("embeddings", "similarities")


def unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def retrieval(arrays, windows, way):
    found = {}
    for search, other, owner in (
        ("text_to_video", "video_to_text", arrays.get("text_clip")),
        ("audio_to_video", "video_to_audio", None),
    ):
        query = arrays[search].astype("float64")
        video = arrays[other].astype("float64").reshape(-1, windows, query.shape[1])
        if owner is None:
            owner = np.arange(len(video))
            query = query.reshape(video.shape)
            query = (unit(query) if way == "similarities" else query).mean(axis=1)
        if way == "similarities":
            table = np.einsum("qd,cwd->qcw", unit(query), unit(video)).mean(axis=2)
        else:
            table = unit(query) @ unit(video.mean(axis=1)).T
        ranks = []
        for row, right in zip(table, owner):
            others = np.delete(row, right)
            ranks.append(1 + int((others >= row[right] - 1e-6).sum()))
        ranks = np.array(ranks)
        found[search] = {f"R{k}": np.mean(ranks <= k) for k in (1, 5, 10)}
        found[search]["MedianRank"] = np.median(ranks)
    return found
