import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from helpers.errors import DataError, NotFittedError, ParameterError
from helpers.evaluation import auc_by_ratings, by_ratings
from helpers.recommenders import Biases, HandMade, Popularity

EDGES = [0, 2, 5, 12]


@pytest.fixture
def known(split):
    """Scores that are drawn by chance, with ties among them."""
    scores = np.random.default_rng(0).integers(0, 9, (split.train.n_users, split.train.n_items))
    return HandMade(split.train, scores=lambda users: scores[users]), scores


@pytest.mark.parametrize("part", ["test", "validation"])
def test_it_is_scikit_learn_s_area_of_each_user_on_each_shelf(split, known, part):
    model, scores = known
    held = getattr(split, part).matrix().toarray() > 0
    seen = split.train.matrix().toarray() > 0
    if part == "test":
        seen |= split.validation.matrix().toarray() > 0
    counts = (split.train.matrix().toarray() > 0).sum(axis=0)
    found = auc_by_ratings(model, split, EDGES, part=part)
    for name, low, high in (("0–1", 0, 2), ("2–4", 2, 5), ("5–11", 5, 12), ("12 on", 12, 999)):
        shelf = (counts >= low) & (counts < high)
        each = []
        for user in np.flatnonzero(held[:, shelf].any(axis=1)):
            open_films = shelf & ~seen[user]
            if not held[user, open_films].all():
                each.append(roc_auc_score(held[user, open_films], scores[user, open_films]))
        if each:
            row = found.loc[name]
            assert row["value"] == pytest.approx(np.mean(each))
            assert (row["users"], row["films"]) == (len(each), shelf.sum())
            assert row["low"] <= row["value"] <= row["high"]
        else:
            assert name not in found.index


def test_one_score_for_all_is_a_coin(split):
    flat = HandMade(split.train, scores=lambda users: np.ones((len(users), 30)))
    assert (auc_by_ratings(flat, split, EDGES)["value"] == 0.5).all()


def test_popularity_knows_nothing_within_one_number_of_ratings(split):
    found = auc_by_ratings(Popularity().fit(split.train), split, [3, 4, 5])
    assert found.loc[["3", "4"], "value"].tolist() == [0.5, 0.5]
    assert found.index.tolist() == ["3", "4", "5 on"] and found.loc["5 on", "value"] > 0.5


def test_a_single_shelf_and_blocks_of_users(split, known, monkeypatch):
    whole = auc_by_ratings(known[0], split, [0])
    assert whole.index.tolist() == ["0 on"]
    monkeypatch.setattr(by_ratings, "SCORES_PER_BLOCK", 70)
    assert auc_by_ratings(known[0], split, [0]).equals(whole)


def test_what_makes_no_sense(split):
    model = Popularity().fit(split.train)
    for edges in ([], [3, 3], [5, 1], [-1, 2]):
        with pytest.raises(ParameterError, match="must ascend"):
            auc_by_ratings(model, split, edges)
    with pytest.raises(ParameterError, match="part must be one of"):
        auc_by_ratings(model, split, part="train")
    with pytest.raises(ParameterError, match="resamples"):
        auc_by_ratings(model, split, resamples=3)
    with pytest.raises(NotFittedError):
        auc_by_ratings(Biases(), split)
    with pytest.raises(DataError, match="has learnt from"):
        auc_by_ratings(Popularity().fit(split.test), split)
