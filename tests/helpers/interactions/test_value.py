import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.data import Dataset
from helpers.errors import (
    CourseWarning,
    DataError,
    ParameterError,
    UnknownItemError,
    UnknownUserError,
)
from helpers.interactions import Interactions

RATINGS = pd.DataFrame(
    {
        "user_id": [30, 10, 30, 20],
        "movie_id": [193609, 5, 5, 88],
        "rating": [4.5, 2.0, 3.0, 0.5],
        "timestamp": [40, 30, 20, 10],
    },
    index=[7, 7, 2, 1],
)
MOVIES = pd.DataFrame(
    {
        "movie_id": [88, 5, 193609, 7],
        "title": ["Heat (1995)", "Amélie (2001)", "Heat (1986)", "Ice (1998)"],
        "genres": ["Crime", "Comedy", "", "Drama"],
    }
)
USERS = pd.DataFrame({"user_id": [20, 40, 30, 10], "gender": ["F", "M", "M", "F"]})


def make(**changes):
    arguments = {"movies": MOVIES, "users": USERS, "rating_scale": (0.5, 5)} | changes
    return Interactions.from_frames(RATINGS, **arguments)


def test_ids_become_indices_in_ascending_order_of_the_ids():
    whole = make()
    assert whole.user_ids.tolist() == [10, 20, 30]
    assert whole.item_ids.tolist() == [5, 88, 193609]
    assert whole.user.tolist() == [2, 0, 2, 1]
    assert whole.item.tolist() == [2, 0, 0, 1]
    assert whole.rating.tolist() == [4.5, 2.0, 3.0, 0.5]
    assert whole.timestamp.tolist() == [40, 30, 20, 10]
    assert [array.dtype for array in (whole.user, whole.item, whole.rating, whole.timestamp)] == [
        "int32",
        "int32",
        "float32",
        "int64",
    ]


def test_films_and_users_are_described_in_the_order_of_their_indices():
    whole = make()
    assert whole.titles.tolist() == ["Amélie (2001)", "Heat (1995)", "Heat (1986)"]
    assert whole.users["gender"].tolist() == ["F", "F", "M"]
    assert whole.movies.columns.tolist() == ["movie_id", "title", "genres"]
    assert whole.movies.index.tolist() == [0, 1, 2]
    assert (whole.n_users, whole.n_items, len(whole)) == (3, 3, 4)
    assert whole.density == pytest.approx(4 / 9)
    assert repr(whole) == "Interactions(4 ratings by 3 users of 3 films, 44.44% full)"


def test_films_and_users_without_a_rating_join_when_asked():
    whole = make(keep_unrated=True)
    assert whole.user_ids.tolist() == [10, 20, 30, 40]
    assert whole.item_ids.tolist() == [5, 7, 88, 193609]
    assert whole.item_ids[whole.item].tolist() == RATINGS["movie_id"].tolist()


def test_ratings_alone_are_enough():
    whole = Interactions.from_frames(RATINGS.drop(columns="timestamp"))
    assert whole.timestamp is None
    assert whole.users is None
    assert whole.titles.tolist() == ["film 5", "film 88", "film 193609"]
    assert whole.rating_scale == (0.5, 4.5)
    assert "timestamp" not in whole.to_frame()
    assert whole.subset(np.array([1])).timestamp is None


def test_from_dataset_takes_the_scale_of_the_data_set():
    whole = Interactions.from_dataset(Dataset("toy", RATINGS, MOVIES, USERS, (0.5, 5.0)))
    assert whole.rating_scale == (0.5, 5.0)
    assert whole.titles.tolist() == make().titles.tolist()
    assert whole.users["gender"].tolist() == ["F", "F", "M"]
    kept = Interactions.from_dataset(
        Dataset("toy", RATINGS, MOVIES, None, (0.5, 5.0)), keep_unrated=True
    )
    assert (kept.n_users, kept.n_items) == (3, 4)


def test_from_dataset_hands_over_what_users_wrote_where_it_was_read():
    film = int(MOVIES["movie_id"].iloc[0])
    tags = pd.DataFrame({"movie_id": [film, film], "tag": ["Mafia", "desert"]})
    read = Dataset("toy", RATINGS, MOVIES, USERS, (0.5, 5.0), tags=tags)
    written = Interactions.from_dataset(read, keep_unrated=True).movies.set_index("movie_id")
    assert written["tags"].loc[film] == "mafia|desert"
    assert set(written["tags"].drop(film)) == {""}
    unread = Interactions.from_dataset(Dataset("toy", RATINGS, MOVIES, USERS, (0.5, 5.0)))
    assert "tags" not in unread.movies


worlds = st.lists(
    st.tuples(st.integers(-5, 10**6), st.integers(0, 10**6)), min_size=1, max_size=30, unique=True
)


@given(worlds, st.randoms())
def test_ids_survive_the_round_trip_however_sparse_and_shuffled(rated, random):
    table = pd.DataFrame(rated, columns=["user_id", "movie_id"]).assign(rating=3.0)
    whole = Interactions.from_frames(table)
    np.testing.assert_array_equal(whole.user_ids[whole.user], table["user_id"])
    np.testing.assert_array_equal(whole.item_ids[whole.item], table["movie_id"])
    np.testing.assert_array_equal(whole.user_index(table["user_id"]), whole.user)
    np.testing.assert_array_equal(whole.item_index(table["movie_id"]), whole.item)
    assert set(whole.user) == set(range(whole.n_users))
    assert set(whole.item) == set(range(whole.n_items))
    rows = list(range(len(table)))
    random.shuffle(rows)
    shuffled = Interactions.from_frames(table.iloc[rows])
    np.testing.assert_array_equal(shuffled.matrix().toarray(), whole.matrix().toarray())


@pytest.mark.parametrize("kind", [str, "string"])
def test_ids_may_be_text(kind):
    table = RATINGS.assign(user_id=["c", "a", "c", "b"])
    table["user_id"] = table["user_id"].astype(kind)
    whole = Interactions.from_frames(table)
    assert whole.user.tolist() == [2, 0, 2, 1]
    assert whole.user_index("b").tolist() == [1]
    assert whole.user_index(["c", "nobody"], unknown="mark").tolist() == [2, -1]


def test_unknown_ids_are_an_error_or_marked():
    whole = make()
    assert whole.item_index([88, 1, 5], unknown="mark").tolist() == [1, -1, 0]
    assert whole.user_index([]).tolist() == []
    with pytest.raises(UnknownUserError, match=r"No user has the id 11\. There are 3 ids"):
        whole.user_index([10, 11])
    with pytest.raises(UnknownItemError, match="No film has the id 0"):
        whole.item_index(0)
    with pytest.raises(KeyError):
        whole.item_index(0)
    with pytest.raises(ParameterError, match="'raise' or 'mark'"):
        whole.item_index(5, unknown="ignore")


@pytest.mark.parametrize("title", ["Amélie (2001)", "amélie (2001)", "AMÉLIE", "  Amélie "])
def test_a_title_is_found_in_any_case_and_with_or_without_its_year(title):
    assert make().item_of_title(title) == 0


def test_a_misspelt_title_gets_the_nearest_ones():
    with pytest.raises(UnknownItemError, match=r"nearest titles are 'Amélie \(2001\)'"):
        make().item_of_title("Amily")
    assert make().nearest("amelie", n=1) == ["Amélie (2001)"]
    shouted = make(movies=MOVIES.assign(title=["heat", "HEXT", "ice", "snow"]))
    assert shouted.nearest("HEAT", n=1) == ["heat"]
    many = MOVIES.assign(movie_id=[88, 5, 193609, 1], title="Heat")
    more = pd.DataFrame({"movie_id": range(6, 12), "title": [f"Heat {n}" for n in range(6)]})
    whole = make(movies=pd.concat([many, more]), keep_unrated=True)
    assert len(whole.nearest("Heat")) == 5


def test_a_title_of_several_films_asks_for_more():
    with pytest.raises(UnknownItemError, match=r"Heat \(1995\) with movie_id 88; .*Add the year"):
        make().item_of_title("heat")
    twice = make(movies=MOVIES.assign(title="Emma (1996)"))
    with pytest.raises(UnknownItemError, match=r"movie_id 5; .*movie_id 88; .*item_index"):
        twice.item_of_title("Emma (1996)")


def test_the_matrix_has_users_in_rows_and_films_in_columns():
    matrix = make().matrix()
    assert matrix.dtype == "float32"
    np.testing.assert_array_equal(matrix.toarray(), [[2, 0, 0], [0, 0.5, 0], [3, 0, 4.5]])


def test_a_subset_keeps_the_catalogue_and_the_filter_removes_rows():
    whole = make()
    for rows in (np.array([3, 0]), [3, 0]):
        part = whole.subset(rows)
        assert part.rating.tolist() == [0.5, 4.5]
        assert part.timestamp.tolist() == [10, 40]
        assert part.user.tolist() == [1, 2]
        assert part.item.tolist() == [1, 2]
        assert part.matrix().shape == (3, 3)
        assert (part.n_users, part.n_items, part.item_ids) == (3, 3, whole.item_ids)
    liked = whole.subset(whole.rating >= 3)
    assert liked.rating.tolist() == [4.5, 3.0]
    nothing = whole.subset([])
    assert len(nothing) == 0
    assert nothing.matrix().shape == (3, 3)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (np.array([], dtype=bool), "mask of 0 values"),
        (np.array([True, False]), "mask of 2 values does not fit 4 ratings"),
        ([-1, 0], "from -1 to 0 do not fit"),
        ([0, 4], "from 0 to 4 do not fit 4 ratings"),
        ([0.0, 1.0], "whole numbers or a mask, not float64"),
    ],
)
def test_rows_that_are_not_there(rows, message):
    with pytest.raises(ParameterError, match=message):
        make().subset(rows)


def test_the_table_of_the_ratings_has_ids_and_indices():
    table = make().to_frame()
    assert table.columns.tolist() == [
        "user", "item", "user_id", "movie_id", "rating", "timestamp"
    ]  # fmt: skip
    for column in RATINGS:
        assert table[column].tolist() == RATINGS[column].tolist()
    assert table["user"].tolist() == [2, 0, 2, 1]
    assert table["item"].tolist() == [2, 0, 0, 1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop(columns="rating"), "no column 'rating'; they have 'user_id'"),
        (lambda t: t.iloc[:0], "empty"),
        (lambda t: t.assign(rating=["4", "x", "3", "1"]), "pd.to_numeric"),
        (lambda t: t.assign(rating=[4, np.nan, 3, 1]), "'rating' has 1 missing.*in row 1"),
        (lambda t: t.assign(movie_id=[4, 2, np.nan, 1]), "'movie_id' has 1 missing.*in row 2"),
        (lambda t: t.assign(timestamp=[1, 2, 3, np.nan]), "'timestamp' has 1 missing"),
        (lambda t: t.assign(rating=[4, 3, 5.5, 0]), "2 ratings are off.*5.5 in row 2"),
        (lambda t: t.assign(rating=[4, 3, np.inf, 1]), "inf in row 2"),
        (lambda t: pd.concat([t, t.iloc[[1]]]), "user 10 on film 5 in row 4.*drop_duplicates"),
        (lambda t: t.assign(movie_id=[5, 1, 2, 3]), "3 values of movie_id .* the first is 1"),
        (lambda t: t.assign(user_id=[10, 30, 99, 20]), "1 values of user_id .* the first is 99"),
        (
            lambda t: t.assign(timestamp=pd.to_datetime(t["timestamp"], unit="s")),
            "timestamps are of type datetime.*seconds since 1970",
        ),
        (lambda t: t.assign(timestamp=[1, 2, 3.5, 4]), "timestamp in row 2 is 3.5"),
        (lambda t: t.assign(timestamp=[1, 2, 3, np.inf]), "timestamp in row 3 is inf"),
        (lambda t: t.assign(timestamp=[1, 2.0**63, 3, 4]), "timestamp in row 1 is 9.22"),
        (lambda t: t.assign(timestamp=[1, 2**63, 3, 4]), "timestamp in row 1 is 92233720368547758"),
        (lambda t: t.assign(rating=[1j, 2, 3, 4]), "ratings are of type complex128"),
        (lambda t: pd.concat([t, t[["rating"]]], axis=1), "Two columns are called 'rating'"),
    ],
)
def test_ratings_that_cannot_be_right(change, message):
    with pytest.raises(DataError, match=message):
        Interactions.from_frames(change(RATINGS), MOVIES, USERS, rating_scale=(0.5, 5))


@pytest.mark.parametrize(
    ("ids", "kind"),
    [
        ([1.0, 2.0, 3.5, 4.0], "floating"),
        ([True, False, True, False], "boolean"),
        ([1, "2", 3, "4"], "mixed-integer"),
        ([[1], [2], [3], [4]], "mixed"),
        (pd.to_datetime(["2001", "2002", "2003", "2004"]), "datetime64"),
        (pd.Categorical([1.5, 2.5, 1.5, 2.5]), "floating"),
    ],
)
def test_ids_are_whole_numbers_or_text(ids, kind):
    for column in ("user_id", "movie_id"):
        with pytest.raises(DataError, match=f"{column} are of the kind '{kind}'.*astype"):
            Interactions.from_frames(RATINGS.assign(**{column: ids}))
    with pytest.raises(DataError, match=f"movie_id are of the kind '{kind}'"):
        make(movies=MOVIES.assign(movie_id=ids))


def test_ids_may_be_categories():
    whole = Interactions.from_frames(RATINGS.assign(user_id=pd.Categorical(["c", "a", "c", "b"])))
    assert whole.user_ids.tolist() == ["a", "b", "c"]
    assert whole.user.tolist() == [2, 0, 2, 1]


@pytest.mark.parametrize("keep_unrated", [False, True])
def test_a_number_and_a_text_are_not_the_same_id(keep_unrated):
    # Put together they would all be text, and no rating would find its film.
    with pytest.raises(DataError, match="movie_id is whole numbers in the ratings but not"):
        make(
            movies=MOVIES.assign(movie_id=MOVIES["movie_id"].astype(str)), keep_unrated=keep_unrated
        )


def test_text_in_the_ratings_and_numbers_in_their_description():
    with pytest.raises(DataError, match="movie_id is text in the ratings but not in"):
        Interactions.from_frames(RATINGS.assign(movie_id=["a", "b", "c", "d"]), MOVIES)


def test_a_description_of_nothing_has_no_kind_of_ids():
    with pytest.raises(DataError, match="3 values of movie_id have ratings but no description"):
        make(movies=MOVIES.iloc[:0], keep_unrated=True)


def test_the_largest_ids():
    largest = 2**63 - 1
    whole = Interactions.from_frames(RATINGS.assign(user_id=[largest, -largest, 0, 1]))
    assert whole.user_ids.tolist() == [-largest, 0, 1, largest]
    assert whole.user.tolist() == [3, 0, 1, 2]


def test_large_ids_stay_what_they_are_beside_unsigned_ones():
    # NumPy makes floats of signed and unsigned numbers together, and floats have 53 bits.
    ids = pd.Series([2**53 + 1, 2**53, 2**53 + 1, 7], dtype="uint64")
    users = pd.DataFrame({"user_id": [7, 2**53, 2**53 + 1, 2**53 + 2]})
    whole = Interactions.from_frames(
        RATINGS.assign(user_id=ids.array), None, users, keep_unrated=True
    )
    assert whole.user_ids.tolist() == [7, 2**53, 2**53 + 1, 2**53 + 2]
    assert whole.user.tolist() == [2, 1, 2, 0]
    for largest in (2**63, -(2**63), 2**70):
        with pytest.raises(DataError, match="more than 64 bits"):
            Interactions.from_frames(RATINGS.assign(user_id=[1, 2, 3, largest]))


@pytest.mark.parametrize("scale", [(5, 1), (0.5, np.inf), (np.nan, 5)])
def test_a_scale_that_cannot_be_right(scale):
    with pytest.raises(DataError, match=r"scale from .* is not possible"):
        make(rating_scale=scale)


@pytest.mark.parametrize("stars", [np.inf, 1e300])
def test_a_rating_that_32_bits_do_not_hold_has_no_scale(stars):
    with pytest.raises(DataError, match="not possible"):
        Interactions.from_frames(RATINGS.assign(rating=[1, 2, 3, stars]))


def test_the_largest_rating_that_32_bits_hold():
    largest = float(np.finfo("float32").max)
    whole = Interactions.from_frames(RATINGS.assign(rating=[1, 2, 3, largest]))
    assert whole.rating_scale == (1, largest)
    assert whole.rating.max() == np.float32(largest)


@pytest.mark.parametrize("row", range(4))
def test_any_rating_that_comes_twice_is_found(row):
    twice = pd.concat([RATINGS.iloc[[row]], RATINGS])
    with pytest.raises(DataError, match=f"^1 ratings repeat .* in row {row + 1}"):
        Interactions.from_frames(twice)


def test_whole_timestamps_may_be_floats():
    whole = Interactions.from_frames(RATINGS.assign(timestamp=[4.0, -3.0, 2e9, -(2.0**63)]))
    assert whole.timestamp.tolist() == [4, -3, 2_000_000_000, -(2**63)]
    assert whole.timestamp.dtype == "int64"
    with pytest.warns(CourseWarning, match=r"'timestamp' of the ratings .* nanoseconds"):
        largest = Interactions.from_frames(RATINGS.assign(timestamp=[1, 2, 3, 2**63 - 1]))
    assert largest.timestamp.max() == 2**63 - 1
    with pytest.raises(DataError, match="timestamp in row 0 is -9"):
        Interactions.from_frames(RATINGS.assign(timestamp=[-(2.0**63) - 2048, 1, 2, 3]))


def test_descriptions_that_cannot_be_right():
    with pytest.raises(DataError, match="movie_id 88 is described more than once, and so are 0"):
        make(movies=pd.concat([MOVIES, MOVIES.iloc[[0]]]))
    with pytest.raises(DataError, match="no column 'user_id'; it has 'gender'"):
        make(users=USERS[["gender"]])
    with pytest.raises(DataError, match="Two columns are called 'title'"):
        make(movies=pd.concat([MOVIES, MOVIES[["title"]]], axis=1))
    with pytest.raises(DataError, match="'title' has 1 missing values, the first in row 2"):
        make(movies=MOVIES.assign(title=["a", "b", None, "c"]))
    with pytest.raises(DataError, match="'movie_id' has 1 missing values, the first in row 3"):
        make(movies=MOVIES.assign(movie_id=[88, 5, 193609, np.nan]))
    with pytest.raises(DataError, match="no column 'title'; they have 'movie_id'"):
        make(movies=MOVIES[["movie_id"]])


def test_the_tables_that_came_in_are_left_alone():
    ratings, movies = RATINGS.copy(), MOVIES.copy()
    described = Interactions.from_frames(ratings, movies).movies
    described["title"] = "changed"
    pd.testing.assert_frame_equal(ratings, RATINGS)
    pd.testing.assert_frame_equal(movies, MOVIES)


def test_a_position_that_comes_twice_is_refused():
    for rows in ([0, 0, 1], np.array([2, 1, 2])):
        with pytest.raises(ParameterError, match="is named 2 times"):
            make().subset(rows)


@given(st.lists(st.integers(0, 3), max_size=6))
def test_a_subset_never_holds_more_than_was_given(rows):
    try:
        part = make().subset(rows)
    except ParameterError:
        assert len(set(rows)) < len(rows)
        return
    assert part.matrix().max() <= 5 if rows else part.matrix().nnz == 0


@pytest.mark.parametrize(
    "scale", [pd.Series([0.5, 5.0], ["min", "max"]), np.array([0.5, 5]), [0.5, 5], (0.5, 5)]
)
def test_a_scale_may_be_held_by_anything(scale):
    assert make(rating_scale=scale).rating_scale == (0.5, 5.0)


@pytest.mark.parametrize(
    "scale", [(5,), 5, (5, 1), "5", (1, 2, 3), [[1, 5]], (np.nan, 5), (1, None), {}, pd.Series([5])]
)
def test_what_is_no_scale_is_refused(scale):
    with pytest.raises(DataError, match="lowest and the highest rating"):
        make(rating_scale=scale)


def test_decimals_are_on_the_scale_that_is_read_off_them():
    table = RATINGS.assign(rating=[2.2, 4.6, 7.3, 9.8])
    for ratings in (table, table.astype({"rating": "float32"})):
        whole = Interactions.from_frames(ratings)
        again = Interactions.from_frames(whole.to_frame(), rating_scale=(2.2, 9.8))
        assert again.rating.tolist() == whole.rating.tolist()


@pytest.mark.parametrize(
    "genres",
    [
        [["Crime"], ["Comedy", "War"], [], ["Drama"]],
        [("Crime",), ("Comedy", "War"), (), ("Drama",)],
        ["Crime", "Comedy | War ", None, "Drama"],
        pd.array(["Crime", "Comedy|War", "", "Drama"], dtype="string[pyarrow]"),
        pd.Series(["Crime", "Comedy|War", "", "Drama"]).astype("category"),
        [np.array(["Crime"]), np.array(["Comedy", "War"]), np.array([]), np.array(["Drama"])],
    ],
)
def test_genres_of_every_type_are_text_with_bars(genres):
    whole = make(movies=MOVIES.assign(genres=pd.Series(genres)))
    assert whole.movies["genres"].tolist() == ["Comedy|War", "Crime", ""]


def test_genres_of_arrow_are_text_that_can_be_saved():
    import pyarrow

    arrow = pd.ArrowDtype(pyarrow.list_(pyarrow.string()))
    lists = pd.Series([["Crime"], ["Comedy"], [], ["Drama"]], dtype=arrow)
    titles = MOVIES["title"].astype(pd.ArrowDtype(pyarrow.string()))
    whole = make(movies=MOVIES.assign(genres=lists, title=titles))
    assert whole.movies["genres"].tolist() == ["Comedy", "Crime", ""]
    assert whole.movies["title"].dtype == pd.Series(["a"]).dtype


@pytest.mark.parametrize("genres", [[1, 2, 3, 4], [{"a": 1}] * 4, [[1]] * 4, [["a|b"]] * 4])
def test_genres_that_are_no_words_are_refused(genres):
    with pytest.raises(DataError, match="The genres in row 0"):
        make(movies=MOVIES.assign(genres=genres))


def test_an_id_of_another_type_is_named():
    texts = Interactions.from_frames(RATINGS.astype({"user_id": "str"}))
    with pytest.raises(UnknownUserError, match=r"has the id 10\. The ids here are text, from '10'"):
        texts.user_index(10)
    with pytest.raises(UnknownUserError, match=r"has the id '10'\. The ids here are numbers"):
        make().user_index("10")


def test_times_too_late_for_seconds_are_warned_of():
    with pytest.warns(CourseWarning, match=r"'timestamp' .* looks like milliseconds"):
        late = Interactions.from_frames(RATINGS.assign(timestamp=1_399_999_999_906))
    assert late.timestamp.max() == 1_399_999_999_906
