import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from helpers.data import load
from helpers.errors import DataError, ParameterError
from helpers.features import KINDS, item_terms


@pytest.fixture
def movies():
    """The four films of the lesson, with tags."""
    return pd.DataFrame(
        {
            "title": ["Lantern, The (1987)", "Harbour (1994)", "Zoo (1999)", "Lantern II (1999)"],
            "genres": ["Drama|War", "Drama", "Comedy", "(no genres listed)"],
            "tags": ["sad|sad|sea", "sea", "", ""],
        },
        index=[7, 5, 5, 1],
    )


def terms_of(terms, film):
    return terms.names[np.sort(terms.counts[film].indices)].tolist()


def test_by_hand(movies):
    terms = item_terms(movies, min_films=1)
    assert terms.names.tolist() == [
        *("genre: Comedy", "genre: Drama", "genre: War", "decade: 1980s", "decade: 1990s"),
        *("title: harbour", "title: lantern", "title: zoo", "tag: sad", "tag: sea"),
    ]
    assert terms.counts.toarray().tolist() == [
        [0, 1, 1, 1, 0, 0, 1, 0, 2, 1],
        [0, 1, 0, 0, 1, 1, 0, 0, 0, 1],
        [1, 0, 0, 0, 1, 0, 0, 1, 0, 0],
        [0, 0, 0, 0, 1, 0, 1, 0, 0, 0],
    ]
    assert [name.split(":")[0] for name in terms.names] == terms.kinds.tolist()
    assert terms_of(terms, 3) == ["decade: 1990s", "title: lantern"]


def test_terms_of_one_film_alone_are_left_out(movies):
    found = item_terms(movies).names.tolist()
    assert found == ["genre: Drama", "decade: 1990s", "title: lantern", "tag: sea"]
    assert item_terms(movies, ["genre"], min_films=4).counts.shape == (4, 0)


@pytest.mark.parametrize("kinds", [["decade", "genre"], "title", ("tag",)])
def test_only_the_kinds_that_were_asked_for(movies, kinds):
    wanted = {kinds} if isinstance(kinds, str) else set(kinds)
    assert set(item_terms(movies, kinds, min_films=1).kinds) == wanted


def test_what_is_not_known_of_a_film_is_no_term():
    bare = pd.DataFrame({"title": ["No Year At All", "Été, L' (a.k.a. Summer, The) (1962)"]})
    terms = item_terms(bare, min_films=1)
    assert terms_of(terms, 0) == ["title: all", "title: year"]
    assert terms_of(terms, 1) == ["decade: 1960s", "title: summer", "title: été"]
    nothing = item_terms(bare, ["genre", "tag"])
    assert nothing.counts.shape == (2, 0) and nothing.names.tolist() == []


def test_genres_are_counted_as_scikit_learn_counts_them():
    movies = load("movielens-small").movies
    genres = movies["genres"].replace("(no genres listed)", "")
    oracle = CountVectorizer(
        tokenizer=lambda text: [g for g in text.split("|") if g],
        token_pattern=None,
        lowercase=False,
        min_df=2,
    )
    expected = oracle.fit_transform(genres)
    terms = item_terms(movies, "genre")
    assert terms.names.tolist() == [f"genre: {name}" for name in oracle.get_feature_names_out()]
    assert (terms.counts != expected).nnz == 0


@given(st.lists(st.text(max_size=30), min_size=1, max_size=6), st.integers(1, 3))
@settings(max_examples=40)
def test_any_title_has_terms_that_stand_in_it(titles, min_films):
    terms = item_terms(pd.DataFrame({"title": titles}), "title", min_films=min_films)
    assert terms.counts.shape == (len(titles), len(terms.names))
    assert (np.bincount(terms.counts.indices, minlength=len(terms.names)) >= min_films).all()
    for film, title in enumerate(titles):
        for name in terms_of(terms, film):
            assert name.removeprefix("title: ") in title.lower()


def test_what_makes_no_sense(movies):
    for kinds in (["genre", "colour"], [], "actor"):
        with pytest.raises(ParameterError, match=f"choose some of .*{KINDS[0]}"):
            item_terms(movies, kinds)
    with pytest.raises(ParameterError, match="min_films = 0"):
        item_terms(movies, min_films=0)
    with pytest.raises(DataError, match="no column 'title'"):
        item_terms(movies[["genres"]])
