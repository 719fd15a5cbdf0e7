import numpy as np
import pytest

from helpers.features import release_year
from helpers.simulation.films import draw_films, genre_loads
from helpers.simulation.genres import FACTS, GENRES, draw_genres, pick


@pytest.fixture(scope="module")
def films():
    return draw_films(np.random.default_rng(0), 3_000)


def test_companions_are_genres_and_shares_are_chances():
    assert len(GENRES) == 18
    assert list(GENRES) == sorted(GENRES)
    for facts in FACTS.values():
        assert set(facts.companions) <= set(GENRES)
        assert all(0 < chance < 1 for chance in facts.companions.values())


def test_pick_is_in_proportion_to_the_weights():
    drawn = pick(np.random.default_rng(0), np.array([1.0, 0.0, 3.0]), 100_000)
    shares = np.bincount(drawn, minlength=3) / 100_000
    assert shares == pytest.approx([0.25, 0, 0.75], abs=0.006)


def test_one_to_four_genres_that_go_together():
    main, member = draw_genres(np.random.default_rng(0), 20_000)
    assert member[np.arange(20_000), main].all()
    assert set(member.sum(axis=1)) == {1, 2, 3, 4}
    animation, children = GENRES.index("Animation"), GENRES.index("Children's")
    assert member[main == animation, children].mean() == pytest.approx(0.75, abs=0.06)


def test_genre_loads_have_length_one_or_none():
    loads = genre_loads(np.array([[True, True, False], [False, False, False]]))
    assert loads[0] == pytest.approx([2**-0.5, 2**-0.5, 0])
    assert loads[1].tolist() == [0, 0, 0]


def test_one_film_of_1919_and_most_of_the_nineties(films):
    years = release_year(films.table["title"])
    assert (years == 1919).sum() == 1
    assert years.min() == 1919
    assert years.max() == 2000
    assert 0.45 < years.between(1990, 1999).mean() < 0.65
    noir = films.genres[:, GENRES.index("Film-Noir")]
    assert years[noir].median() < years[~noir].median() - 20


def test_text_and_table_of_genres_agree_and_a_few_are_empty(films):
    text = films.table["genres"]
    for name, column in zip(GENRES, films.genres.T, strict=True):
        named = text.str.split("|").map(lambda names, name=name: name in names)
        np.testing.assert_array_equal(named, column)
    assert 0.005 < (text == "").mean() < 0.04


def test_popularity_has_a_long_tail(films):
    assert films.popularity.sum() == pytest.approx(1)
    assert (films.popularity > 0).all()
    top = np.sort(films.popularity)[::-1]
    assert top[:300].sum() > 0.4
    assert top[1500:].sum() < 0.15


def test_a_single_film_can_be_drawn():
    assert len(draw_films(np.random.default_rng(0), 1).table) == 1
