"""Folding in: who tells what a training user told gets what that user gets."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from helpers.errors import DataError, ParameterError, UnknownItemError
from helpers.interactions import Interactions
from helpers.recommenders import (
    EASE,
    ContentProfiles,
    ImplicitALS,
    ImplicitItemNeighbours,
    ItemNeighbours,
    Popularity,
    SwitchingHybrid,
    WeightedHybrid,
)

MODELS = {
    "popularity": Popularity,
    "ease": lambda: EASE(5.0),
    "ease that hears stars": lambda: EASE(5.0, star_weight=0.2),
    "ease of good films": lambda: EASE(5.0, threshold=3),
    "als": lambda: ImplicitALS(4, regularization=1.0, iterations=4),
    "implicit neighbours": lambda: ImplicitItemNeighbours(10, shrinkage=1),
    "content": ContentProfiles,
    "content that hears stars": lambda: ContentProfiles(counting="stars"),
    "content of liked films": lambda: ContentProfiles(counting="likes", centred=False),
    "weighted": lambda: WeightedHybrid(EASE(5.0), Popularity(), 0.7),
    "switching": lambda: SwitchingHybrid(Popularity(), EASE(5.0), at_least=8),
}
# The last steps of ALS solve for the films, so a user's vector is older than theirs.
EXACT = [name for name in MODELS if name != "als"]


@pytest.fixture
def world(make_world):
    """The world of these tests with two genres and three decades, for those who read them."""
    ratings = make_world().to_frame()[["user_id", "movie_id", "rating"]]
    movies = pd.DataFrame({"movie_id": np.unique(ratings["movie_id"])})
    movies["title"] = [f"Film {n} ({1960 + n})" for n in range(len(movies))]
    movies["genres"] = np.where(np.arange(len(movies)) % 3, "Drama", "Comedy|War")
    return Interactions.from_frames(ratings, movies, rating_scale=(0.5, 5))


@pytest.fixture(params=MODELS)
def named(request, world):
    return request.param, MODELS[request.param]().fit(world)


@pytest.mark.parametrize("name", EXACT)
def test_a_newcomer_who_tells_what_a_user_told_gets_the_scores_of_that_user(name, world):
    model = MODELS[name]().fit(world)
    users = np.arange(world.n_users)
    np.testing.assert_allclose(model.scores_for(world.matrix()), model.scores(users), atol=1e-9)


@pytest.mark.parametrize("sizes", [(30, 12), (12, 30)])
def test_ease_folds_in_by_films_and_by_users(make_world, sizes):
    world = make_world(*sizes)
    model = EASE(3.0).fit(world)
    assert (model.weights_ is None) == (sizes[0] < sizes[1])
    newcomer = np.zeros((1, sizes[1]))
    newcomer[0, [2, 7]] = 1
    weights = np.column_stack([model.weights_to(item) for item in range(sizes[1])])
    np.testing.assert_allclose(model.scores_for(newcomer * 4), newcomer @ weights, atol=1e-9)


def test_als_gives_a_newcomer_the_vector_that_solves_the_equations(world):
    model = ImplicitALS(3, alpha=2.0, regularization=0.5, iterations=3).fit(world)
    told = world.matrix()[:4]
    films = model.item_vectors_
    for row, found in enumerate(model.scores_for(told)):
        chosen = films[told[[row]].indices]
        left = films.T @ films + 2.0 * chosen.T @ chosen + 0.5 * np.eye(3)
        vector = np.linalg.solve(left, 3.0 * chosen.sum(axis=0))
        np.testing.assert_allclose(found, films @ vector, atol=1e-5)


def test_who_tells_nothing_gets_what_an_unknown_user_gets(named, world):
    _name, model = named
    nobody = sparse.csr_matrix((2, world.n_items))
    np.testing.assert_array_equal(model.scores_for(nobody), model.scores([-1, -1]))
    expected = model.recommend([-1], 5, exclude_seen=False)
    assert model.recommend_for({}, 5)["item"].tolist() == expected["item"].tolist()


def test_what_does_not_count_as_a_choice_is_nothing_told(world):
    model = EASE(5.0, threshold=4).fit(world)
    np.testing.assert_array_equal(
        model.scores_for(3 * np.eye(1, world.n_items)), model.scores([-1])
    )


def test_rows_do_not_depend_on_each_other(named, world):
    _name, model = named
    together = model.scores_for(world.matrix()[:6])
    for row in (0, 5):
        alone = model.scores_for(world.matrix()[[row]])
        np.testing.assert_allclose(alone[0], together[row], atol=1e-12)


def test_what_was_rated_is_not_recommended(named, world):
    _name, model = named
    assert not {3, 8} & set(model.recommend_for({3: 5.0, 8: 4.0}, world.n_items)["item"])


def test_neighbours_fold_in_many_at_once(world):
    model = ItemNeighbours(shrinkage=1).fit(world)
    told = world.matrix()[:3]
    scores = model.scores_for(told)
    for row in range(3):
        stars = dict(zip(told[[row]].indices.tolist(), told[[row]].data.tolist(), strict=True))
        alone = model.recommend_for(stars, 5)
        np.testing.assert_allclose(scores[row, alone["item"]], alone["score"])


@pytest.mark.parametrize(
    ("ratings", "error", "said"),
    [
        (np.zeros((1, 4)), ParameterError, "4 columns for 25 films"),
        (7 * np.eye(1, 25), DataError, "off the scale of 0.5 to 5"),
    ],
)
def test_a_table_that_makes_no_sense(world, ratings, error, said):
    with pytest.raises(error, match=said):
        Popularity().fit(world).scores_for(ratings)


@pytest.mark.parametrize(
    ("ratings", "n", "error"),
    [
        ({99: 4.0}, 5, UnknownItemError),
        ({-1: 4.0}, 5, UnknownItemError),
        ({1: 9.0}, 5, DataError),
        ({1: 4.0}, 0, ParameterError),
    ],
)
def test_ratings_that_make_no_sense(world, ratings, n, error):
    with pytest.raises(error):
        EASE().fit(world).recommend_for(ratings, n)


def test_a_rating_that_comes_twice_is_refused(world):
    fitted = Popularity().fit(world)
    twice = sparse.csr_matrix(
        (np.array([2.0, 2.0]), np.array([0, 0]), np.array([0, 2])), shape=(1, world.n_items)
    )
    with pytest.raises(DataError, match="rates a film twice"):
        fitted.scores_for(twice)
    assert twice.nnz == 2


def test_the_own_matrix_of_decimals_is_on_its_scale():
    generator = np.random.default_rng(0)
    pairs = generator.choice(600, 400, replace=False)
    table = pd.DataFrame({"user_id": pairs // 15, "movie_id": pairs % 15})
    data = Interactions.from_frames(table.assign(rating=generator.choice([2.2, 4.6, 9.8], 400)))
    for threshold in (None, 4.6):
        fitted = EASE(threshold=threshold).fit(data)
        np.testing.assert_allclose(
            fitted.scores_for(data.matrix()), fitted.scores(np.arange(data.n_users)), atol=1e-9
        )
    assert len(fitted.recommend_for({0: 9.8, 1: np.float32(2.2)}, 3)) == 3


def test_what_is_no_interactions_is_refused(world):
    from helpers.splits import per_user_split

    with pytest.raises(ParameterError, match=r"fit\(split.train\)"):
        EASE().fit(per_user_split(world))
    with pytest.raises(ParameterError, match="whole-number indices"):
        EASE().fit(world).similar_items("film 10", 1)
