import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import metrics
from helpers.errors import DataError, NotFittedError, ParameterError
from helpers.evaluation import METRICS, compare, compare_all, evaluate, evaluating
from helpers.interactions import Interactions
from helpers.recommenders import Biases, HandMade, Popularity, Recommender
from helpers.splits import Split, cold_user_split, per_user_split, random_split


class Oracle(Recommender):
    """Knows the held-out ratings."""

    predicts_stars = True

    def __init__(self, held):
        self.held = held.matrix().toarray().astype("float64")

    def _fit(self, train, validation):
        pass

    def _predict(self, users, items):
        return self.held[users, items]

    def _scores(self, users):
        return self.held[users]

    _fallback = _predict


class Reversed(Oracle):
    def __init__(self, held):
        self.held = -held.matrix().toarray().astype("float64")


def test_the_perfect_recommender_is_perfect(split):
    names = ["rmse", "mae", "recall", "hit_rate", "mrr", "map_over_min", "ndcg", "graded_ndcg"]
    result = evaluate(Oracle(split.test).fit(split.train), split, [*names, "auc"], k=29)
    assert result.table["value"].tolist() == pytest.approx([0, 0] + [1] * 7)
    assert evaluate(Reversed(split.test).fit(split.train), split, ["auc"], k=2)["auc"] == 0


def test_every_figure_is_that_of_the_metrics_by_themselves(split):
    model = Biases().fit(split.train)
    result = evaluate(model, split, METRICS, k=5)
    users = np.unique(split.test.user)
    seen = (split.train.matrix() + split.validation.matrix()).toarray()[users] > 0
    scores = np.where(seen, -np.inf, model.scores(users))
    ranked = np.argsort(-scores, axis=1, kind="stable")[:, :5].astype("int64")
    ranked[np.take_along_axis(scores, ranked, axis=1) == -np.inf] = -1
    stars = split.test.matrix()[users]
    predicted = model.predict(split.test.user, split.test.item)
    assert result["rmse"] == pytest.approx(metrics.rmse(split.test.rating, predicted))
    assert result["mape"] == pytest.approx(metrics.mape(split.test.rating, predicted))
    for name, function in {
        "precision": metrics.precision_at_k,
        "recall": metrics.recall_at_k,
        "map_over_min": metrics.map_at_k_over_min,
        "map_over_relevant": metrics.map_at_k_over_relevant,
        "ndcg": metrics.ndcg_at_k,
        "graded_ndcg": metrics.graded_ndcg_at_k,
    }.items():
        assert result[name] == pytest.approx(function(ranked, stars, 5)), name
    counts = np.bincount(split.train.item, minlength=30)
    profile = split.train.matrix()[users]
    lift = metrics.popularity_lift_at_k(ranked, profile, counts, 5)
    assert result["popularity_lift"] == pytest.approx(lift)
    assert result["novelty"] == pytest.approx(metrics.novelty_at_k(ranked, counts, 40, 5))
    assert result["coverage"] == metrics.catalogue_coverage_at_k(ranked, 30, 5)
    assert result["auc"] == pytest.approx(metrics.auc(model.scores(users), stars, seen))
    popular = np.argsort(-np.where(seen, -1.0, counts), axis=1, kind="stable")[:, :5]
    surprise = metrics.serendipity_at_k(ranked, stars, popular, 5)
    assert result["serendipity"] == pytest.approx(surprise)


def test_popularity_surprises_nobody_and_every_interval_holds_its_value(split):
    result = evaluate(Popularity().fit(split.train), split, k=5)
    assert result["serendipity"] == 0
    assert not {"rmse", "mae"} & set(result.table["metric"])
    table = result.table.dropna()
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()
    without = result.table.loc[result.table["low"].isna(), "metric"]
    assert set(without) == {"coverage", "gini"}


@pytest.mark.parametrize(("part", "masked"), [("test", 2), ("validation", 1)])
def test_what_the_user_has_rated_before_is_masked(part, masked, split, monkeypatch):
    found = []
    sums = evaluating._sums
    monkeypatch.setattr(
        evaluating,
        "_sums",
        lambda names, lists, *rest: found.append(lists) or sums(names, lists, *rest),
    )
    evaluate(Popularity().fit(split.train), split, ["recall"], k=30, part=part)
    lists = found[0]
    listed = {
        (user, item)
        for user, row in zip(lists.users.tolist(), lists.ranked.tolist(), strict=True)
        for item in row
        if item >= 0
    }
    before = [split.train, split.validation][:masked]
    known = {
        (user, item)
        for part_before in before
        for user, item in zip(part_before.user.tolist(), part_before.item.tolist(), strict=True)
    }
    everything = {(user, item) for user in lists.users.tolist() for item in range(30)}
    assert listed == everything - known


def test_small_blocks_change_nothing(split, monkeypatch):
    model = Biases().fit(split.train)
    whole = evaluate(model, split, METRICS, k=5)
    monkeypatch.setattr(evaluating, "SCORES_PER_BLOCK", 70)
    np.testing.assert_allclose(
        evaluate(model, split, METRICS, k=5).table[["value", "low", "high"]],
        whole.table[["value", "low", "high"]],
    )


def test_errors_alone_need_no_lists(split, monkeypatch):
    model = Biases().fit(split.train)
    both = evaluate(model, split, ["rmse", "mae", "ndcg"])
    monkeypatch.setattr(Biases, "scores", lambda *_: pytest.fail("every film was scored"))
    alone = evaluate(model, split, ["rmse", "mae"])
    assert alone.table.equals(both.table.iloc[:2])
    assert alone.fingerprint == both.fingerprint


def test_relevant_from_keeps_the_users_who_liked_something(split):
    model = Popularity().fit(split.train)
    liked = split.test.subset(split.test.rating >= 5)
    result = evaluate(model, split, ["recall"], relevant_from=5)
    assert len(result.users) == len(np.unique(liked.user)) < len(np.unique(split.test.user))
    expected = evaluate(model, Split(split.train, split.validation, liked), ["recall"])
    assert result["recall"] == expected["recall"]
    with pytest.raises(DataError, match="reaches 6 stars"):
        evaluate(model, split, relevant_from=6)


def test_unknown_users_are_measured_by_their_fallback(world):
    split = cold_user_split(world)
    result = evaluate(Biases().fit(split.train), split, k=5)
    assert len(result.users) == len(np.unique(split.test.user))
    assert np.isfinite(result["ndcg"])
    assert np.isnan(result["popularity_lift"])


def test_a_recommender_that_learnt_from_the_test_set_is_refused(world, split):
    with pytest.raises(DataError, match=r"has learnt from \d+ of the \d+ test ratings"):
        evaluate(Popularity().fit(world), split)
    with pytest.raises(DataError, match="validation ratings"):
        evaluate(Popularity().fit(world), split, part="validation")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"metrics": ["map"]}, "No metric is called 'map'"),
        ({"metrics": ["rmse"]}, "does not predict stars"),
        ({"metrics": ["diversity"], "k": 1}, "no pair"),
        ({"k": 31}, "k = 31"),
        ({"part": "train"}, "part must be"),
        ({"resamples": 5}, "resamples = 5"),
        ({"confidence": 1}, "confidence = 1"),
    ],
)
def test_options_that_make_no_sense(options, message, split):
    with pytest.raises(ParameterError, match=message):
        evaluate(Popularity().fit(split.train), split, **options)


def test_what_cannot_be_evaluated(world, split):
    with pytest.raises(NotFittedError):
        evaluate(Popularity(), split)
    empty = random_split(world, validation=0)
    with pytest.raises(DataError, match="validation part is empty"):
        evaluate(Popularity().fit(empty.train), empty, part="validation")
    with pytest.raises(ParameterError, match="'recall' was not measured"):
        evaluate(Popularity().fit(split.train), split, ["ndcg"])["recall"]


def test_a_comparison_says_which_is_better_and_how_sure_it_is(split):
    best = evaluate(Oracle(split.test).fit(split.train), split, k=5)
    popular = evaluate(Popularity().fit(split.train), split, k=5)
    table = compare(best, popular, ["ndcg", "recall"], resamples=500)
    assert table["difference"].tolist() == pytest.approx(
        [best[name] - popular[name] for name in ("ndcg", "recall")]
    )
    assert (table["low"] > 0).all()
    assert table["p_value"].tolist() == [1 / 501] * 2
    assert table["p_holm"].tolist() == pytest.approx([2 / 501] * 2)
    turned = compare(popular, best, ["ndcg", "recall"], resamples=500)
    np.testing.assert_allclose(turned["difference"], -table["difference"])
    np.testing.assert_allclose(turned["low"], -table["high"])
    assert turned["p_value"].tolist() == table["p_value"].tolist()


def test_a_recommender_does_not_differ_from_itself(split):
    result = evaluate(Biases().fit(split.train), split, k=5)
    table = compare(result, result, resamples=100)
    assert (table["difference"] == 0).all()
    assert (table["p_holm"] == 1).all()
    assert {"rmse", "ndcg", "popularity_lift"} < set(table["metric"])
    assert not {"coverage", "gini"} & set(table["metric"])


def test_all_pairs_are_corrected_together(split):
    models = {"best": Oracle(split.test), "popular": Popularity(), "biases": Biases()}
    found = {name: evaluate(model.fit(split.train), split, k=5) for name, model in models.items()}
    table = compare_all(found, "ndcg", resamples=300)
    assert table[["first", "second"]].to_numpy().tolist() == [
        ["best", "popular"],
        ["best", "biases"],
        ["popular", "biases"],
    ]
    assert table["p_holm"][0] == pytest.approx(3 / 301)
    with pytest.raises(ParameterError, match="two results"):
        compare_all({"best": found["best"]}, "ndcg")


def test_results_over_other_ratings_are_not_compared(world, split):
    first = evaluate(Popularity().fit(split.train), split, k=5)
    other = evaluate(Popularity().fit(split.train), split, k=4)
    with pytest.raises(ParameterError, match="cannot be paired"):
        compare(first, other)
    with pytest.raises(ParameterError, match="'coverage' cannot be compared"):
        compare(first, first, ["coverage"])


def of_films(users, films, value=4.0):
    table = pd.DataFrame({"user_id": users, "movie_id": films, "rating": value})
    return Interactions.from_frames(table, rating_scale=(1, 5))


def test_another_catalogue_of_the_same_size_is_refused():
    train = of_films([1, 1, 2, 2, 3, 3], [10, 20, 10, 30, 20, 30])
    for test in (of_films([1, 2, 3], [60, 50, 40]), of_films([4, 5, 6], [10, 20, 30])):
        split = Split(train, train.subset([]), test)
        with pytest.raises(ParameterError, match="another catalogue"):
            evaluate(Popularity().fit(train), split, ["recall"], k=1)


def test_results_over_other_catalogues_do_not_compare():
    results = []
    for offset in (0, 100):
        pairs = [(user, film) for user in range(20) for film in range(20) if (user + film) % 3]
        users, films = zip(*pairs, strict=True)
        split = per_user_split(of_films(users, np.array(films) + offset))
        results.append(evaluate(Popularity().fit(split.train), split, ["recall"], k=2))
    with pytest.raises(ParameterError, match="different held-out ratings"):
        compare(*results)


@given(st.sampled_from([2.2, 4.6, 7.3, 9.8]))
@settings(max_examples=4)
def test_a_threshold_is_the_same_in_every_precision(threshold):
    generator = np.random.default_rng(0)
    pairs = generator.choice(600, 400, replace=False)
    ratings = generator.choice([2.2, 4.6, 7.3, 9.8], 400)
    table = pd.DataFrame({"user_id": pairs // 15, "movie_id": pairs % 15, "rating": ratings})
    split = per_user_split(Interactions.from_frames(table))
    fitted = Popularity().fit(split.train)
    found = [
        evaluate(fitted, split, ["recall"], relevant_from=kind(threshold), resamples=100)
        for kind in (float, np.float64, np.float32)
    ]
    assert len({(result["recall"], len(result.users)) for result in found}) == 1
    reached = {
        user
        for user, rating in zip(split.test.user, split.test.rating, strict=True)
        if rating >= np.float32(threshold)
    }
    assert len(found[0].users) == len(reached)


@pytest.mark.parametrize("metric", ["recall", "ndcg", "auc", "coverage"])
def test_scores_of_nan_are_refused_and_not_counted_as_misses(metric):
    pairs = np.random.default_rng(0).choice(300, 150, replace=False)
    split = per_user_split(of_films(pairs // 15, pairs % 15))

    def scores(users):
        return np.where((users % 2 == 0)[:, None], np.nan, np.arange(split.train.n_items * 1.0))

    with pytest.raises(DataError, match=r"NaN|not a finite number"):
        evaluate(HandMade(split.train, scores=scores), split, [metric], k=2)


def test_nan_of_what_was_seen_does_no_harm():
    pairs = np.random.default_rng(0).choice(300, 150, replace=False)
    split = per_user_split(of_films(pairs // 15, pairs % 15))
    seen = (split.train.matrix() + split.validation.matrix()).toarray() > 0

    def scores(users):
        return np.where(seen[users], np.nan, np.arange(split.train.n_items * 1.0))

    assert evaluate(HandMade(split.train, scores=scores), split, ["recall"], k=2)["recall"] > 0
