"""Lesson 10: its sums are the helpers', its findings hold on other splits, its exercises teach."""

import re

import nbformat
import numpy as np
import pandas as pd
import pytest
from definitions import definition

from course import lessons
from helpers import data, evaluation, features, metrics, splits
from helpers.checks.lessons import recommend_by_content as checks
from helpers.evaluation import auc_by_ratings
from helpers.interactions import Interactions
from helpers.knowledge import Constraint, broken, relaxations
from helpers.recommenders import EASE, ContentProfiles, ItemNeighbours, NaiveBayes, Popularity

# The four films of the lesson: Comedy, Drama, War, 1980s, 1990s.
COUNTS = np.array([[0, 1, 1, 1, 0], [0, 1, 0, 0, 1], [1, 0, 0, 0, 1], [0, 1, 1, 0, 1]])


@pytest.fixture(scope="module")
def notebook():
    return nbformat.read(lessons.find(["recommend_by_content"])[0], as_version=4)


@pytest.fixture(scope="module")
def text(notebook):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


@pytest.fixture(scope="module")
def films():
    return Interactions.from_dataset(data.load("movielens-small"))


@pytest.fixture(scope="module")
def split(films):
    return splits.per_user_split(films, random_state=0)


def printed(notebook, word):
    """All that the cell prints whose code holds this word."""
    (cell,) = [c for c in notebook.cells if c.cell_type == "code" and word in c.source]
    found = [o.get("text", "") or o.get("data", {}).get("text/plain", "") for o in cell.outputs]
    return "\n".join(found)


def rows(text, *heads):
    """The cells of the rows of tables that begin with these names."""
    found = {line.split("|")[1].strip(): line for line in text.splitlines() if line.startswith("|")}
    return [[cell.strip() for cell in found[head].split("|")[2:-1]] for head in heads]


def test_tfidf_by_hand_is_that_of_the_helpers_and_of_the_table(text):
    by_hand = definition("recommend_by_content", "tfidf_by_hand", np=np)
    np.testing.assert_allclose(by_hand(COUNTS), features.tfidf(COUNTS).toarray())
    weights = features.inverse_document_frequency(COUNTS)
    weighted = COUNTS * weights
    table = text.split("| films that have it")[0].rpartition("\n\n")[2]
    table += "| films that have it" + text.split("| films that have it")[1].split("\n\n")[0]
    said = rows(table, "films that have it", "weight", "Lantern", "Harbour", "Zoo")
    expected = [COUNTS.sum(axis=0), weights, *weighted[:3]]
    for cells, row in zip(said, expected, strict=True):
        assert [float(cell) for cell in cells] == pytest.approx(row, abs=0.005)
    last = re.search(r"Did you get ([\d., ]+), and the length ([\d.]+)\?", text)
    assert [float(value) for value in last[1].split(",")] == pytest.approx(weighted[3], abs=0.005)
    assert float(last[2]) == pytest.approx(np.linalg.norm(weighted[3]), abs=0.005)


def test_ann_comes_before_ben_and_war_makes_the_difference(notebook):
    four = features.tfidf(COUNTS).toarray()
    profiles = np.array([four[[0, 1]].mean(axis=0), four[[1, 2]].mean(axis=0)])
    shares = profiles * four[3] / np.linalg.norm(profiles, axis=1, keepdims=True)
    assert shares[0].sum() > shares[1].sum() + 0.1
    assert shares[0, 2] > 0.2 and shares[1, 2] == 0
    said = printed(notebook, '["Ann", "Ben"]')
    for name, row in zip(("Ann", "Ben"), shares, strict=True):
        found = [float(value) for value in re.findall(rf"{name} +(.+)", said)[0].split()]
        assert found == pytest.approx([*row, row.sum()], abs=0.006)


def test_the_odds_by_hand_are_those_of_the_table(text, notebook):
    by_hand = definition("recommend_by_content", "odds_by_hand", np=np)
    has, likes = COUNTS[:, :3] > 0, np.array([True, True, False])
    ratios = [(2 + 1) / (1 + 1), (3 / 4) / (1 / 3), (2 / 4) / (1 / 3), (3 / 4) / (1 / 3)]
    said = rows(text, "before any term", "has Drama", "has War")
    assert [float(row[-1]) for row in said] == pytest.approx(ratios[:3])
    odds = by_hand(has[:3], likes, has[3])
    assert odds == pytest.approx(np.prod(ratios))
    assert f"odds {odds:.2f}" in printed(notebook, "def odds_by_hand")


def test_the_odds_by_hand_are_the_helper_s():
    by_hand = definition("recommend_by_content", "odds_by_hand", np=np)
    movies = pd.DataFrame({"movie_id": range(4), "title": list("abcd")})
    movies["genres"] = ["Drama|War", "Drama|Comedy", "Comedy", "Drama|War"]
    ratings = pd.DataFrame({"user_id": 1, "movie_id": [0, 1, 2], "rating": [5.0, 4.0, 1.0]})
    films = Interactions.from_frames(ratings, movies, keep_unrated=True)
    model = NaiveBayes("genre").fit(films)
    has = model.has_.toarray() > 0
    expected = by_hand(has[:3], np.array([True, True, False]), has[3])
    assert np.exp(model.predict([0], [3])[0]) == pytest.approx(expected)


def test_the_profiles_of_the_lesson_are_the_helper_s(split):
    """What the lesson asserts as well, for its own data set."""
    train = split.train
    vectors = features.tfidf(features.item_terms(train.movies, ["genre", "decade"]).counts)
    profiles = np.asarray(((train.matrix() > 0) @ vectors).todense())
    profiles /= np.linalg.norm(profiles, axis=1, keepdims=True)
    own = profiles - profiles.mean(axis=0)
    own /= np.linalg.norm(own, axis=1, keepdims=True)
    scores = ContentProfiles().fit(train).scores(np.arange(train.n_users))
    np.testing.assert_allclose(scores, own @ vectors.T.toarray(), atol=1e-9)
    pairs = (profiles @ profiles.T)[np.triu_indices(len(profiles), 1)]
    assert pairs.mean() == pytest.approx(0.75, abs=0.01)
    assert abs((own @ own.T)[np.triu_indices(len(own), 1)].mean()) < 0.01


def test_validation_chooses_genres_and_decades_centred(split):
    """On the shelf that the lesson looks at, and nothing else was tried on the test set."""
    found = {}
    for kinds in ("genre", "decade", "title", ("genre", "decade"), ("genre", "decade", "title")):
        for centred in (False, True):
            model = ContentProfiles(kinds, centred=centred).fit(split.train)
            table = auc_by_ratings(model, split, [0, 10], part="validation", resamples=100)
            found[kinds, centred] = table["value"].iloc[0]
    both, every = ("genre", "decade"), ("genre", "decade", "title")
    assert max(found, key=found.get) == (both, True)
    assert (ContentProfiles().kinds, ContentProfiles().centred) == (both, True)
    for centred in (False, True):
        assert found["genre", centred] + 0.02 < found["decade", centred] < found[both, centred]
        assert found["title", centred] < 0.56
        assert found[every, centred] < found[both, centred]
    assert found[every, False] < found[both, False] - 0.03
    assert all(found[kinds, True] >= found[kinds, False] for kinds, _centred in found)


def test_where_a_title_has_words_they_take_up_most_of_the_vector(films):
    terms = features.item_terms(films.movies)
    squares = features.tfidf(terms.counts).power(2)
    share = np.asarray(squares[:, terms.kinds == "title"].sum(axis=1)).ravel()
    assert np.mean(share[share > 0] > 0.5) > 0.9


@pytest.mark.parametrize("seed", [1, 2])
def test_the_lines_cross_around_ten_ratings_on_other_splits(films, seed):
    split = splits.per_user_split(films, random_state=seed)
    label, ease, popular = (
        auc_by_ratings(model.fit(split.train), split, resamples=100)["value"]
        for model in (ContentProfiles(), EASE(), Popularity())
    )
    assert ease["0"] == popular["0"] == 0.5 and label["0"] > 0.77
    assert 0.65 < ease["1–2"] < label["1–2"] - 0.05
    assert ease["3–9"] == pytest.approx(label["3–9"], abs=0.04)
    assert (ease[["10–29", "30–99", "100 on"]] > label[["10–29", "30–99", "100 on"]] + 0.03).all()
    assert (label > popular).all()


@pytest.mark.parametrize("seed", [0, 1])
def test_who_watches_most_beats_the_profile_and_both_beat_either(films, seed):
    split = splits.per_user_split(films, random_state=seed)
    train = split.train
    counts = np.bincount(train.item, minlength=films.n_items)
    cold = (counts == 0) & (np.bincount(split.test.item, minlength=films.n_items) > 0)
    near = ContentProfiles().fit(train).scores(np.arange(films.n_users)).T[cold]
    active = np.tile(np.log1p(np.bincount(train.user)), (cold.sum(), 1))
    watched = split.test.matrix().T.tocsr()[cold]
    label, most, both = (metrics.auc(one, watched) for one in (near, active, 4 * near + active))
    assert 0.8 < label < most - 0.02 and most + 0.02 < both


def test_to_watch_and_to_like_are_two_questions(split):
    train, test = split.train, split.test
    usual = np.bincount(train.user, train.rating) / np.bincount(train.user)
    liked = test.subset(test.rating >= usual[test.user]).matrix()
    others = test.matrix().toarray() == 0
    watch, like = {}, {}
    models = {"choices": ContentProfiles(), "stars": ContentProfiles(counting="stars")}
    models |= {"bayes": NaiveBayes(), "neighbours": ItemNeighbours(), "popular": Popularity()}
    for name, model in models.items():
        model.fit(train)
        watch[name] = evaluation.evaluate(model, split, ["auc"], resamples=100)["auc"]
        scores = model.scores(np.arange(train.n_users))
        like[name] = np.nanmean(metrics.per_user.auc(scores, liked, others))
    assert watch["choices"] > 0.7 and like["choices"] < 0.55
    for name in ("stars", "bayes"):
        assert watch[name] < 0.55 and like[name] > 0.59
    assert max(like, key=like.get) == "neighbours"
    assert max(watch, key=watch.get) == "popular"


def test_the_five_invented_films(text, notebook):
    shelf = pd.DataFrame(
        rows(text.split("## No rating at all")[1], "Lantern", "Harbour", "Zoo", "Cellar", "Signal"),
        columns=["decade", "minutes", "genres"],
    ).astype({"minutes": int})
    shelf["genres"] = shelf["genres"].str.replace(", ", "|")
    wishes = [Constraint("minutes", "less than", 120), Constraint("decade", "is", "1980s", 2)]
    wishes.append(Constraint("genres", "excludes", "Horror", 3))
    prices = broken(shelf, wishes) @ [wish.cost for wish in wishes]
    assert prices.tolist() == [1, 2, 2, 3, 1]
    said = printed(notebook, "shelf = pd.DataFrame")
    for option in relaxations(shelf, wishes).itertuples():
        assert f"{option.cost:.0f}: drop '{option.dropped[0]}', then {option.films} fit" in said


def test_the_stored_run_says_what_the_prose_says(notebook):
    said = [float(value) for value in re.findall(r"\d\.\d+", lessons.headline(notebook))]
    label, ease, near, most, both = said
    assert ease == 0.5 and label == pytest.approx(0.79, abs=0.01)
    assert near < most < both
    listed = re.search(r"nDCG@10: (.+)", printed(notebook, "shelves = {"))[1]
    ndcg = [float(value) for value in re.findall(r"\d\.\d+", listed)]
    popular, label, _neighbours, ease = ndcg
    assert label < popular / 4 and 9 < ease / label < 13


@pytest.mark.parametrize("exercise", [checks.exercise_1, checks.exercise_2, checks.exercise_3])
def test_an_exercise_that_is_not_attempted_says_so(exercise, capsys):
    exercise(...)
    assert "Not attempted" in capsys.readouterr().out


@pytest.mark.parametrize(("letter", "said"), [("a", "about one"), ("c", "two"), ("d", "yesterday")])
def test_exercise_1_has_a_reason_for_each_wrong_letter(letter, said, capsys):
    checks.exercise_1(letter)
    assert said in capsys.readouterr().out.replace("\n", " ")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda counts: 1 + np.log(counts.sum(axis=0) / len(counts)), "the colleague's"),
        (lambda counts: 1 + np.log(len(counts) / counts.sum(axis=0)), "how many films have it"),
        (lambda counts: 1 + np.log((counts > 0).mean(axis=0)), "Which way up"),
        (lambda counts: np.log(len(counts) / (counts > 0).sum(axis=0)), "and so is the 1"),
        (
            lambda counts: 1 + np.log((1 + len(counts)) / (1 + (counts > 0).sum(axis=0))),
            "with smoothing",
        ),
    ],
)
def test_exercise_2_names_the_misconception(answer, said, capsys):
    checks.exercise_2.tries = 0
    checks.exercise_2(answer)
    assert said in capsys.readouterr().out.replace("\n", " ")


def test_exercise_2_takes_the_helper():
    checks.exercise_2(features.inverse_document_frequency, strict=True)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda b, c: ((b @ c).min(), (b @ c).argmin()), "how many have the price"),
        (
            lambda b, c: (b.sum(axis=1).min(), (b.sum(axis=1) == b.sum(axis=1).min()).sum()),
            "a cost of its own",
        ),
        (lambda b, c: ((~b @ c).min(), (~b @ c == (~b @ c).min()).sum()), "those that it breaks"),
        (lambda b, c: (c.min(), 1), "Ask the films"),
    ],
)
def test_exercise_3_names_the_misconception(answer, said, capsys):
    checks.exercise_3.tries = 0
    checks.exercise_3(answer)
    assert said in capsys.readouterr().out.replace("\n", " ")


def test_exercise_3_takes_the_helper():
    def by_helper(breaks, costs):
        films = pd.DataFrame(breaks.astype(int), columns=[f"w{n}" for n in range(breaks.shape[1])])
        wishes = [
            Constraint(name, "is", 0, cost=float(cost))
            for name, cost in zip(films, costs, strict=True)
        ]
        options = relaxations(films, wishes)
        cheapest = options[options["cost"] == options["cost"].min()]
        return cheapest["cost"].iloc[0], cheapest["films"].sum()

    checks.exercise_3(by_helper, strict=True)
