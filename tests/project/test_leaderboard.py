"""The stored leaderboard is that of today's data and code; README and guide say what it says."""

import math
import re

import pytest

from course import board as course
from course.board import course_recommenders
from course.measured import board_pages as pages
from helpers.data import load
from helpers.evaluation import leaderboard, stored, stored_leaderboard
from helpers.evaluation.measures import LOWER_IS_BETTER
from helpers.evaluation.provenance import data_hash, settings
from helpers.interactions import Interactions
from helpers.recommenders.keras.estimator import KerasRecommender

PROTOCOLS = list(course.PROTOCOLS)
SEED = 0
# By time almost everybody is new, so one of each family is enough there.
BY_TIME = ("Popularity", "Two averages", "Item neighbours", "Matrix factorization", "EASE")
# Another processor adds in another order. That moves what is solved by a rounding, which may swap
# two films of one list, and what Keras learns step by step by as much as another seed would.
TOLERANCES = {
    "solved": {"rmse": 1e-4, "mae": 1e-4, "ndcg": 0.002, "recall": 0.002, "coverage": 0.001},
    "learnt": {"rmse": 0.005, "mae": 0.005, "ndcg": 0.02, "recall": 0.015, "coverage": 0.02},
}
REMEDY = "`course leaderboard --update` measures it again"


@pytest.fixture(scope="module")
def boards():
    return {protocol: stored_leaderboard(protocol) for protocol in PROTOCOLS}


@pytest.fixture(scope="module")
def interactions():
    return Interactions.from_dataset(load(stored.DATA))


@pytest.fixture(scope="module")
def guide(root):
    return (root / "book" / "which_recommender_when.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_it_is_of_the_embedded_data(boards, interactions, protocol):
    assert boards[protocol].header["data"]["sha256"] == data_hash(interactions), REMEDY


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_its_settings_are_those_of_the_course(boards, protocol):
    header = boards[protocol].header
    expected = {}
    for name, one in course_recommenders().items():
        own = {option: value for option, value in settings(one).items() if option != "random_state"}
        expected[name] = {"class": type(one).__name__, "settings": own}
    assert header["recommenders"] == expected, REMEDY
    assert header["seeds"] == list(course.SEEDS)
    assert header["protocol"] == f"{course.PROTOCOLS[protocol].__name__}()"


@pytest.mark.parametrize(
    ("protocol", "name"),
    [("random", entry.name) for entry in course.ENTRIES] + [("time", name) for name in BY_TIME],
)
def test_a_fresh_run_agrees(boards, interactions, protocol, name):
    model = course_recommenders()[name]
    tolerance = TOLERANCES["learnt" if isinstance(model, KerasRecommender) else "solved"]
    fresh = leaderboard(
        {name: model},
        interactions,
        protocol=course.PROTOCOLS[protocol],
        seeds=[SEED],
        metrics=tolerance,
        resamples=100,
        progress=False,
    )
    found, stored = (figures(board, name) for board in (fresh, boards[protocol]))
    assert set(found) <= set(stored)
    for metric, largest in tolerance.items():
        if metric in found:
            assert found[metric] == pytest.approx(stored[metric], abs=largest), REMEDY


def figures(board, name):
    mine = (board.results["recommender"] == name) & (board.results["seed"] == SEED)
    return board.results[mine].set_index("metric")["value"].to_dict()


def test_the_readme_shows_it(root, boards):
    readme = (root / "README.md").read_text(encoding="utf-8")
    assert readme == pages.with_table(readme, pages.readme_table(**boards)), REMEDY


def test_the_guide_shows_it(guide, boards):
    assert guide == pages.with_figures(guide, boards), REMEDY


def test_the_guide_has_no_figure_but_those_in_its_rows(guide):
    prose = [line for line in guide.splitlines() if not line.startswith("|")]
    assert re.findall(r"\d\.\d+", "\n".join(prose)) == []


def test_each_claim_of_the_guide_stands_over_rows(guide):
    """All sections but the first words and the last, which say what the rows cannot."""
    _opening, *claims, last = re.split(r"(?m)^## ", guide)
    assert len(claims) >= 6
    for claim in claims:
        assert len(pages.FIGURE.findall(claim)) >= 2, claim.splitlines()[0]
    assert not pages.FIGURE.search(last)


def test_the_rows_under_a_claim_are_in_order(guide, boards):
    """Best first, costs from small to large, so that an order claimed in words is one of rows."""
    metric_of = {written: metric for metric, (written, _digits) in pages.WRITTEN.items()}
    for section in re.split(r"(?m)^## ", guide):
        last = {}
        for name, written, protocol in pages.FIGURE.findall(section):
            metric = metric_of[written]
            table = boards[protocol].table(metric)
            smaller = metric in (*LOWER_IS_BETTER, "fit_seconds", "score_seconds", "n_parameters")
            value = table[metric][name] * (1 if smaller else -1)
            assert value >= last.get((metric, protocol), -math.inf), (name, written)
            last[metric, protocol] = value


def test_by_time_hardly_any_user_is_known(interactions):
    split = course.PROTOCOLS["time"](interactions)
    known = set(split.train.user.tolist())
    users = set(split.test.user.tolist())
    assert len(users & known) < 0.1 * len(users)


def test_what_the_guide_claims_of_all(boards):
    """The claims about every recommender of a kind, which a few rows cannot hold."""
    models = course_recommenders()
    stars = [name for name, one in models.items() if one.predicts_stars]
    by_time, random = (boards[protocol].table("ndcg")["ndcg"] for protocol in ("time", "random"))
    assert (random[stars] < random["Popularity"]).all()
    assert set(random.index[:3]) == {"EASE and content", "EASE", "Implicit ALS"}
    choices = [name for name in models if name not in (*stars, "Naive Bayes")]
    assert by_time[choices].min() > by_time[stars].max() + 0.1
    tied = [set(pair) for pair in boards["time"].header["ties"]["ndcg"]]
    assert all({name, "Popularity"} in tied for name in choices if name != "Popularity")
    rmse = boards["random"].table("rmse")["rmse"].dropna()
    assert rmse.index[0] == "Item neighbours"
    assert rmse["Two averages"] - rmse.min() < 0.03
    scoring = boards["random"].table("score_seconds")["score_seconds"]
    assert scoring.idxmax() == "Deep factorization"
    assert scoring.max() > 2 * scoring.drop("Deep factorization").max()
