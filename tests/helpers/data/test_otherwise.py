"""Folders that are nearly those of MovieLens: read by the names in their headers, or refused."""

import pytest

from helpers.data import load
from helpers.errors import BadLineError, CourseWarning, DataError
from helpers.interactions import Interactions

RATINGS = (
    "userId,movieId,rating,timestamp\n1,10,4.0,964982703\n1,20,3.5,964982704\n2,10,5.0,964982705\n"
)
MOVIES = "movieId,title,genres\n10,Alpha (1999),Drama\n20,Beta (2000),Comedy\n30,C (2001),Drama\n"


@pytest.fixture
def folder(tmp_path):
    def write(ratings=RATINGS, movies=MOVIES):
        (tmp_path / "ratings.csv").write_text(ratings, encoding="utf-8")
        (tmp_path / "movies.csv").write_text(movies, encoding="utf-8")
        return tmp_path

    return write


def exchanged(text):
    rows = [line.split(",") for line in text.splitlines()]
    return "".join(",".join([row[1], row[0], *row[2:]]) + "\n" for row in rows)


@pytest.mark.parametrize("how", ["raise", "skip"])
@pytest.mark.parametrize(
    "ratings",
    [
        exchanged(RATINGS),
        RATINGS.replace(",", ";"),
        RATINGS.replace(",", "\t"),
        RATINGS.replace(",", ";").replace(".", ","),
        RATINGS.replace(",", ";").partition("\n")[2],
        RATINGS.replace("movieId", "film").replace("userId", "user"),
    ],
)
def test_columns_are_read_by_their_names(folder, ratings, how):
    dataset = load(folder(ratings), on_bad_line=how)
    found = dataset.ratings[["user_id", "movie_id", "rating", "timestamp"]]
    assert [tuple(row) for row in found.to_numpy().tolist()] == [
        (1, 10, 4.0, 964982703),
        (1, 20, 3.5, 964982704),
        (2, 10, 5.0, 964982705),
    ]
    films = Interactions.from_dataset(dataset)
    assert films.titles.tolist() == ["Alpha (1999)", "Beta (2000)"]


@pytest.mark.parametrize("how", ["raise", "skip"])
def test_names_that_say_nothing_are_refused(folder, how):
    with pytest.raises(DataError, match=r"Which column of ratings\.csv.*\n.*load the table itself"):
        load(folder(RATINGS.replace("userId,movieId", "left,right")), on_bad_line=how)


def test_ratings_without_times_are_read(folder):
    text = "".join(line.rpartition(",")[0] + "\n" for line in RATINGS.splitlines())
    dataset = load(folder(text))
    assert dataset.ratings.columns.tolist() == ["user_id", "movie_id", "rating"]
    films = Interactions.from_dataset(dataset)
    assert films.timestamp is None
    from helpers.splits import global_time_split

    with pytest.raises(DataError, match=r"no timestamp.*Use random_split"):
        global_time_split(films)


def test_films_in_other_columns_are_read_too(folder):
    movies = "title;id;genre\nAlpha (1999);10;Drama, War\nBeta (2000);20;\nC;30;Drama\n"
    dataset = load(folder(exchanged(RATINGS), movies.replace("id", "movie_id")))
    films = Interactions.from_dataset(dataset)
    assert films.titles.tolist() == ["Alpha (1999)", "Beta (2000)"]
    assert films.movies["genres"].tolist() == ["Drama|War", ""]
    with pytest.raises(DataError, match=r"movies\.csv has no column of ids"):
        load(folder(exchanged(RATINGS), "a,b,c\n1,x,y\n"))


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_quoted_title_may_hold_line_ends(folder, line_end):
    text = MOVIES.replace("Alpha (1999)", '"Alpha\nthe ""First""\n(1999)"').replace("\n", line_end)
    titles = load(folder(movies=text)).movies["title"].tolist()
    assert titles[0].replace("\r", "") == 'Alpha\nthe "First"\n(1999)'
    assert titles[1:] == ["Beta (2000)", "C (2001)"]


def test_a_quotation_mark_that_stays_open_spoils_its_own_line_only(folder):
    text = MOVIES.replace("Alpha", '"Alpha')
    with pytest.raises(
        BadLineError, match=r"1 line .*\n.*movies\.csv:2: a quotation mark is never"
    ):
        load(folder(movies=text))


@pytest.mark.parametrize("how", ["raise", "skip"])
def test_another_scale_is_named(folder, how):
    text = RATINGS.replace("5.0", "9").replace("4.0", "8")
    kind, name = (BadLineError, "raises") if how == "raise" else (CourseWarning, "warns")
    with getattr(pytest, name)(
        kind, match=r"name their own, such as load\(…, rating_scale=\(1, 10"
    ):
        load(folder(text), on_bad_line=how)
    assert load(folder(text), rating_scale=(1, 10)).rating_scale == (1, 10)


def test_a_file_of_which_most_is_bad_is_written_in_another_way(folder):
    text = "1,10,4.0\n1,20,3.5\n2,10,5.0\n"
    with pytest.raises(BadLineError, match=r"load the table itself: load\('.*ratings\.csv'\)"):
        load(folder(text))


def test_times_in_milliseconds_are_warned_of(folder):
    with pytest.warns(CourseWarning, match=r"of ratings\.csv reaches .* looks like milliseconds"):
        load(folder(RATINGS.replace("9649827", "13999999999")))
