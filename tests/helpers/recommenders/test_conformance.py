"""What holds for every recommender of this package, and for the adapters of other libraries."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from benchmarks.adapters import FromImplicit, FromSurprise
from helpers.errors import DataError, NotFittedError, ParameterError, UnknownItemError
from helpers.interactions import Interactions
from helpers.interactions.hashing import data_hash
from helpers.recommenders import (
    BPR,
    EASE,
    Biases,
    ContentProfiles,
    DeepFactorization,
    FactorizationMachine,
    FoldsIn,
    HandMade,
    HybridTwoTower,
    ImplicitALS,
    ImplicitItemNeighbours,
    ItemNeighbours,
    MatrixFactorization,
    NaiveBayes,
    NeuralCollaborative,
    Popularity,
    Recommender,
    SoftmaxFactorization,
    SwitchingHybrid,
    TwoTower,
    UserNeighbours,
    WeightedHybrid,
    load,
    save,
)
from helpers.recommenders.base import registered
from helpers.recommenders.keras.estimator import KerasRecommender
from helpers.recommenders.vectors import VectorRecommender
from stand_ins import implicit_stand_in, surprise_stand_in

N_USERS, N_ITEMS = 14, 10
COLD_USER, COLD_ITEM = N_USERS - 1, N_ITEMS - 1
EVERYBODY = np.arange(N_USERS)
KERAS: dict[str, Any] = {"epochs": 1, "batch_size": 32, "patience": 1, "learning_rate": 0.05}
# What some say of worlds that are too small to learn from.
NO_OTHER_FILM = "has chosen every film"
NO_TERM = "nothing is known of them"
NOTHING_ASIDE = "One rating cannot be both"


@dataclass(frozen=True)
class Case:
    """A recommender, how a small instance of it is made, and what it does otherwise than most.

    Attributes:
        make: of the ratings that it is going to learn from.
        refuses: by the name of a world below, what it says of it instead of learning.
        rtol: how far ``predict`` may be from ``scores``.
        knows_cold_users: whether a user without a rating is more than an unknown one.
        any_order: whether the order of the ratings does not matter.
        similar: whether it has similar items.
    """

    make: Callable[[Interactions], Recommender]
    refuses: Mapping[str, str] = field(default_factory=dict)
    rtol: float = 1e-9
    knows_cold_users: bool = False
    any_order: bool = False
    similar: bool = True


def case(cls: type[Recommender], *arguments: Any, **options: Any) -> Case:
    own = {name: options.pop(name) for name in Case.__dataclass_fields__ if name in options}
    return Case(lambda _train: cls(*arguments, **options), **own)


def keras_case(cls: type[Recommender], *arguments: Any, **options: Any) -> Case:
    refuses = {"one rating": NOTHING_ASIDE, **options.pop("refuses", {})}
    return case(cls, *arguments, **{**KERAS, **options}, refuses=refuses)


def by_hand(train: Interactions) -> HandMade:
    table = np.random.default_rng(0).normal(size=(train.n_users, train.n_items))
    return HandMade(train, scores=lambda users: table[users])


DRAWS = {"one user": NO_OTHER_FILM, "one item": NO_OTHER_FILM}
READS = {"one item": NO_TERM, "one rating": NO_TERM}
CASES = {
    "popularity": case(Popularity, similar=False, any_order=True),
    "popularity by mean": case(Popularity, "mean", similar=False, any_order=True),
    "biases": case(Biases, similar=False, any_order=True),
    "item neighbours": case(ItemNeighbours, shrinkage=1, any_order=True),
    "item neighbours, raw": case(ItemNeighbours, centring="none", damping=0, any_order=True),
    "item neighbours, mean": case(
        ItemNeighbours, centring="mean", similarity="pearson", any_order=True
    ),
    "user neighbours": case(UserNeighbours, shrinkage=1, similar=False, any_order=True),
    "user neighbours, raw": case(
        UserNeighbours, centring="none", damping=0, similar=False, any_order=True
    ),
    "user neighbours, mean": case(
        UserNeighbours, centring="mean", k=5, similar=False, any_order=True
    ),
    "implicit neighbours": case(ImplicitItemNeighbours, 10, shrinkage=1, any_order=True),
    "ease": case(EASE, 5.0, star_weight=0.2, any_order=True),
    "als": case(ImplicitALS, 4, regularization=0.5, iterations=2),
    "content": case(ContentProfiles, refuses=READS, any_order=True),
    "naive bayes": case(NaiveBayes, refuses=READS, similar=False, any_order=True),
    "weighted hybrid": case(WeightedHybrid, EASE(5.0), Popularity(), similar=False),
    "switching hybrid": case(SwitchingHybrid, Popularity(), EASE(5.0), 4, similar=False),
    "hand-made": Case(by_hand, knows_cold_users=True, similar=False),
    "factorization": keras_case(MatrixFactorization, 3),
    "machine": keras_case(FactorizationMachine, 3, knows_cold_users=True),
    "deep": keras_case(DeepFactorization, 3, hidden=(4,), rtol=1e-4, similar=False),
    "towers": keras_case(TwoTower, 3, hidden=(4,)),
    "hybrid towers": keras_case(HybridTwoTower, 3, hidden=(4,)),
    "bpr": keras_case(BPR, 3, refuses=DRAWS),
    "softmax": keras_case(SoftmaxFactorization, 3),
    "neumf": keras_case(
        NeuralCollaborative, dim=3, hidden=(4,), refuses=DRAWS, rtol=1e-4, similar=False
    ),
    "dot product": keras_case(NeuralCollaborative, "dot", dim=3, refuses=DRAWS),
    "surprise": case(FromSurprise, "SVD", n_factors=2, similar=False),
    "implicit, factors": case(FromImplicit, "AlternatingLeastSquares", factors=3),
    "implicit, neighbours": case(FromImplicit, "CosineRecommender", K=5),
}
ALL = pytest.mark.parametrize("name", CASES)
ADAPTERS = {FromSurprise, FromImplicit}


@pytest.fixture(autouse=True)
def libraries(monkeypatch):
    """The adapters find stand-ins."""
    for name, module in {"surprise": surprise_stand_in(), **implicit_stand_in()}.items():
        monkeypatch.setitem(sys.modules, name, module)


@pytest.fixture(autouse=True)
def untraced(monkeypatch):
    """The same steps of Keras, one by one: to trace a graph takes longer than these few batches."""

    def compile_untraced(self, model, loss):
        import keras

        model.compile(keras.optimizers.Adam(self.learning_rate), loss, run_eagerly=True)

    monkeypatch.setattr(KerasRecommender, "_compile", compile_untraced)


def written(ratings: pd.DataFrame, *, text: bool = True) -> Interactions:
    """Ratings by columns user, item, rating as a value with films that have years and genres."""
    name = (lambda kind, n: f"{kind} {n:02}") if text else (lambda _kind, n: 3 * n + 1)
    items = np.unique(ratings["item"])
    movies = pd.DataFrame({"movie_id": [name("film", n) for n in items]})
    movies["title"] = [f"Film {n} ({1960 + 10 * (n % 3)})" for n in items]
    movies["genres"] = ["Drama|War" if n % 2 else "Comedy" for n in items]
    table = pd.DataFrame(
        {
            "user_id": [name("user", n) for n in ratings["user"]],
            "movie_id": [name("film", n) for n in ratings["item"]],
            "rating": ratings["rating"],
        }
    )
    return Interactions.from_frames(table, movies, rating_scale=(0.5, 5))


@cache
def sets(*, text: bool = True) -> tuple[Interactions, Interactions]:
    """Ratings to learn from, without the last user and the last film, and to stop by."""
    generator = np.random.default_rng(0)
    user, item = np.nonzero(generator.random((N_USERS, N_ITEMS)) < 0.5)
    ratings = pd.DataFrame({"user": user, "item": item})
    ratings["rating"] = generator.integers(1, 11, len(ratings)) / 2
    ratings = ratings.sample(frac=1, random_state=0)
    whole = written(ratings, text=text)
    warm = (whole.user != COLD_USER) & (whole.item != COLD_ITEM)
    aside = np.arange(len(whole)) % 6 == 0
    return whole.subset(warm & ~aside), whole.subset(warm & aside)


@cache
def small_worlds() -> dict[str, Interactions]:
    """Worlds at the edge of what can be learnt from."""
    pairs = {
        "one user": [(0, item, 1 + item / 2) for item in range(6)],
        "one item": [(user, 0, 1 + user / 2) for user in range(6)],
        "one rating": [(0, 0, 4.0)],
        "equal stars": [(u, i, 3.0) for u in range(8) for i in range(7) if (u + 2 * i) % 3],
    }
    columns = ["user", "item", "rating"]
    return {name: written(pd.DataFrame(rows, columns=columns)) for name, rows in pairs.items()}


def made(name: str, train: Interactions | None = None) -> Recommender:
    return CASES[name].make(sets()[0] if train is None else train)


@cache
def fitted(name: str) -> Recommender:
    return made(name).fit(*sets())


@pytest.fixture
def model(name) -> Recommender:
    return fitted(name)


def everything(model: Recommender) -> list[np.ndarray]:
    """All that it says, of known and unknown users and items."""
    train = model.train_
    users = np.repeat(np.arange(-1, train.n_users + 1), train.n_items + 2)
    items = np.tile(np.arange(-1, train.n_items + 1), train.n_users + 2)
    said = [model.predict(users, items), model.scores(np.arange(-1, train.n_users + 1))]
    for exclude_seen in (True, False):
        said += model.rank(np.arange(-1, train.n_users), train.n_items, exclude_seen)
    return said


def assert_says_the_same(one: Recommender, other: Recommender) -> None:
    for first, second in zip(everything(one), everything(other), strict=True):
        np.testing.assert_array_equal(first, second)


def test_every_recommender_is_here():
    """One that is not would be without this suite."""
    assert {type(made(name)) for name in CASES} == {*registered().values(), *ADAPTERS}


@ALL
def test_fit_returns_the_model_and_leaves_the_ratings_alone(name):
    train, validation = sets()
    before = data_hash(train), train.movies.copy(), data_hash(validation)
    model = made(name)
    if not isinstance(model, KerasRecommender):  # of those ``fitted`` has the answer, in less time
        assert model.fit(train, validation) is model
    assert fitted(name).train_ is train
    assert data_hash(train), data_hash(validation) == before[::2]
    pd.testing.assert_frame_equal(train.movies, before[1])


@ALL
def test_nothing_can_be_asked_before_fit(name):
    model = made(name)
    if isinstance(model, HandMade):
        assert model.fit(sets()[0]) is model
        return
    questions = [
        lambda: model.predict([0], [0]),
        lambda: model.recommend([0]),
        lambda: model.rank([0]),
        lambda: model.scores([0]),
    ]
    if CASES[name].similar:
        questions.append(lambda: model.similar_items(0))
    if isinstance(model, FoldsIn):
        questions.append(lambda: model.scores_for(np.zeros((1, N_ITEMS))))
        questions.append(lambda: model.recommend_for({}))
    for ask in questions:
        with pytest.raises(NotFittedError, match="has not learnt yet: call fit first"):
            ask()


@ALL
def test_its_numbers_are_finite_and_of_one_kind(name, model):
    for scores in (model.scores(EVERYBODY), model.predict(EVERYBODY, np.arange(N_USERS) % 9)):
        assert scores.dtype == "float64"
        assert np.isfinite(scores).all()
    assert model.scores(EVERYBODY).shape == (N_USERS, N_ITEMS)


@ALL
def test_predict_says_what_scores_say_at_the_pairs(name, model):
    users, items = map(np.ravel, np.indices((N_USERS, N_ITEMS)))
    expected = model.scores(EVERYBODY).ravel()
    if model.predicts_stars:
        expected = expected.clip(0.5, 5)
    rtol = CASES[name].rtol
    np.testing.assert_allclose(model.predict(users, items), expected, rtol=rtol, atol=rtol / 10)


@ALL
def test_an_answer_does_not_depend_on_who_else_is_asked_for(name, model):
    pairs = [(3, 2), (7, 4), (3, 8), (-1, 2)]
    together = model.predict(*np.transpose(pairs))
    alone = [model.predict([user], [item])[0] for user, item in pairs]
    rtol = 1e-5 if isinstance(model, KerasRecommender) else 1e-12
    np.testing.assert_allclose(together, alone, rtol=rtol)
    np.testing.assert_allclose(
        model.scores([7, 3, 5])[1], model.scores([3])[0], rtol=rtol, atol=rtol
    )


@ALL
def test_who_is_not_in_the_catalogue_gets_an_answer_and_nobody_else_s(name, model):
    alike = [-1, N_USERS, 10**9]
    if not CASES[name].knows_cold_users:
        alike.append(COLD_USER)
    scores = model.scores(alike)
    assert np.isfinite(scores).all()
    np.testing.assert_array_equal(scores, scores[:1].repeat(len(alike), axis=0))
    ranked, _scores = model.rank(alike, 4)
    np.testing.assert_array_equal(ranked, ranked[:1].repeat(len(alike), axis=0))
    for user in (3, -1):
        strangers = model.predict([user] * 3, [-1, N_ITEMS, 10**9])
        assert np.isfinite(strangers).all()
        assert len(np.unique(strangers)) == 1
    assert np.isfinite(model.predict([3, COLD_USER], [COLD_ITEM, COLD_ITEM])).all()


@ALL
def test_no_seen_film_is_recommended_and_every_other_is(name, model):
    train, _validation = sets()
    table = model.recommend(EVERYBODY, n=N_ITEMS)
    assert table.columns.tolist() == ["user", "rank", "item", "score"]
    seen = set(zip(train.user.tolist(), train.item.tolist(), strict=True))
    offered = list(zip(table["user"], table["item"], strict=True))
    assert seen.isdisjoint(offered)
    assert len(offered) == len(set(offered)) == N_USERS * N_ITEMS - len(train)
    every, _scores = model.rank(EVERYBODY, N_ITEMS, exclude_seen=False)
    np.testing.assert_array_equal(np.sort(every, axis=1), np.tile(np.arange(N_ITEMS), (14, 1)))


@ALL
def test_lists_are_in_order_of_score_and_then_of_index(name, model, monkeypatch):
    seen = sets()[0].matrix().toarray() > 0
    for equal in (False, True):
        if equal:
            monkeypatch.setattr(model, "scores", lambda users: np.ones((len(users), N_ITEMS)))
        scores = np.where(seen, -np.inf, model.scores(EVERYBODY))
        expected = np.argsort(-scores, axis=1, kind="stable")[:, :3]
        np.testing.assert_array_equal(model.rank(EVERYBODY, 3)[0], expected)


@ALL
def test_who_has_seen_all_gets_an_empty_list(name, model):
    every = sparse.csr_matrix(np.ones((2, N_ITEMS)))
    ranked, scores = model.rank([0, -1], 3, excluded=every)
    assert (ranked == -1).all()
    assert np.isnan(scores).all()


@ALL
@pytest.mark.parametrize("n", [0, N_ITEMS + 1, 2.5])
def test_a_list_of_an_impossible_length_is_refused(name, n, model):
    asks = [lambda: model.recommend([0], n), lambda: model.rank([0], n)]
    if CASES[name].similar:
        asks.append(lambda: model.similar_items(0, n))
    if isinstance(model, FoldsIn):
        asks.append(lambda: model.recommend_for({0: 4.0}, n))
    for ask in asks:
        with pytest.raises(ParameterError, match=f"n = {n} is not possible"):
            ask()


@ALL
def test_similar_items_are_other_films_best_first(name, model):
    if not CASES[name].similar:
        said = "no notion of similar items|cannot say which items are similar"
        with pytest.raises(NotImplementedError, match=said):
            model.similar_items(0)
        return
    found = model.similar_items(2, 4)
    assert found.columns.tolist() == ["rank", "item", "score"]
    assert found["rank"].tolist() == list(range(1, len(found) + 1))
    assert found["score"].is_monotonic_decreasing
    assert 2 not in found["item"].tolist()
    knows_all = model._known_items()[COLD_ITEM] and not isinstance(model, VectorRecommender)
    for unknown in (-1, N_ITEMS, 10**6, *([] if knows_all else [COLD_ITEM])):
        with pytest.raises(UnknownItemError, match=f"index {unknown} has no"):
            model.similar_items(unknown)


@ALL
def test_vectors_and_offsets_are_all_that_a_score_is_made_of(name, model):
    if not isinstance(model, VectorRecommender) or not hasattr(model, "user_vectors_"):
        assert not hasattr(model, "item_vectors_")
        return
    assert model.user_vectors_.dtype == model.item_vectors_.dtype == "float64"
    expected = model.user_vectors_ @ model.item_vectors_.T
    if model.user_offsets_ is not None:
        expected += model.user_offsets_[:, np.newaxis]
    # As the docstring tells an index of inner products: the ranking needs no offset of the user.
    items, asked = model.item_vectors_, model.user_vectors_
    if model.item_offsets_ is not None:
        expected += model.item_offsets_
        items = np.column_stack([items, model.item_offsets_])
        asked = np.column_stack([asked, np.ones(N_USERS)])
    known = np.ix_(np.flatnonzero(model._known_users()), np.flatnonzero(model._known_items()))
    np.testing.assert_allclose(model.scores(EVERYBODY)[known], expected[known], rtol=1e-12)
    for user in known[0].ravel():
        by_index = (items @ asked[user])[known[1].ravel()]
        order = np.argsort(-expected[user, known[1].ravel()], kind="stable")
        assert (np.diff(by_index[order]) <= 1e-12).all()


@ALL
@pytest.mark.parametrize("small", ["one user", "one item", "one rating"])
def test_the_smallest_worlds_are_learnt_from_or_refused(name, small):
    world = small_worlds()[small]
    model = made(name, world)
    if small in CASES[name].refuses:
        with pytest.raises(DataError, match=CASES[name].refuses[small]):
            model.fit(world)
        with pytest.raises(NotFittedError):
            model.recommend([0])
        return
    assert np.isfinite(model.fit(world).scores(np.arange(-1, world.n_users))).all()
    assert np.isfinite(model.predict(world.user, world.item)).all()
    if small == "one rating" and model.predicts_stars and CASES[name].any_order:
        assert model.predict([0], [0]) == 4
    # All that there is has been seen.
    assert model.recommend(np.arange(world.n_users), n=world.n_items).empty
    assert len(model.recommend([-1], n=world.n_items)) == world.n_items


@ALL
def test_a_second_fit_forgets_the_first_and_one_that_failed(name, monkeypatch):
    """And ids that are numbers, arrays that cannot be written to and have gaps are no others."""
    train, validation = (inconvenient(part) for part in sets(text=False))
    equal = small_worlds()["equal stars"]
    model = made(name, equal).fit(equal)
    assert np.isfinite(model.scores(np.arange(-1, equal.n_users))).all()
    if isinstance(model, HandMade):
        with pytest.raises(ParameterError, match="trained on other ratings"):
            model.fit(train)
        return
    with monkeypatch.context() as patch:
        patch.setattr(type(model), "_fit", interrupted)
        with pytest.raises(KeyboardInterrupt):
            model.fit(train, validation)
    with pytest.raises(NotFittedError):
        model.predict([0], [0])
    assert_says_the_same(model.fit(train, validation), fitted(name))


def interrupted(self: Recommender, train: Interactions, validation: Interactions | None) -> None:
    self.half_learnt_ = np.ones(3)
    raise KeyboardInterrupt


def inconvenient(part: Interactions) -> Interactions:
    """The same ratings in every other place of read-only arrays."""
    columns = {}
    for column in ("user", "item", "rating"):
        values = np.repeat(getattr(part, column), 2)[::2]
        values.flags.writeable = False
        columns[column] = values
    assert not values.flags.c_contiguous
    return replace(part, **columns)


@ALL
def test_what_is_asked_may_be_read_only_and_have_gaps(name, model):
    users = np.repeat(EVERYBODY, 2)[::2]
    users.flags.writeable = False
    items = (np.arange(2 * N_USERS) % N_ITEMS)[::2]
    np.testing.assert_array_equal(
        model.predict(users, items), model.predict(users.tolist(), items.tolist())
    )
    np.testing.assert_array_equal(model.scores(users), model.scores(EVERYBODY.tolist()))


@ALL
def test_another_seed_is_another_model(name):
    model = made(name)
    if not hasattr(model, "random_state"):
        return
    model.random_state = 7
    if name != "implicit, neighbours":  # draws nothing
        assert not np.allclose(model.fit(*sets()).scores([3]), fitted(name).scores([3]))


@ALL
def test_two_threads_may_ask_at_once(name, model):
    users = [EVERYBODY[start : start + 5] for start in range(0, 10, 1)]
    expected = [model.recommend(some, 4) for some in users]
    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(lambda some: model.recommend(some, 4), users))
    for one, other in zip(found, expected, strict=True):
        pd.testing.assert_frame_equal(one, other)


@ALL
def test_what_was_saved_is_the_same_when_loaded(name, model, tmp_path):
    if model.not_saved_because:
        with pytest.raises(ParameterError, match="cannot be saved"):
            save(model, tmp_path / "model.zip")
        assert list(tmp_path.iterdir()) == []
        return
    again = load(save(model, tmp_path / "new" / "model.zip"))
    assert repr(again) == repr(model)
    # And once more: what was loaded can be saved, and nothing is lost on the way.
    for other in (again, load(save(again, tmp_path / "again.zip"))):
        assert type(other) is type(model)
        assert_says_the_same(other, model)
        pd.testing.assert_frame_equal(other.train_.movies, model.train_.movies)
        if CASES[name].similar:
            expected = model.similar_items(2)
            pd.testing.assert_frame_equal(other.similar_items(2), expected, check_exact=True)
        if isinstance(model, FoldsIn):
            found, expected = (one.recommend_for({1: 5.0, 4: 2.0}) for one in (other, model))
            pd.testing.assert_frame_equal(found, expected, check_exact=True)


@ALL
def test_a_validation_set_is_taken_and_must_fit(name, model):
    if isinstance(model, HandMade):
        return
    train, _validation = sets()
    other = made(name)
    with pytest.raises(ParameterError, match="another catalogue than the training set"):
        other.fit(train, small_worlds()["one user"])
    if not isinstance(model, KerasRecommender):
        assert_says_the_same(other.fit(train), model)


@ALL
def test_the_order_of_the_ratings_does_not_matter(name, model):
    if CASES[name].any_order:
        train, _validation = sets()
        shuffled = train.subset(np.random.default_rng(5).permutation(len(train)))
        np.testing.assert_allclose(
            made(name).fit(shuffled).scores(EVERYBODY),
            model.scores(EVERYBODY),
            rtol=1e-7,
            atol=1e-9,
        )


@ALL
@pytest.mark.parametrize("scale", [(1, 5), (0, 10), (-3, -1)])
def test_stars_stay_on_the_scale_of_the_data(name, scale, model):
    if not model.predicts_stars or isinstance(model, KerasRecommender):
        return
    train, _validation = sets()
    low, high = scale
    stars = (low + (train.rating - 0.5) / 4.5 * (high - low)).astype("float32")
    again = made(name).fit(replace(train, rating=stars, rating_scale=scale))
    users, items = map(np.ravel, np.indices((N_USERS, N_ITEMS)))
    predicted = again.predict(users, items)
    assert low <= predicted.min() <= predicted.max() <= high
