"""Lesson 04: its code and the helpers' agree, and what its prose states is so."""

import os
import re
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from definitions import definition
from scipy import sparse
from sklearn.neighbors import NearestNeighbors

from course import lessons
from helpers import data, similarity
from helpers.checks.lessons import find_neighbours as checks
from helpers.interactions import Interactions
from helpers.metrics import rmse
from helpers.recommenders import Biases, ItemNeighbours, UserNeighbours
from helpers.splits import random_split

RATED = {"Mrs. Doubtfire": 3, "Dumb & Dumber": 4, "Ace Ventura: Pet Detective": 5, "Home Alone": 5}
# Cosine distances from Liar Liar over the first 1,114 users of MovieLens 1M, zeros for unknown.
PUBLISHED = {
    "Mrs. Doubtfire": 0.417,
    "Dumb & Dumber": 0.458,
    "Mask, The": 0.477,
    "Ace Ventura": 0.481,
    "Wedding Singer, The": 0.482,
    "Wayne's World": 0.485,
    "League of Their Own, A": 0.490,
    "Austin Powers": 0.495,
    "Home Alone": 0.501,
    "My Cousin Vinny": 0.501,
}


@pytest.fixture(scope="module")
def notebook():
    return nbformat.read(lessons.find(["find_neighbours"])[0], as_version=4)


@pytest.fixture(scope="module")
def catalogue():
    return Interactions.from_dataset(data.load("movielens-small"))


@pytest.fixture(scope="module")
def films(catalogue):
    return catalogue.matrix().T.tocsr()


@pytest.fixture(scope="module")
def film(catalogue):
    return catalogue.item_of_title("Liar Liar (1997)")


def output(notebook, beginning: str) -> str:
    """The text that the code cell with this in it has stored."""
    cell = next(c for c in notebook.cells if c.cell_type == "code" and beginning in c.source)
    return "\n".join(o.get("text", "") or o.data["text/plain"] for o in cell.outputs)


def nearest(films: sparse.csr_matrix, film: int) -> tuple[np.ndarray, np.ndarray]:
    """The ten nearest films and their distances, as the lesson finds them."""
    search = NearestNeighbors(n_neighbors=11, metric="cosine").fit(films)
    distance, items = search.kneighbors(films[film])
    return items[0, 1:], distance[0, 1:]


def prefix_index(catalogue: Interactions, title: str) -> int:
    return definition("find_neighbours", "find_film", titles=catalogue.titles)(title, None)


def test_the_three_arrays_by_hand_are_those_of_scipy(notebook):
    prose = next(c.source for c in notebook.cells if "| `indptr` |" in c.source)
    rows = re.findall(r"^\| user \d \|(.*)\|$", prose, flags=re.MULTILINE)
    stars = [[int(x) if x.strip() != "·" else 0 for x in row.split("|")] for row in rows]
    matrix = sparse.csr_matrix(np.array(stars))
    assert matrix.shape == (3, 6)
    for name in ("data", "indices", "indptr"):
        by_hand = re.search(rf"^\| `{name}` \|.*\| ([\d ]+) \|$", prose, flags=re.MULTILINE)[1]
        assert getattr(matrix, name).tolist() == [int(x) for x in by_hand.split()]


def test_scikit_learn_finds_the_neighbours_of_the_helpers(films, film):
    items, distance = nearest(films, film)
    cosine = similarity.cosine(films[film], films).toarray()[0]
    assert np.allclose(distance, 1 - cosine[items], atol=1e-6)
    cosine[film] = 0
    assert np.allclose(np.sort(distance), 1 - np.sort(cosine)[:-11:-1], atol=1e-6)


def test_the_real_ml_1m_has_the_published_distances():
    archive = Path(os.environ.get("COURSE_REAL_DATA", "")) / "ml-1m.zip"
    if "COURSE_REAL_DATA" not in os.environ or not archive.is_file():
        pytest.skip("set COURSE_REAL_DATA to a folder that holds ml-1m.zip")
    dataset = data.load(archive)
    first = dataset.ratings[dataset.ratings["user_id"] <= 1114]
    catalogue = Interactions.from_frames(first, dataset.movies, rating_scale=dataset.rating_scale)
    items, distance = nearest(
        catalogue.matrix().T.tocsr(), catalogue.item_of_title("Liar Liar (1997)")
    )
    assert np.allclose(distance, list(PUBLISHED.values()), atol=1e-3)
    # The last two are equal to three decimals, so their order is open.
    for name in PUBLISHED:
        assert any(title.startswith(name) for title in catalogue.titles[items]), name


def test_opinions_do_not_make_the_neighbours_of_zero_filled_stars(films, film):
    ten_nearest = definition("find_neighbours", "ten_nearest", np=np, films=films, film=film)
    names = {"np": np, "films": films, "film": film, "SEED": 1, "ten_nearest": ten_nearest}
    survivors = definition("find_neighbours", "survivors", **names)

    def shrunk(row, others):
        return similarity.pearson(row, others, shrinkage=100, min_overlap=3)

    assert survivors(similarity.cosine, shuffles=10) > 5
    assert survivors(shrunk, shuffles=10) < 1
    assert film not in ten_nearest(films[film], similarity.cosine)


def test_the_nearest_by_raw_correlation_shares_three_raters(films, film):
    r = similarity.pearson(films[film], films, min_overlap=3).toarray()[0].round(6)
    shared = similarity.overlap(films[film], films).toarray()[0]
    r[film] = 0
    assert shared[r.argmax()] == 3
    assert np.count_nonzero(r == 1) > 10
    shrunk = similarity.pearson(films[film], films, shrinkage=100).toarray()[0]
    by_hand = r * shared / (shared + 100)
    by_hand[film] = shrunk[film]
    assert np.allclose(by_hand[shared > 2], shrunk[shared > 2], atol=1e-6)
    shrunk[film] = 0
    assert shared[np.argsort(-shrunk)[:10]].min() >= 30


def test_the_new_user_gets_the_same_from_the_lesson_and_the_helper(catalogue):
    four = np.array([prefix_index(catalogue, title) for title in RATED])
    assert [catalogue.titles[item][:6] for item in four] == ["Mrs. D", "Dumb &", "Ace Ve", "Home A"]
    stars, matrix = np.array(list(RATED.values()), dtype=float), catalogue.matrix()
    pearson = definition("find_neighbours", "pearson", np=np, stars=stars)
    table = matrix[:, four].toarray()
    r = np.array([pearson(row) if row.any() else 0.0 for row in table])
    there = similarity.pearson(np.atleast_2d(stars), table).toarray()[0]
    assert np.allclose(r, there, atol=1e-9)

    alike = np.maximum(r, 0)
    weight = (matrix > 0).astype(float).T @ alike
    heard = weight > 0
    mean = np.divide(matrix.T @ alike, weight, out=np.zeros_like(weight), where=heard)
    mean[four] = 0
    options = {"similarity": "pearson", "shrinkage": 0, "damping": 0}
    helper = UserNeighbours(catalogue.n_users, centring="none", **options).fit(catalogue)
    n = int(heard.sum())
    theirs = helper.recommend_for(dict(zip(four, stars, strict=True)), catalogue.n_items)
    theirs = theirs[heard[theirs["item"]]]
    assert len(theirs) > n - 5 and np.allclose(theirs["score"], mean[theirs["item"]], atol=1e-6)


def test_the_damped_scores_of_the_lesson_are_those_of_the_helper(notebook, catalogue):
    # The cell itself asserts the equality when it runs; here we hold it to asking the question.
    source = next(c.source for c in notebook.cells if "UserNeighbours(k=" in c.source)
    assert 'assert np.allclose(theirs["score"], score[best]' in source
    stored = output(notebook, "UserNeighbours(k=")
    assert "Shawshank" in stored


def test_every_cure_is_needed(notebook):
    text = output(notebook, "scores.round(3)")
    baseline = float(re.search(r"baseline alone: ([\d.]+)", text)[1])
    rows = re.findall(r"^(raw stars|less [a-z' ]*?) +([\d. ]+)$", text, flags=re.MULTILINE)
    table = pd.DataFrame({name: map(float, values.split()) for name, values in rows}).T
    table.columns = ["plain", "damping", "shrinkage", "both"]
    assert table.loc["less baseline", "both"] == table.to_numpy().min() < baseline - 0.015
    assert table.loc["raw stars"].min() > baseline
    assert table[["plain", "damping", "shrinkage"]].to_numpy().min() > baseline
    assert table.loc["raw stars", "shrinkage"] > table.loc["raw stars", "plain"] - 0.005


def test_the_settings_were_chosen_on_validation_and_heavy_damping_rescues_raw_stars(catalogue):
    split = random_split(catalogue, random_state=42)
    held_out = split.validation

    def errors(model, dampings):
        found = {}
        for model.damping in dampings:
            guess = model.predict(held_out.user, held_out.item)
            found[model.damping] = rmse(held_out.rating, guess)
        return found

    best = errors(ItemNeighbours().fit(split.train), (0, 0.1, 0.3, 1, 3))
    assert min(best, key=best.get) == 0.1
    raw = errors(ItemNeighbours(centring="none", shrinkage=0).fit(split.train), (0, 3))
    biases = Biases().fit(split.train).predict(held_out.user, held_out.item)
    assert raw[3] < rmse(held_out.rating, biases) < raw[0]


def test_neighbours_gain_where_films_have_many_ratings(notebook):
    text = output(notebook, "rms.assign")
    rows = re.findall(r"^(\S+) +([\d.]+) +([\d.]+) +(-?[\d.]+) +([\d.]+)$", text, re.MULTILINE)
    gain = {row[0]: float(row[3]) for row in rows}
    assert list(gain) == ["0", "1-4", "5-19", "20-99", "100+"]
    assert gain["0"] == 0 and gain["100+"] > gain["20-99"] > gain["5-19"] > -0.005
    assert sum(float(row[4]) for row in rows) == pytest.approx(1, abs=0.005)


def test_the_misspelt_title_and_the_missing_film(catalogue, capsys):
    assert catalogue.nearest("Lair Liar (1997)", 1) == ["Liar Liar (1997)"]
    meant = catalogue.titles[catalogue.item_of_title("Lair Liar (1997)")]
    assert meant == "Liar Liar (1997)"
    with pytest.raises(KeyError, match="No such film"):
        catalogue.item_of_title("No such film")
    find_film = definition("find_neighbours", "find_film", titles=catalogue.titles)
    assert find_film("No such film", 7) == 7
    assert catalogue.titles[7] in capsys.readouterr().out


@pytest.mark.parametrize("exercise", [checks.exercise_1, checks.exercise_2, checks.exercise_3])
def test_an_exercise_that_is_not_attempted_says_so(exercise, capsys):
    exercise(...)
    assert "Not attempted" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "said"),
    [("a", "change as well"), ("b", "no star enters"), ("d", "none can change it"), ("C", "✓")],
)
def test_exercise_1_gives_a_reason(answer, said, capsys):
    checks.exercise_1(answer)
    assert said in " ".join(capsys.readouterr().out.split())


def test_a_shuffle_leaves_the_overlap(films, film):
    ten_nearest = definition("find_neighbours", "ten_nearest", np=np, films=films, film=film)
    names = {"np": np, "films": films, "film": film, "SEED": 1, "ten_nearest": ten_nearest}
    assert definition("find_neighbours", "survivors", **names)(similarity.overlap, shuffles=5) == 10


def test_it_takes_seventeen_people_to_pass():
    assert pytest.approx(0.06, abs=0.005) == 3 / 53
    assert 16 / (16 + 50) < 0.5 * 50 / (50 + 50) < 17 / (17 + 50)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (7 / 3, "colleague's"),
        (3, "plain mean"),
        (2, "0 in it"),
        (4.2, "above the line"),
        (1.4, "number of neighbours"),
        (2.1, "sum of their"),
        (2.8, "1.5"),
    ],
)
def test_exercise_2_names_the_misconception(answer, said, capsys):
    checks.exercise_2(answer)
    assert said in capsys.readouterr().out


def voted(stars, similarity):
    return stars[stars > 0], similarity[stars > 0]


def no_damping(stars, similarity, start, _damping):
    stars, similarity = voted(stars, similarity)
    return start + similarity @ (stars - start) / similarity.sum() if len(stars) else start


def no_start(stars, similarity, start, damping):
    stars, similarity = voted(stars, similarity)
    return similarity @ (stars - start) / (similarity.sum() + damping)


def pulled_to_zero(stars, similarity, _start, damping):
    stars, similarity = voted(stars, similarity)
    return similarity @ stars / (similarity.sum() + damping)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda s, w, b, d: b + w @ (s - b) / (w.sum() + d), "given 0 stars"),
        (lambda s, w, b, d: b + w @ ((s - b) * (s > 0)) / (w.sum() + d), "count everybody"),
        (lambda s, w, b, _d: b + w @ ((s - b) * (s > 0)), "sum, and it grows"),
        (no_damping, "Where does the damping"),
        (no_start, "From where"),
        (pulled_to_zero, "pulls to 0 stars"),
    ],
)
def test_exercise_3_names_the_misconception(answer, said, capsys):
    checks.exercise_3(answer)
    assert said in " ".join(capsys.readouterr().out.split())
