import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError, ParameterError
from helpers.knowledge import Constraint, broken, fitting

FILMS = pd.DataFrame(
    {
        "title": ["Alien", "Heat", "Gremlins", "Nothing"],
        "year": pd.array([1979, 1995, 1984, None], dtype="Int16"),
        "minutes": [117, 170, 106, np.nan],
        "genres": ["Horror|Sci-Fi", "Crime", "Comedy|Horror", None],
    },
    index=[9, 4, 4, 2],
)


@pytest.mark.parametrize(
    ("column", "test", "value", "expected"),
    [
        ("minutes", "at most", 117, [1, 0, 1, 0]),
        ("minutes", "less than", 117, [0, 0, 1, 0]),
        ("year", "at least", 1984, [0, 1, 1, 0]),
        ("year", "more than", 1984, [0, 1, 0, 0]),
        ("title", "is", "Heat", [0, 1, 0, 0]),
        ("genres", "includes", "Horror", [1, 0, 1, 0]),
        ("genres", "excludes", "Horror", [0, 1, 0, 1]),
        ("genres", "includes", "Sci", [0, 0, 0, 0]),
    ],
)
def test_each_test_by_hand(column, test, value, expected):
    assert Constraint(column, test, value).holds(FILMS).tolist() == [bool(e) for e in expected]


def test_what_fits_keeps_every_constraint():
    wishes = [Constraint("year", "at least", 1980), Constraint("minutes", "at most", 120)]
    assert fitting(FILMS, wishes)["title"].tolist() == ["Gremlins"]
    assert fitting(FILMS, []).equals(FILMS)
    assert fitting(FILMS, [*wishes, Constraint("genres", "excludes", "Horror")]).empty
    assert broken(FILMS, wishes).tolist() == [[True, False], [False, True], [False] * 2, [True] * 2]
    assert broken(FILMS, []).shape == (4, 0)


def test_it_reads_as_a_sentence():
    assert str(Constraint("minutes", "at most", 120)) == "minutes at most 120"


@given(st.lists(st.floats(allow_nan=False), min_size=1), st.floats(allow_nan=False))
@settings(max_examples=40)
def test_opposites_share_the_films_out(values, value):
    films = pd.DataFrame({"x": values})
    for one, other in (("at most", "more than"), ("at least", "less than")):
        found = [Constraint("x", test, value).holds(films) for test in (one, other)]
        assert (found[0] != found[1]).all()


def test_what_makes_no_sense():
    with pytest.raises(ParameterError, match="test must be one of"):
        Constraint("year", "around", 1980)
    for cost in (0, -1, np.nan):
        with pytest.raises(ParameterError, match="cost = "):
            Constraint("year", "is", 1980, cost=cost)
    with pytest.raises(DataError, match="no column 'length'"):
        Constraint("length", "at most", 2).holds(FILMS)
    with pytest.raises(DataError, match="cannot be compared with '1980'"):
        Constraint("minutes", "at most", "1980").holds(FILMS)
