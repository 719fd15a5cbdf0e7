import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import ParameterError
from helpers.features import release_year
from helpers.interactions import Interactions
from helpers.simulation import simulate
from helpers.simulation import world as world_module
from helpers.simulation.timestamps import PERIOD_END, PERIOD_START


@pytest.fixture(scope="module")
def world():
    return simulate(1200, 1500, 150_000, random_state=5)


@pytest.fixture(scope="module")
def positions(world):
    """User and film position of each rating."""
    ratings, movies = world.dataset.ratings, world.dataset.movies
    movie = np.searchsorted(movies["movie_id"], ratings["movie_id"])
    return ratings["user_id"].to_numpy() - 1, movie


def test_tables_are_those_of_a_data_set(world):
    dataset = world.dataset
    assert dataset.ratings.dtypes.astype("str").to_dict() == {
        "user_id": "int32",
        "movie_id": "int32",
        "rating": "float32",
        "timestamp": "int64",
    }
    assert dataset.users.columns.tolist() == ["user_id", "gender", "age", "occupation", "zip_code"]
    assert dataset.movies.columns.tolist() == ["movie_id", "title", "genres"]
    assert (len(dataset.users), len(dataset.movies), len(dataset.ratings)) == (1200, 1500, 150_000)
    assert dataset.rating_scale == (1.0, 5.0)
    assert dataset.users["zip_code"].str.fullmatch(r"\d{5}").all()
    assert set(dataset.ratings["rating"]) == {1, 2, 3, 4, 5}


def test_film_ids_ascend_with_gaps(world):
    movie_ids = world.dataset.movies["movie_id"]
    assert movie_ids.is_monotonic_increasing
    assert movie_ids.is_unique
    assert 1500 < movie_ids.max() < 1600


def test_positions_are_the_indices_of_interactions(world, positions):
    interactions = Interactions.from_dataset(world.dataset, keep_unrated=True)
    assert (interactions.n_users, interactions.n_items) == (1200, 1500)
    np.testing.assert_array_equal(interactions.user, positions[0])
    np.testing.assert_array_equal(interactions.item, positions[1])


@given(st.integers(1, 12), st.integers(1, 15), st.floats(0, 1), st.integers(0, 10**6))
def test_any_size_is_exact(n_users, n_movies, share, seed):
    n_ratings = round(n_users + share * (n_users * n_movies - n_users))
    world = simulate(n_users, n_movies, n_ratings, random_state=seed)
    ratings = world.dataset.ratings
    assert len(ratings) == n_ratings
    assert not ratings.duplicated(["user_id", "movie_id"]).any()
    assert ratings["user_id"].nunique() == n_users
    assert ratings["movie_id"].isin(world.dataset.movies["movie_id"]).all()
    assert ratings["rating"].isin([1, 2, 3, 4, 5]).all()


def test_the_seed_decides():
    first, again, other = (simulate(50, 60, 900, random_state=seed) for seed in (1, 1, 2))
    for table in ("ratings", "movies", "users"):
        pd.testing.assert_frame_equal(getattr(first.dataset, table), getattr(again.dataset, table))
    assert not first.dataset.ratings.equals(other.dataset.ratings)
    assert not first.dataset.movies.equals(other.dataset.movies)


def test_blocks_of_users_join_without_a_seam(monkeypatch):
    monkeypatch.setattr(world_module, "RATINGS_AT_ONCE", 100)
    world = simulate(40, 60, 1_000, random_state=3)
    ratings = world.dataset.ratings
    assert not ratings.duplicated(["user_id", "movie_id"]).any()
    counts = ratings["user_id"].value_counts().sort_index()
    np.testing.assert_array_equal(counts, world.truth.n_ratings)


def test_sorted_by_user_and_time_within_the_period(world):
    ratings = world.dataset.ratings
    order = np.lexsort((ratings["timestamp"], ratings["user_id"]))
    np.testing.assert_array_equal(order, np.arange(len(ratings)))
    assert ratings["timestamp"].between(PERIOD_START, PERIOD_END - 1).all()
    assert (release_year(world.dataset.movies["title"]) <= 2000).all()
    assert pd.Timestamp(PERIOD_START, unit="s") == pd.Timestamp("2001-01-01")
    assert pd.Timestamp(PERIOD_END, unit="s") == pd.Timestamp("2004-01-01")


def test_most_users_rate_in_a_session_soon_after_joining(world):
    spans = world.dataset.ratings.groupby("user_id")["timestamp"].agg(np.ptp)
    assert 0.3 < (spans < 86_400).mean() < 0.8
    starts = world.dataset.ratings.groupby("user_id")["timestamp"].min()
    assert (starts > PERIOD_START + 0.5 * (PERIOD_END - PERIOD_START)).mean() > 0.2


def test_resembles_movielens_1m(world):
    ratings, users = world.dataset.ratings, world.dataset.users
    shares = ratings["rating"].value_counts(normalize=True).sort_index()
    np.testing.assert_allclose(shares, [0.06, 0.11, 0.26, 0.35, 0.22], atol=0.035)
    assert ratings["rating"].mean() == pytest.approx(3.58, abs=0.1)
    assert (users["gender"] == "F").mean() == pytest.approx(0.28, abs=0.04)
    per_user = ratings["user_id"].value_counts()
    assert per_user.min() >= 20
    assert per_user.mean() > 1.4 * per_user.median()
    per_film = ratings["movie_id"].value_counts()
    assert per_film.nlargest(150).sum() > 0.4 * len(ratings)
    assert per_film.mean() > 1.6 * per_film.median()


def test_users_choose_what_they_expect_to_like(world, positions):
    truth = world.truth
    chosen = truth.expected(*positions).mean()
    everything = truth.expected(np.arange(1200)[:, None], np.arange(1500)[None, :]).mean()
    assert chosen > everything + 0.2


def test_the_truth_predicts_better_than_biases_and_without_bias(world, positions):
    user, movie = positions
    stars = world.dataset.ratings["rating"].to_numpy("float64")
    residual = stars - world.truth.expected(user, movie)
    assert residual.mean() == pytest.approx(0, abs=4 * residual.std() / np.sqrt(len(residual)))
    offset = np.zeros(1500)
    for _ in range(10):
        bias = np.bincount(user, stars - offset[movie]) / np.bincount(user)
        count = np.maximum(np.bincount(movie, minlength=1500), 1)
        offset = np.bincount(movie, stars - bias[user], minlength=1500) / count
    of_biases = np.sqrt(np.mean((stars - bias[user] - offset[movie]) ** 2))
    assert np.sqrt(np.mean(residual**2)) < of_biases - 0.08


def test_tastes_follow_age_and_gender(world):
    users, taste = world.dataset.users, world.truth.genre_taste
    genres = list(world.truth.genre_names)
    woman, old = users["gender"] == "F", users["age"] >= 50
    romance, horror = taste[:, genres.index("Romance")], taste[:, genres.index("Horror")]
    assert romance[woman].mean() > romance[~woman].mean() + 0.3
    assert horror[old].mean() < horror[~old].mean() - 0.3


def test_popularity_drifts(world):
    # Among films that many rated, the share of late ratings differs by far more than chance.
    ratings = world.dataset.ratings
    late = ratings["timestamp"] > ratings["timestamp"].median()
    films = late.groupby(ratings["movie_id"]).agg(["mean", "size"]).query("size > 300")
    of_chance = np.sqrt(0.25 / films["size"]).mean()
    assert films["mean"].std() > 1.5 * of_chance


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((0, 5, 5), "n_users must be a whole number of at least 1, not 0"),
        ((5, -1, 5), "n_movies must"),
        ((5, 5, 7.5), "n_ratings must be a whole number of at least 1, not 7.5"),
        ((5, 5, 4), "can have 5 to 25 ratings .* not 4"),
        ((5, 5, 26), "can have 5 to 25 ratings .* not 26"),
    ],
)
def test_impossible_sizes(sizes, message):
    with pytest.raises(ParameterError, match=message):
        simulate(*sizes)


@pytest.mark.parametrize("seed", [-1, 0.5, "a"])
def test_impossible_seed(seed):
    with pytest.raises(ParameterError, match="random_state must"):
        simulate(5, 5, 10, random_state=seed)
