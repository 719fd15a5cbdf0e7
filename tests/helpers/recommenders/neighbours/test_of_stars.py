import numpy as np
import pandas as pd
import pytest

from helpers.errors import (
    DataError,
    NotFittedError,
    ParameterError,
    UnknownItemError,
)
from helpers.interactions import Interactions
from helpers.metrics import rmse
from helpers.recommenders import Biases, ItemNeighbours, UserNeighbours
from helpers.recommenders.neighbours import shared as neighbourhood
from helpers.similarity import cosine, overlap, pearson
from helpers.splits import k_fold

BOTH = pytest.mark.parametrize("family", [ItemNeighbours, UserNeighbours])

# Users 1 to 4 in rows, films A to D in columns; 0 is unknown.
STARS = np.array([[5, 4, 0, 1], [4, 5, 2, 0], [1, 2, 5, 4], [0, 1, 4, 5]])


@pytest.fixture
def table():
    user, item = np.nonzero(STARS)
    ratings = pd.DataFrame({"user_id": user + 1, "movie_id": item, "rating": STARS[user, item]})
    movies = pd.DataFrame({"movie_id": range(4), "title": list("ABCD")})
    return Interactions.from_frames(ratings, movies, rating_scale=(1, 5))


def brute_force(model, train, user, item):
    """The formula of the docstring, neighbour by neighbour."""
    stars = train.matrix().toarray().astype("float64")
    known = stars > 0
    biases = Biases().fit(train)
    prior = biases.mean_ + np.add.outer(biases.user_biases_, biases.item_biases_)
    by_item = isinstance(model, ItemNeighbours)
    if model.centring == "biases":
        offset = prior
    elif model.centring == "none":
        offset = np.zeros_like(prior)
    else:
        axis = 0 if by_item else 1
        means = (stars.sum(axis, keepdims=True)) / known.sum(axis, keepdims=True)
        offset = np.broadcast_to(means, prior.shape)
    values = np.where(known, stars - offset, 0)
    rows, seen = (values.T, known.T) if by_item else (values, known)
    here, there = (item, user) if by_item else (user, item)
    found = []
    for other in range(len(rows)):
        both = seen[here] & seen[other]
        n = both.sum()
        if other == here or n < model.min_overlap:
            continue
        length = np.linalg.norm(rows[here]) * np.linalg.norm(rows[other])
        similarity = rows[here] @ rows[other] / length if length else 0
        similarity *= n / (n + model.shrinkage) if n else 0
        if similarity > 1e-12:
            found.append((similarity, other))
    found = sorted(found, key=lambda pair: (-pair[0], pair[1]))[: model.k]
    counting = [(s, rows[other, there]) for s, other in found if seen[other, there]]
    total = sum(s for s, _ in counting) + model.damping
    if total == 0:
        return prior[user, item]
    start = offset[user, item]
    pull = sum(s * v for s, v in counting) + model.damping * (prior[user, item] - start)
    return start + pull / total


@BOTH
@pytest.mark.parametrize("centring", ["biases", "mean", "none"])
@pytest.mark.parametrize(
    "options",
    [
        {"k": 100, "shrinkage": 0, "damping": 0},
        {"k": 3, "shrinkage": 2, "damping": 0.3},
        {"k": 8, "shrinkage": 10, "damping": 1, "min_overlap": 4},
    ],
)
def test_scores_agree_with_the_formula_neighbour_by_neighbour(family, centring, options, world):
    model = family(centring=centring, **options).fit(world)
    scores = model.scores(np.arange(world.n_users))
    for user, item in [(0, 0), (3, 7), (11, 24), (29, 2), (17, 13), (8, 8), (20, 20)]:
        expected = brute_force(model, world, user, item)
        assert scores[user, item] == pytest.approx(expected, rel=1e-9)


def test_item_neighbours_by_hand(table):
    # Raw stars: user 4 has rated B (1), C (4) and D (5). The cosines of A = (5, 4, 1, 0) with
    # B = (4, 5, 2, 1), C = (0, 2, 5, 4), D = (1, 0, 4, 5) say how much each of them counts.
    model = ItemNeighbours(k=2, centring="none", shrinkage=0, damping=0).fit(table)
    with_b = 42 / np.sqrt(42 * 46)
    with_c = 13 / np.sqrt(42 * 45)
    with_d = 9 / np.sqrt(42 * 42)
    assert with_b > with_c > with_d
    expected = (with_b * 1 + with_c * 4) / (with_b + with_c)
    assert model.scores([3])[0, 0] == pytest.approx(expected)
    explained = model.explain(3, 0)
    assert explained["title"].tolist() == ["C", "B"]
    assert explained["rating"].tolist() == [4, 1]
    np.testing.assert_allclose(explained["similarity"], [with_c, with_b])
    assert explained["contribution"].sum() == pytest.approx(expected)
    np.testing.assert_allclose(model.similar_items(0, n=3)["score"], [with_b, with_c, with_d])


def test_user_neighbours_by_hand(table):
    model = UserNeighbours(centring="mean", shrinkage=0, damping=0).fit(table)
    # User 1 is like user 2 only: users 3 and 4 like what users 1 and 2 do not.
    assert model.similarities_[[0]].indices.tolist() == [1]
    mean_of_first, mean_of_second = 10 / 3, 11 / 3
    assert model.scores([0])[0, 2] == pytest.approx(mean_of_first + (2 - mean_of_second))
    explained = model.explain(0, 2)
    assert explained[["user", "user_id", "rating"]].to_numpy().tolist() == [[1, 2, 2]]
    assert explained["contribution"].tolist() == pytest.approx([2 - mean_of_second])


@BOTH
@pytest.mark.parametrize("similarity", ["cosine", "pearson"])
def test_similarities_are_those_of_the_similarity_room(family, similarity, world):
    model = family(k=6, similarity=similarity, shrinkage=3, min_overlap=3).fit(world)
    rows = model.values_.T if family is ItemNeighbours else model.values_
    measure = {"cosine": cosine, "pearson": pearson}[similarity]
    expected = measure(rows, shrinkage=3, min_overlap=3, top_k=6)
    np.testing.assert_allclose(model.similarities_.toarray(), expected.toarray())
    kept = model.similarities_
    assert kept.data.min() > 0
    assert np.diff(kept.indptr).max() <= 6
    assert overlap(rows).toarray()[kept.nonzero()].min() >= 3
    assert not kept.diagonal().any()


@BOTH
@pytest.mark.parametrize("centring", ["biases", "mean", "none"])
def test_contributions_add_up_to_the_score_less_its_start(family, centring, world):
    model = family(k=8, centring=centring, shrinkage=2, damping=0.5).fit(world)
    user, item = 5, 9
    explained = model.explain(user, item)
    assert len(explained) > 1
    contributions = explained["contribution"].to_numpy()
    assert (np.diff(np.abs(contributions)) <= 0).all()
    prior = model.biases_.scores([user])[0, item]
    offset = model.user_offsets_[user] + model.item_offsets_[item]
    weight = explained["similarity"].sum() + model.damping
    start = offset + model.damping * (prior - offset) / weight
    assert start + contributions.sum() == pytest.approx(model.scores([user])[0, item])
    other = "item" if family is ItemNeighbours else "user"
    stars = world.matrix().toarray()
    expected = [
        stars[user, index] if other == "item" else stars[index, item] for index in explained[other]
    ]
    np.testing.assert_allclose(explained["rating"], expected, rtol=1e-6)


@BOTH
@pytest.mark.parametrize("pair", [(-1, 3), (3, -1), (3, 10**6), (10**6, 3)])
def test_a_fallback_has_nothing_to_explain(family, pair, world):
    model = family().fit(world)
    explained = model.explain(*pair)
    assert explained.empty
    assert explained.columns[-2:].tolist() == ["similarity", "contribution"]


@BOTH
def test_without_neighbours_the_score_is_that_of_biases(family, world):
    model = family(min_overlap=1000).fit(world)
    users = np.arange(world.n_users)
    np.testing.assert_allclose(model.scores(users), Biases().fit(world).scores(users))


@BOTH
def test_the_more_damping_the_nearer_to_biases(family, world):
    users = np.arange(world.n_users)
    biases = Biases().fit(world).scores(users)
    distances = [
        np.abs(family(damping=damping, shrinkage=1).fit(world).scores(users) - biases).mean()
        for damping in (0, 0.5, 5, 500)
    ]
    assert distances == sorted(distances, reverse=True)
    assert distances[-1] < 0.01 < distances[0]


@BOTH
def test_blocks_of_pairs_do_not_change_a_prediction(family, world, monkeypatch):
    model = family().fit(world)
    whole = model.predict(world.user, world.item)
    monkeypatch.setattr(neighbourhood, "PAIRS_PER_BLOCK", 7)
    np.testing.assert_array_equal(model.predict(world.user, world.item), whole)


@BOTH
@pytest.mark.parametrize("centring", ["biases", "mean", "none"])
def test_a_newcomer_is_scored_like_a_user_whose_similarities_came_later(family, centring, world):
    train = world.subset(world.user != 6)
    mine = world.user == 6
    items, stars = world.item[mine], world.rating[mine]
    model = family(k=8, centring=centring, shrinkage=2, damping=0.5).fit(train)
    recommended = model.recommend_for(
        dict(zip(items.tolist(), stars.tolist(), strict=True)), n=world.n_items
    )
    assert set(recommended["item"]) == set(range(world.n_items)) - set(items.tolist())
    assert recommended["rank"].tolist() == list(range(1, len(recommended) + 1))
    assert recommended["score"].is_monotonic_decreasing
    item = int(recommended["item"][4])
    level = model.biases_.mean_ + model.biases_.user_bias_of(items, stars)
    prior = level + model.biases_.item_biases_
    own = {"biases": level, "mean": stars.mean() if family is UserNeighbours else 0, "none": 0}
    offset = own[centring] + model.item_offsets_
    values = np.zeros((1, world.n_items))
    values[0, items] = stars - offset[items]
    if family is ItemNeighbours:
        weights = model.similarities_.toarray()[item, items]
        pulls = values[0, items]
    else:
        weights = cosine(values, model.values_, shrinkage=2, top_k=8).toarray()[0]
        weights = weights * (train.matrix().toarray()[:, item] > 0)
        pulls = model.values_.toarray()[:, item]
    pull = weights @ pulls + 0.5 * (prior[item] - offset[item])
    expected = offset[item] + pull / (weights.sum() + 0.5)
    assert recommended["score"][4] == pytest.approx(expected)


@BOTH
def test_a_newcomer_without_ratings_gets_the_ranking_of_biases(family, world):
    model = family().fit(world)
    expected = np.argsort(-model.biases_.item_biases_, kind="stable")[:5]
    assert model.recommend_for({}, n=5)["item"].tolist() == expected.tolist()


def test_newcomers_of_opposite_taste_get_opposite_films(table):
    model = UserNeighbours(centring="mean", shrinkage=0).fit(table)
    assert model.recommend_for({0: 5, 3: 1}, n=1)["item"].tolist() == [1]
    assert model.recommend_for({0: 1, 3: 5}, n=1)["item"].tolist() == [2]


@BOTH
@pytest.mark.parametrize(
    ("ratings", "n", "refusal"),
    [
        ({4: 3}, 1, (UnknownItemError, "index 4: they go from 0 to 3.*item_of_title")),
        ({-1: 3}, 1, (UnknownItemError, "index -1")),
        ({0: 5.5}, 1, (DataError, "5.5 for 'A' is off the scale 1 to 5")),
        ({0: float("nan")}, 1, (DataError, "off the scale")),
        ({"A": 5}, 1, (ParameterError, "whole-number indices")),
        ({0: 5}, 5, (ParameterError, "n = 5")),
    ],
)
def test_ratings_of_a_newcomer_that_make_no_sense(family, ratings, n, refusal, table):
    error, message = refusal
    with pytest.raises(error, match=message):
        family().fit(table).recommend_for(ratings, n=n)


def test_similar_items_are_those_of_highest_similarity_without_the_film_itself(world):
    model = ItemNeighbours(k=4, shrinkage=1).fit(world)
    whole = cosine(model.values_.T, shrinkage=1).toarray()
    np.fill_diagonal(whole, 0)
    for item in (0, 11):
        found = model.similar_items(item, n=world.n_items)
        expected = [i for i in np.argsort(-whole[item], kind="stable") if whole[item, i] > 0]
        assert found["item"].tolist() == expected
        np.testing.assert_allclose(found["score"], whole[item, expected])
        assert model.similar_items(item, n=2)["item"].tolist() == expected[:2]


@BOTH
def test_nothing_is_explained_before_fit(family):
    with pytest.raises(NotFittedError):
        family().explain(0, 0)


@BOTH
@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"k": 0}, "k = 0"),
        ({"k": 2.5}, "k = 2.5"),
        ({"min_overlap": 0}, "min_overlap = 0"),
        ({"shrinkage": -1}, "shrinkage = -1"),
        ({"damping": float("nan")}, "damping = nan"),
        ({"centring": "median"}, "centring must be one of"),
        ({"similarity": "jaccard"}, "similarity must be one of"),
    ],
)
def test_impossible_arguments(family, option, message):
    with pytest.raises(ParameterError, match=message):
        family(**option)


def test_published_error_on_movielens_latest_small(latest_small):
    errors = {ItemNeighbours: [], UserNeighbours: [], Biases: []}
    for split in k_fold(latest_small, 5, validation=0):
        for family, of_folds in errors.items():
            model = family().fit(split.train)
            predicted = model.predict(split.test.user, split.test.item)
            of_folds.append(rmse(split.test.rating, predicted))
    mean = {family: np.mean(of_folds) for family, of_folds in errors.items()}
    assert mean[ItemNeighbours] <= 0.8502
    assert mean[ItemNeighbours] < mean[UserNeighbours] < mean[Biases]
