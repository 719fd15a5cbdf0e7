import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from helpers.data import load
from helpers.errors import DataError, ParameterError, UnknownItemError
from helpers.interactions import Interactions
from helpers.metrics import ndcg_at_k
from helpers.recommenders.linear import als
from helpers.recommenders.linear.als import ImplicitALS
from helpers.splits import per_user_split


def small(**options):
    return ImplicitALS(**{"dim": 4, "regularization": 0.5, "iterations": 3, **options})


def one_by_one(chosen, others, alpha, regularization):
    """Hu, Koren and Volinsky's equation (4), row by row, with the whole matrix of confidence."""
    factors = np.zeros((len(chosen), others.shape[1]))
    for row, choices in enumerate(chosen):
        confidence = np.diag(1 + alpha * choices)
        left = others.T @ confidence @ others + regularization * np.eye(others.shape[1])
        factors[row] = np.linalg.solve(left, others.T @ confidence @ choices)
    return factors


def objective(model, chosen):
    error = chosen - model.user_vectors_ @ model.item_vectors_.T
    squares = (model.user_vectors_**2).sum() + (model.item_vectors_**2).sum()
    return ((1 + model.alpha * chosen) * error**2).sum() + model.regularization * squares


SOLVERS = pytest.mark.parametrize("solver", ["conjugate_gradient", "exact"])
DIMS = pytest.mark.parametrize("dim", [4, 14, 40], ids=["narrow", "between", "wide"])


@DIMS
def test_the_last_half_step_solves_the_normal_equations_of_every_film(dim, world):
    chosen = (world.matrix() > 0).toarray().astype(float)
    model = small(dim=dim, alpha=7, solver="exact").fit(world)
    expected = one_by_one(chosen.T, model.user_vectors_, 7, 0.5)
    np.testing.assert_allclose(model.item_vectors_, expected, rtol=1e-9, atol=1e-12)


@DIMS
def test_with_enough_steps_conjugate_gradients_solve_them_too(dim, world, monkeypatch):
    monkeypatch.setattr(als, "STEPS", 50)
    chosen = (world.matrix() > 0).toarray().astype(float)
    model = small(dim=dim, alpha=7).fit(world)
    expected = one_by_one(chosen.T, model.user_vectors_, 7, 0.5)
    np.testing.assert_allclose(model.item_vectors_, expected, rtol=1e-3, atol=1e-5)


def test_both_solvers_rank_alike():
    ratings = Interactions.from_dataset(load("movielens-small"))
    split = per_user_split(ratings, validation=0, test=0.2)
    exact, quick = (
        ImplicitALS(32, solver=solver).fit(split.train)
        for solver in ("exact", "conjugate_gradient")
    )
    users = np.arange(ratings.n_users)
    found = [ndcg_at_k(one.rank(users, 10)[0], split.test.matrix(), 10) for one in (exact, quick)]
    assert found[0] == pytest.approx(found[1], abs=0.002)
    chosen = (split.train.matrix() > 0).toarray().astype(float)
    assert objective(quick, chosen) == pytest.approx(objective(exact, chosen), rel=1e-3)


def test_a_film_s_vector_is_that_of_the_library_implicit(world):
    cpu_als = pytest.importorskip("implicit.cpu.als", reason="implicit is not installed")
    model = small(alpha=7, solver="exact").fit(world)
    choosers = (world.matrix() > 0).astype("float32").T.tocsr()
    # It stores the confidence itself, c = 1 + 7, where ours has the surplus over a silence.
    with threadpool_limits(1, "blas"):
        library = cpu_als.AlternatingLeastSquares(factors=4, regularization=0.5, alpha=8)
    library.user_factors = model.user_vectors_.astype("float32")
    expected = library.recalculate_item(np.arange(world.n_items), choosers)
    np.testing.assert_allclose(model.item_vectors_, expected, atol=1e-4)


@SOLVERS
def test_no_iteration_makes_the_objective_worse(solver, world):
    chosen = (world.matrix() > 0).toarray().astype(float)
    values = [
        objective(small(iterations=n, solver=solver).fit(world), chosen) for n in (1, 2, 4, 8, 40)
    ]
    assert values == sorted(values, reverse=True)


@SOLVERS
def test_without_confidence_it_finds_the_best_matrix_of_that_rank(solver, world):
    # α = 0 and almost no penalty leave the truncated SVD, whatever the start (Eckart and Young).
    chosen = (world.matrix() > 0).toarray().astype(float)
    model = small(alpha=0, regularization=1e-9, iterations=400, solver=solver).fit(world)
    left, values, right = np.linalg.svd(chosen, full_matrices=False)
    best = left[:, :4] * values[:4] @ right[:4]
    np.testing.assert_allclose(model.scores(np.arange(world.n_users)), best, atol=1e-4)


@pytest.mark.parametrize(("solver", "rtol"), [("conjugate_gradient", 1e-3), ("exact", 1e-9)])
def test_small_batches_change_nothing(solver, rtol, world, monkeypatch):
    whole = small(solver=solver).fit(world).item_vectors_
    monkeypatch.setattr(als, "CELLS_PER_BATCH", 50)
    np.testing.assert_allclose(small(solver=solver).fit(world).item_vectors_, whole, rtol=rtol)


def test_who_chose_nothing_gets_what_is_popular(world):
    train = world.subset((world.user > 0) & (world.item > 0))
    model = small().fit(train)
    shares = np.bincount(train.item, minlength=world.n_items) / (world.n_users - 1)
    for unknown in (0, -1, 10**6):
        np.testing.assert_allclose(model.scores([unknown])[0], shares)
    assert (model.scores(np.arange(world.n_users))[:, 0] == 0).all()
    assert not model.item_vectors_[0].any()
    assert not model.user_vectors_[0].any()


def test_the_threshold_decides_what_is_a_choice(world):
    model = small(threshold=4).fit(world)
    same = small().fit(world.subset(world.rating >= 4))
    np.testing.assert_array_equal(model.item_vectors_, same.item_vectors_)
    assert set(model.recommend([3], n=world.n_items)["item"]).isdisjoint(
        world.item[world.user == 3].tolist()
    )
    with pytest.raises(DataError, match="threshold of 6"):
        small(threshold=6).fit(world)


def test_similar_items_point_the_same_way(world):
    model = small().fit(world)
    vectors = model.item_vectors_ / np.linalg.norm(model.item_vectors_, axis=1, keepdims=True)
    cosine = vectors @ vectors[4]
    cosine[4] = -2
    found = model.similar_items(4, n=5)
    assert found["item"].tolist() == np.argsort(-cosine)[:5].tolist()
    np.testing.assert_allclose(found["score"], np.sort(cosine)[::-1][:5])
    with pytest.raises(UnknownItemError):
        model.similar_items(-1)


@pytest.mark.parametrize(
    "options",
    [
        {"dim": 0},
        {"alpha": -1},
        {"regularization": 0},
        {"regularization": np.inf},
        {"iterations": 0},
        {"threshold": np.nan},
        {"solver": "gauss"},
    ],
)
def test_options_that_make_no_sense(options):
    with pytest.raises(ParameterError, match=next(iter(options))):
        ImplicitALS(**options)


def test_a_regularization_that_leaves_the_equations_without_an_answer(world):
    with pytest.raises(ParameterError, match="1e-200 is too small"):
        small(dim=40, regularization=1e-200).fit(world)


def test_it_ranks_latest_small_as_published(latest_small):
    """Mean of three draws of the test set, one of which moves nDCG by 0.005."""
    found = []
    for seed in range(3):
        split = per_user_split(latest_small, validation=0, test=0.2, random_state=seed)
        ranked, _scores = ImplicitALS().fit(split.train).rank(np.arange(latest_small.n_users), 10)
        found.append(ndcg_at_k(ranked, split.test.matrix(), 10))
    assert np.mean(found) == pytest.approx(0.356, abs=0.01)
