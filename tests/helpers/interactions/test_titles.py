import unicodedata

import pandas as pd
import pytest

from helpers.data import load
from helpers.errors import UnknownItemError
from helpers.interactions import Interactions
from helpers.interactions.titles import TitleIndex, parted, spoken


@pytest.fixture(scope="module")
def films():
    return Interactions.from_dataset(load("movielens-small"))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("The Matrix", "Matrix, The (1999)"),
        ("matrix", "Matrix, The (1999)"),
        ("Matrix, The (1999)", "Matrix, The (1999)"),
        ("the matrix 1999", "Matrix, The (1999)"),
        ("Amelie", "Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)"),
        ("Amélie", "Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)"),
        (
            "le fabuleux destin d'amelie poulain",
            "Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)",
        ),
        ("the godfather", "Godfather, The (1972)"),
        ("terminater", "Terminator, The (1984)"),
        ("pulp ficton", "Pulp Fiction (1994)"),
        ("Heat", "Heat (1995)"),
        ("the heat", "Heat, The (2013)"),
        ("fiction pulp", "Pulp Fiction (1994)"),
    ],
)
def test_what_is_meant_is_found(films, text, title):
    assert films.titles[films.item_of_title(text)] == title


def test_several_of_one_name_are_listed_most_rated_first(films):
    with pytest.raises(UnknownItemError, match=r"Episode IV - A New Hope \(1977\).*Episode V "):
        films.item_of_title("star wars")
    with pytest.raises(UnknownItemError, match=r"Sabrina \(1995\).*Sabrina \(1954\).*Add the year"):
        films.item_of_title("sabrina")
    found = films.find_titles("star wars", 4)
    assert found["title"].iloc[0] == "Star Wars: Episode IV - A New Hope (1977)"
    assert found["ratings"].is_monotonic_decreasing


def test_another_number_is_no_misspelling(films):
    with pytest.raises(UnknownItemError, match="The nearest titles are"):
        films.item_of_title("godfather 2")


def plain(text):
    apart = unicodedata.normalize("NFKD", text.lower())
    return "".join(each for each in apart if not unicodedata.combining(each))


def test_every_title_is_found_without_accents_and_with_its_article_in_front(films):
    """And without its year, where no other film has the name."""
    index = TitleIndex(films.titles.tolist())
    names = pd.Series([spoken(parted(title)[0]) for title in films.titles])
    alone = ~names.duplicated(keep=False)
    lost = []
    for film, title in enumerate(films.titles):
        name, year = parted(title)
        front, comma, last = name.rpartition(", ")
        is_moved = comma and "(" not in last and spoken(name) != spoken(name.replace(",", ""))
        written = plain(f"{last} {front}" if is_moved else name)
        texts = [f"{written} ({year})"] if year else []
        texts += [written] if alone[film] else []
        lost += [(text, title) for text in texts if film not in index.matches(text)]
        lost += [(text, title) for text in texts[1:] if index.matches(text) != [film]]
    assert lost == []


def test_odd_texts_do_no_harm(films):
    for text in ("", " ", "(1999)", "()", "The", ",", "é" * 500):
        with pytest.raises(UnknownItemError):
            films.item_of_title(text)
