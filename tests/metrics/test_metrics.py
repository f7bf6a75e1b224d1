import json
import pathlib

import numpy as np
import pytest

from keras_vatt import metrics

GOLDEN = pathlib.Path(__file__).parent.parent / "golden"


@pytest.fixture(scope="module")
def arrays():
    return dict(np.load(GOLDEN / "metrics.npz"))


@pytest.fixture(scope="module")
def scores():
    return json.loads((GOLDEN / "metrics.json").read_text())


@pytest.mark.parametrize("average", ["embeddings", "similarities"])
def test_retrieval_equals_the_golden_scores(arrays, scores, average):
    similarity = metrics.similarity(
        arrays["retrieval/text"], arrays["retrieval/video"], 4, average
    )
    assert metrics.retrieval_metrics(similarity) == pytest.approx(
        scores[f"retrieval/{average}_averaged"], abs=1e-9
    )


def test_multilabel_equals_the_golden_scores(arrays, scores):
    got = metrics.multilabel_metrics(
        arrays["multilabel/true"], arrays["multilabel/score"]
    )
    assert got == pytest.approx(scores["multilabel"], abs=1e-9)


def test_accuracy_equals_the_golden_scores(arrays, scores):
    got = metrics.accuracy_metrics(
        arrays["classification/label"], arrays["classification/score"]
    )
    assert got == pytest.approx(scores["classification"], abs=1e-9)


def test_constant_embeddings_find_nothing():
    same = np.tile(np.random.default_rng(0).normal(size=(1, 96)), (37, 1))
    similarity = metrics.similarity(same.astype("float32"), same)
    got = metrics.retrieval_metrics(similarity)
    assert got == {"R1": 0.0, "R5": 0.0, "R10": 0.0, "MedianRank": 37.0}


def test_a_tie_counts_against_us_and_the_median_is_by_hand():
    similarity = [[0.5, 0.5, 0.1], [0.0, 0.9, 0.0], [0.7, 0.8, 0.6]]
    got = metrics.retrieval_metrics(similarity)  # ranks 2, 1, 3
    assert got["R1"] == pytest.approx(1 / 3) and got["MedianRank"] == 2.0


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_value_that_is_not_finite_names_its_row(bad):
    array = np.eye(5)
    array[3, 1] = bad
    for score in (
        lambda: metrics.retrieval_metrics(array),
        lambda: metrics.similarity(array, np.eye(5)),
        lambda: metrics.similarity(np.eye(5), array),
        lambda: metrics.accuracy_metrics(np.arange(5), array),
        lambda: metrics.multilabel_metrics(np.eye(5), array),
    ):
        with pytest.raises(ValueError, match="row 3"):
            score()


def test_several_queries_may_look_for_one_clip():
    table = [[0.9, 0.1], [0.2, 0.3], [0.8, 0.8]]
    found = metrics.retrieval_metrics(table, [0, 0, 1])
    assert found["R1"] == pytest.approx(1 / 3)  # the third's tie is a miss
    assert found["MedianRank"] == 2.0
    with pytest.raises(ValueError, match="must be square"):
        metrics.retrieval_metrics(table)
    with pytest.raises(ValueError, match="values from 0 to 2"):
        metrics.retrieval_metrics(table, [0, 1, 2])


def test_a_zero_embedding_is_similar_to_nothing():
    assert metrics.similarity([[0.0, 0.0]], [[1.0, 0.0]]).tolist() == [[0.0]]


def test_perfect_classes_keep_d_prime_finite_and_lone_classes_are_left_out():
    true = np.array([[1, 0], [1, 0], [0, 0]])
    got = metrics.multilabel_metrics(true, np.array([[3.0, 1], [2, 0], [1, 5]]))
    # AUC 1 is moved to 1 - 1/4: sqrt(2) times the 0.75 quantile, 0.67449.
    assert got["mAP"] == 1 and got["AUC"] == 1
    assert got["d-prime"] == pytest.approx(np.sqrt(2) * 0.6744898, abs=1e-6)


def test_shapes_that_do_not_belong_together_are_refused():
    with pytest.raises(ValueError, match="square"):
        metrics.retrieval_metrics(np.zeros((2, 3)))
    with pytest.raises(ValueError, match="empty"):
        metrics.retrieval_metrics(np.zeros((0, 0)))
    with pytest.raises(ValueError, match="windows=2"):
        metrics.similarity(np.eye(3), np.eye(3), windows=2)
    with pytest.raises(ValueError, match="average"):
        metrics.similarity(np.eye(3), np.eye(3), average="mean")
    with pytest.raises(ValueError, match="Received 7 in row 1"):
        metrics.accuracy_metrics([0, 7], np.eye(2))
    with pytest.raises(ValueError, match="0 and 1 only"):
        metrics.multilabel_metrics([[2]], [[0.5]])
