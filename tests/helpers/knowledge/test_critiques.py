import numpy as np
import pandas as pd
import pytest

from helpers.errors import DataError, ParameterError, UnknownItemError
from helpers.features import item_terms, tfidf
from helpers.knowledge import Constraint, critique, nearest

FILMS = pd.DataFrame(
    {
        "title": [
            "Alien (1979)",
            "Aliens (1986)",
            "Heat (1995)",
            "Gremlins (1984)",
            "Brazil (1985)",
        ],
        "genres": [
            "Horror|Sci-Fi",
            "Action|Horror|Sci-Fi",
            "Action|Crime",
            "Comedy|Horror",
            "Sci-Fi",
        ],
        "year": [1979, 1986, 1995, 1984, 1985],
        "minutes": [117, 137, 170, 106, np.nan],
    },
    index=[3, 1, 4, 1, 5],
)


@pytest.fixture
def vectors():
    return tfidf(item_terms(FILMS, "genre").counts)


def test_a_wish_starts_from_the_film_that_is_shown():
    newer = critique(FILMS.iloc[0], "year", "more", cost=2)
    assert newer == Constraint("year", "more than", 1979, 2)
    assert critique(FILMS.iloc[0], "minutes", "less").holds(FILMS).tolist() == [
        *(False, False, False, True, False)
    ]


@pytest.mark.parametrize("dense", [True, False])
def test_a_conversation(vectors, dense):
    vectors = vectors.toarray() if dense else vectors
    assert nearest(FILMS, vectors, 0) in (1, 4)
    newer = [critique(FILMS.iloc[0], "year", "more")]
    first = nearest(FILMS, vectors, 0, newer)
    assert first == max(range(1, 5), key=lambda i: float((vectors[[0]] @ vectors[[i]].T).sum()))
    calm = [*newer, Constraint("genres", "excludes", "Horror")]
    assert nearest(FILMS, vectors, 0, calm) == 4
    assert nearest(FILMS, vectors, 4, calm) == 2
    assert nearest(FILMS, vectors, 0, calm, shown=[4]) == 2


def test_of_equals_the_first(vectors):
    twins = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [0.0, 1.0], [0.0, 1.0]])
    assert nearest(FILMS, twins, 0, shown=[1]) == 2


def test_nothing_is_left(vectors):
    silent = Constraint("year", "less than", 1930)
    with pytest.raises(DataError, match=r"left for: year less than 1930\. See what `relaxations`"):
        nearest(FILMS, vectors, 0, [silent])
    with pytest.raises(DataError, match="nothing but another film"):
        nearest(FILMS, vectors, 0, shown=range(5))


def test_what_makes_no_sense(vectors):
    with pytest.raises(ParameterError, match="wish must be"):
        critique(FILMS.iloc[0], "year", "newer")
    for film, column in ((0, "length"), (4, "minutes"), (0, "title")):
        with pytest.raises(DataError, match=f"no number '{column}'"):
            critique(FILMS.iloc[film], column, "more")
    with pytest.raises(ParameterError, match="5 films and 4 vectors"):
        nearest(FILMS, vectors[:4], 0)
    with pytest.raises(UnknownItemError, match="no film 5"):
        nearest(FILMS, vectors, 5)
