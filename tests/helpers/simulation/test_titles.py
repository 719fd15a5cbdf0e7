import numpy as np
import pytest

from helpers.data import load
from helpers.features import clean_title, release_year
from helpers.simulation.genres import GENRES
from helpers.simulation.titles import FIRST_LONG_ROW, NOUNS, draw_titles


@pytest.fixture(scope="module")
def years():
    return np.random.default_rng(1).integers(1920, 2001, 4_000)


@pytest.fixture(scope="module")
def titles(years):
    rng = np.random.default_rng(0)
    return np.array(draw_titles(rng, rng.integers(0, len(GENRES), 4_000), years))


def test_all_different_with_their_year(titles, years):
    assert len(set(titles)) == len(titles)
    np.testing.assert_array_equal(release_year(titles), years)


def test_each_genre_has_words_of_its_own():
    assert tuple(NOUNS) == GENRES
    assert all(len(set(words.split())) == len(words.split()) >= 9 for words in NOUNS.values())


def test_long_titles_come_after_the_rows_that_a_reader_samples(titles):
    lengths = np.array([len(title) for title in titles])
    assert lengths[:FIRST_LONG_ROW].max() <= 80
    assert (lengths[FIRST_LONG_ROW:] > 80).sum() >= 60


def test_hard_to_read_in_every_way(titles):
    cleaned = clean_title(titles)
    assert cleaned.str.contains("[éèêàçñüößÅåä]").mean() > 0.05
    assert all(title.encode("iso-8859-1") for title in titles)
    assert any(": " in title for title in titles)
    assert sum(title.count(",") >= 2 for title in titles) > 20
    assert cleaned.str.startswith(("L'", "Les ", "El ", "Die ", "The ")).mean() > 0.3
    assert cleaned.str.contains(r"\((?:La|Le|L'|El|Die|Der|Das) ?").any()
    assert not cleaned.str.contains(
        r", (?:The|An?|L'|La|Le|Les|El|Los|Las|Der|Die|Das)(?: \(|\)|$)"
    ).any()
    assert cleaned.duplicated().mean() > 0.01


def test_films_that_share_name_and_year_are_numbered():
    main = np.zeros(3_000, "int64")
    titles = draw_titles(np.random.default_rng(0), main, np.full(3_000, 1999))
    assert len(set(titles)) == 3_000
    numbered = [title for title in titles if " 2, The (" in title]
    assert numbered
    assert all(title.replace(" 2, The", ", The") in titles for title in numbered)


def test_no_title_is_one_of_movielens(titles):
    real = set(clean_title(load("movielens-small").movies["title"]).str.casefold())
    cleaned = clean_title(titles).str.casefold()
    assert not set(cleaned) & real
    assert not set(cleaned.str.extract(r"\((.*)\)", expand=False).dropna()) & real


def test_articles_agree_with_the_word_that_follows(titles):
    cleaned = clean_title(titles)
    assert cleaned.str.startswith("An ").any()
    assert not cleaned.str.contains(r"\b(?:[Aa] [AEIOU]|[Aa]n [^AEIOU])").any()
