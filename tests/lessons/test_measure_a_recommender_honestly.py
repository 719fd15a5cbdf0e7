"""Lesson 08: its metrics and the helpers' agree, its advice rests on the board, exercises teach."""

import re

import nbformat
import numpy as np
import pytest
from definitions import definition

from course import lessons
from course.board import ENTRIES
from helpers import data, metrics, simulation, splits
from helpers.checks.lessons import measure_a_recommender_honestly as checks
from helpers.evaluation import evaluate, stored_leaderboard
from helpers.interactions import Interactions
from helpers.recommenders import EASE, Biases, Popularity

# The three users of the lesson, of the docstring of helpers.metrics and of its tests.
LISTS = np.array([[0, 1], [4, 2], [3, 4]])
RELEVANT = np.array([[1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [0, 0, 1, 0, 0]])
METRICS = {
    "precision": metrics.precision_at_k,
    "recall": metrics.recall_at_k,
    "MRR": metrics.mrr_at_k,
    "MAP / min": metrics.map_at_k_over_min,
    "MAP / relevant": metrics.map_at_k_over_relevant,
    "nDCG": metrics.ndcg_at_k,
}


@pytest.fixture(scope="module")
def notebook():
    return nbformat.read(lessons.find(["measure_a_recommender_honestly"])[0], as_version=4)


def prose(notebook):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


@pytest.mark.parametrize("k", [1, 2])
def test_the_metrics_by_hand_are_those_of_the_helpers(k):
    by_hand = definition("measure_a_recommender_honestly", "by_hand", np=np)
    found = [
        by_hand(ranked, set(np.flatnonzero(relevant)), k)
        for ranked, relevant in zip(LISTS.tolist(), RELEVANT, strict=True)
    ]
    for name, metric in METRICS.items():
        each = getattr(metrics.per_user, metric.__name__)(LISTS, RELEVANT, k)
        assert [row[name] for row in found] == pytest.approx(each), name
        assert np.mean([row[name] for row in found]) == pytest.approx(metric(LISTS, RELEVANT, k))


def test_the_table_of_the_lesson_is_that_of_the_docstring(notebook):
    (cell,) = [cell for cell in notebook.cells if "def by_hand" in cell.source]
    table = cell.outputs[0]["data"]["text/plain"].splitlines()
    said = {line.split()[0]: [float(value) for value in line.split()[1:]] for line in table[1:]}
    documented = {
        name: re.search(rf"{metric.__name__} +(\S+)  \[(.+)\]", metrics.__doc__)
        for name, metric in METRICS.items()
    }
    for column, match in enumerate(documented.values()):
        assert said["mean"][column] == pytest.approx(float(match[1]), abs=6e-4)
        each = [float(value) for value in match[2].split(",")]
        assert [said[user][column] for user in "ABC"] == pytest.approx(each, abs=6e-4)


def test_the_table_beyond_accuracy_is_that_of_the_helpers(notebook):
    text = prose(notebook)
    popular = np.array([[0, 1]] * 3)
    assert metrics.catalogue_coverage_at_k(LISTS, 5, 2) == 1 and "| 5 of 5 |" in text
    novelty = metrics.per_user.novelty_at_k(LISTS, [8, 4, 2, 1, 1], 8, 2)
    assert novelty == pytest.approx([(0 + 1) / 2, (3 + 2) / 2, (3 + 3) / 2])
    assert "| (0 + 1) / 2 | (3 + 2) / 2 | (3 + 3) / 2 | 2 |" in text
    genres = np.array([[1, 0], [1, 0], [1, 1], [0, 1], [0, 1]])
    diversity = metrics.per_user.intra_list_diversity_at_k(LISTS, genres, 2)
    assert diversity == pytest.approx([0, 1 - 1 / np.sqrt(2), 0])
    assert diversity.mean() == pytest.approx(0.10, abs=0.005)
    serendipity = metrics.per_user.serendipity_at_k(LISTS, RELEVANT, popular, 2)
    assert serendipity == pytest.approx([0, 1 / 2, 0])
    assert serendipity.mean() == pytest.approx(0.17, abs=0.005)


def test_the_true_error_is_the_mean_over_all_stars_that_could_be_given():
    true_rmse = definition("measure_a_recommender_honestly", "true_rmse", np=np)
    # 3 stars are said; 1 or 5 are given with equal chance, then 3 for sure.
    chances = np.array([[0.5, 0, 0, 0, 0.5], [0, 0, 1, 0, 0]])
    assert true_rmse(np.array([3.0, 3.0]), chances) == pytest.approx(np.sqrt((4 + 0) / 2))
    several = true_rmse(np.array([[3.0, 3.0], [3.0, 4.0]]), chances)
    assert several == pytest.approx(np.sqrt([2, 2.5]))


def test_how_many_candidates_are_above_counts_a_tie_half():
    class Scores:
        def scores(self, users):
            return np.array([[0.9, 0.5, 0.5, 0.1, 0.7]])[users]

    class Row:
        def __init__(self, *items):
            self.indices = np.array(items)

    above = definition(
        "measure_a_recommender_honestly", "above", np=np, rated=[Row(0, 1)], tested=[Row(1)]
    )
    count, share, weight = above(Scores(), 0)
    # Of films 2, 3 and 4, one is above film 1, one is level.
    assert (count, share, weight) == (pytest.approx(1.5), pytest.approx(0.5), pytest.approx(1))


@pytest.fixture(scope="module")
def films():
    return Interactions.from_dataset(data.load("movielens-small"))


def test_the_share_of_popular_lately_is_the_one_that_validation_chooses(films, notebook):
    (cell,) = [cell for cell in notebook.cells if "def lately" in cell.source]
    split = splits.global_time_split(films)
    time = split.train.timestamp

    def ndcg(share, part):
        newest = split.train.subset(time >= np.quantile(time, 1 - share))
        return evaluate(Popularity().fit(newest), split, ["ndcg"], part=part)["ndcg"]

    shares = (0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
    best = max(shares, key=lambda share: ndcg(share, "validation"))
    assert f"np.quantile(train.timestamp, {1 - best:g})" in cell.source
    assert ndcg(best, "test") > evaluate(EASE().fit(split.train), split, ["ndcg"])["ndcg"] + 0.05


def test_a_sampled_metric_turns_popularity_and_ease_round(films):
    split = splits.per_user_split(films)
    tested = split.test.matrix()
    rated = split.train.matrix() + split.validation.matrix() + tested
    above = definition("measure_a_recommender_honestly", "above", np=np, rated=rated, tested=tested)
    rng, users = np.random.default_rng(0), np.unique(split.test.user)
    exact, sampled = {}, {}
    for model in (EASE(), Popularity()):
        model.fit(split.train)
        count, share, weight = np.hstack([above(model, user) for user in users])
        exact[type(model)] = np.average(count < 10, weights=weight)
        sampled[type(model)] = np.average(rng.binomial(20, share) < 10, weights=weight)
    assert exact[EASE] > 2 * exact[Popularity]
    assert sampled[EASE] < sampled[Popularity] - 0.01


@pytest.mark.parametrize("seed", [0, 1])
def test_in_the_simulated_world_hits_and_stars_disagree_and_few_ratings_weigh_most(seed):
    world = simulation.simulate(1500, 600, 120_000, random_state=seed)
    split = splits.per_user_split(Interactions.from_dataset(world.dataset, keep_unrated=True))
    users, test = np.arange(split.train.n_users), split.test
    weight = np.sort(1 / world.truth.propensity(test.user, test.item))
    assert weight[-len(weight) // 10 :].sum() > weight.sum() / 2
    stars, hits = [], []
    for model in (Popularity(), EASE(), Biases()):
        items, _ = model.fit(split.train).rank(users)
        stars.append(world.truth.expected(users[:, None], items).mean())
        hits.append(evaluate(model, split, ["ndcg"], relevant_from=4)["ndcg"])
    assert min(hits[:2]) > hits[2] + 0.05
    assert max(stars[:2]) < stars[2] - 0.4


@pytest.fixture(scope="module")
def board():
    """The rows that the lesson shows: later lessons have added others."""
    order = list(lessons.numbers())
    until_here = order[: order.index("measure_a_recommender_honestly") + 1]
    shown = {entry.name for entry in ENTRIES if entry.lesson in until_here}
    shown |= {"EASE", "Implicit ALS", "Implicit item neighbours"}
    tables = (stored_leaderboard(protocol).table() for protocol in ("random", "time"))
    return tuple(table[table.index.isin(shown)] for table in tables)


def test_the_advice_rests_on_the_board(board):
    random, time = board
    ndcg, rmse = random["ndcg"], random["rmse"]
    popular, averages = "Popularity", "Two averages"
    learners = ["EASE", "Implicit ALS", "Implicit item neighbours", "Two towers"]
    assert (ndcg[learners] > ndcg[popular] + 0.05).all()
    assert np.allclose(time["ndcg"][learners], time["ndcg"][popular], atol=0.02)
    assert ndcg["EASE"] == pytest.approx(ndcg["Implicit ALS"], abs=0.02)
    assert random["fit_seconds"]["EASE"] < 1
    parameters = random["n_parameters"]
    assert 50 < parameters["EASE"] / parameters["Implicit ALS"] < 90
    assert ndcg["Implicit item neighbours"] < ndcg[["EASE", "Implicit ALS"]].min()
    assert random["coverage"][learners].idxmax() == "Two towers"
    assert rmse.idxmin() == "Item neighbours" and ndcg["Item neighbours"] < ndcg[popular]
    for name in ("Matrix factorization", "Deep factorization"):
        assert rmse[name] < rmse[averages]
    assert ndcg.idxmin() == "Deep factorization"


def test_the_ties_that_the_lesson_speaks_of_are_those_of_the_board():
    tied = [set(pair) for pair in stored_leaderboard("random").header["ties"]["ndcg"]]
    assert {"Implicit ALS", "EASE"} in tied
    assert {"Matrix factorization", "Item neighbours"} in tied


def test_every_row_that_the_advice_names_is_on_the_board(notebook, board):
    guide = prose(notebook).split("## Which recommender when")[1].split("## Exercises")[0]
    named = set(re.findall(r"\*([A-Z][\w ]+)\*", guide)) - {"Popular lately"}
    assert named - set(board[0].index) == set()
    assert len(named) >= 8


def test_the_stored_run_has_the_board_of_the_course(notebook, board):
    said = [float(value) for value in re.findall(r"\d\.\d+", lessons.headline(notebook))]
    expected = [table["ndcg"][name] for name in ("EASE", "Popularity") for table in board]
    assert said == pytest.approx(expected, abs=6e-4)


def test_the_stored_run_reverses_what_the_lesson_says_it_reverses(notebook):
    texts = [
        output.get("text", "")
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    ]
    (lately,) = [text for text in texts if "Popular lately less EASE" in text]
    ends = [float(value) for value in re.findall(r"-?\d\.\d+", lately)]
    assert max(ends[:4]) < 0 < min(ends[4:])
    known = [int(share) for share in re.findall(r"(\d+)%", lately)]
    assert known[:2] == [100, 100] and known[2] < 10


@pytest.mark.parametrize("exercise", [checks.exercise_1, checks.exercise_2, checks.exercise_3])
def test_an_exercise_that_is_not_attempted_says_so(exercise, capsys):
    exercise(...)
    assert "Not attempted" in capsys.readouterr().out


@pytest.mark.parametrize(("letter", "said"), [("a", "change"), ("b", "exact"), ("d", "sharp")])
def test_exercise_1_has_a_reason_for_each_wrong_letter(letter, said, capsys):
    checks.exercise_1(letter)
    assert said in capsys.readouterr().out


def precise(hits, k):
    return (hits[:k] * hits[:k].cumsum() / np.arange(1, min(k, len(hits)) + 1)).sum()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda hits, n, k: precise(hits, k) / k, "the colleague's"),
        (lambda hits, n, k: precise(hits, k) / n, "TREC"),
        (lambda hits, n, k: precise(hits, k) / max(hits[:k].sum(), 1), "hits that were made"),
        (lambda hits, n, k: precise(hits, k), "perfect list"),
    ],
)
def test_exercise_2_names_the_misconception(answer, said, capsys):
    checks.exercise_2.tries = 0
    checks.exercise_2(answer)
    assert said in capsys.readouterr().out.replace("\n", " ")


def test_exercise_2_takes_the_helper(capsys):
    def by_helper(hits, n_relevant, k):
        # The hits are films 0, 1, …; what is relevant and not in the list comes after them.
        found = int(hits[:k].sum())
        ranked = np.where(hits[:k] == 1, np.cumsum(hits[:k]) - 1, 50 + np.arange(len(hits[:k])))
        relevant = np.zeros((1, 100))
        relevant[0, :found] = 1
        relevant[0, 30 : 30 + n_relevant - found] = 1
        return metrics.map_at_k_over_min(ranked[None], relevant, min(k, len(hits)))

    checks.exercise_2(by_helper, strict=True)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda e, p: np.sqrt(np.average(e**2, weights=p)), "Which were too few"),
        (lambda e, p: np.sqrt((e**2 / p).mean()), "what the weights add up to"),
        (lambda e, p: np.average(e**2, weights=1 / p), "the R of RMSE"),
        (lambda e, p: np.sqrt(np.average(abs(e), weights=1 / p)), "stands for squared"),
        (lambda e, p: np.average(abs(e), weights=1 / p), "absolute error"),
        (lambda e, p: 0.0, "Weights first"),
    ],
)
def test_exercise_3_names_the_misconception(answer, said, capsys):
    checks.exercise_3.tries = 0
    checks.exercise_3(answer)
    assert said in capsys.readouterr().out.replace("\n", " ")


def test_a_rare_rating_speaks_for_many():
    checks.exercise_3(lambda e, p: np.sqrt(np.average(e**2, weights=1 / p)), strict=True)
