from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.knowledge import Constraint, fitting, relaxations

FILMS = pd.DataFrame({"year": [1987, 1994, 1999], "minutes": [140, 110, 90]})
EIGHTIES = Constraint("year", "less than", 1990, cost=2)
SHORT = Constraint("minutes", "at most", 120)


def brute_force(films, constraints):
    """Every smallest set whose absence lets a film fit, by trying all subsets, small ones first."""
    found = []
    for size in range(len(constraints) + 1):
        for dropped in combinations(constraints, size):
            kept = [c for c in constraints if c not in dropped]
            larger = any(set(one) <= set(dropped) for one, _films in found)
            if not larger and len(fitting(films, kept)):
                found.append((dropped, len(fitting(films, kept))))
    return found


def test_by_hand():
    found = relaxations(FILMS, [EIGHTIES, SHORT])
    assert found["dropped"].tolist() == [(SHORT,), (EIGHTIES,)]
    assert found["cost"].tolist() == [1, 2]
    assert found["films"].tolist() == [1, 2]
    # With a third wish that no film keeps, it is in every set.
    silent = Constraint("year", "at most", 1930, cost=9)
    assert relaxations(FILMS, [EIGHTIES, SHORT, silent])["cost"].tolist() == [10, 11]


def test_nothing_has_to_be_dropped_where_a_film_fits():
    found = relaxations(FILMS, [Constraint("year", "more than", 1990), SHORT])
    assert found.to_dict("list") == {"dropped": [()], "cost": [0.0], "films": [2]}
    assert relaxations(FILMS, [])["films"].tolist() == [3]


GRID = st.integers(0, 3)
WISHES = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from(["at most", "at least", "is"]),
        GRID,
        st.integers(1, 4),
    ),
    max_size=5,
    unique_by=lambda wish: wish[:3],
)


@given(st.lists(st.tuples(GRID, GRID, GRID), min_size=1, max_size=6), WISHES)
@settings(max_examples=150)
def test_they_are_those_of_brute_force(rows, wishes):
    films = pd.DataFrame(rows, columns=list("abc"))
    constraints = [Constraint(*wish) for wish in wishes]
    found = relaxations(films, constraints)
    expected = brute_force(films, constraints)
    assert {frozenset(d): n for d, n in zip(found["dropped"], found["films"], strict=True)} == {
        frozenset(dropped): n for dropped, n in expected
    }
    assert found["cost"].is_monotonic_increasing
    assert found["cost"].tolist() == [sum(c.cost for c in row) for row in found["dropped"]]


def test_no_films():
    with pytest.raises(DataError, match="There are no films"):
        relaxations(FILMS[:0], [SHORT])
