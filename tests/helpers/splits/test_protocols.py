from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from helpers.errors import DataError, ParameterError
from helpers.interactions import Interactions
from helpers.splits import (
    Split,
    cold_both_split,
    cold_corners,
    cold_item_split,
    cold_user_split,
    global_time_split,
    k_fold,
    leave_last_out,
    per_user_split,
    random_split,
)

FRACTIONAL = (random_split, per_user_split, global_time_split, cold_user_split, cold_item_split)
SEEDED = (random_split, per_user_split, cold_user_split, cold_item_split)


def make(n_users=12, n_items=20, share=0.8, seed=0, latest=1000):
    generator = np.random.default_rng(seed)
    user, item = np.nonzero(generator.random((n_users, n_items)) < share)
    order = generator.permutation(len(user))
    return Interactions.from_frames(
        pd.DataFrame(
            {
                "user_id": user[order] * 10 + 1,
                "movie_id": item[order] * 7,
                "rating": generator.integers(1, 11, len(user)) / 2,
                "timestamp": generator.integers(0, latest, len(user)),
            }
        ),
        rating_scale=(0.5, 5),
    )


def pairs(interactions):
    return list(zip(interactions.user.tolist(), interactions.item.tolist(), strict=True))


def parts(split):
    return split.train, split.validation, split.test


def assert_partition(split, whole):
    together = [pair for part in parts(split) for pair in pairs(part)]
    assert sorted(together) == sorted(pairs(whole))
    assert len(set(together)) == len(together)
    stars = dict(zip(pairs(whole), whole.rating, strict=True))
    for part in parts(split):
        assert part.user_ids is whole.user_ids
        assert part.item_ids is whole.item_ids
        assert [stars[pair] for pair in pairs(part)] == part.rating.tolist()


worlds = st.builds(
    make,
    n_users=st.integers(10, 14),
    n_items=st.integers(18, 24),
    share=st.floats(0.8, 1.0),
    seed=st.integers(0, 1000),
    latest=st.sampled_from([200, 100_000]),
)


@pytest.mark.parametrize("split", FRACTIONAL)
@given(whole=worlds, validation=st.sampled_from([0, 0.1, 0.2]), test=st.sampled_from([0.1, 0.25]))
def test_nothing_is_lost_and_nothing_is_shared(split, whole, validation, test):
    assert_partition(split(whole, validation=validation, test=test), whole)


@pytest.mark.parametrize("split", FRACTIONAL)
def test_the_order_of_the_data_is_kept_in_each_part(split):
    whole = make()
    position = {pair: row for row, pair in enumerate(pairs(whole))}
    for part in parts(split(whole)):
        rows = [position[pair] for pair in pairs(part)]
        assert rows == sorted(rows)


@pytest.mark.parametrize("split", SEEDED)
def test_a_seed_repeats_and_another_seed_differs(split):
    whole = make()
    first, again, other = (split(whole, random_state=seed) for seed in (3, 3, 4))
    assert pairs(first.test) == pairs(again.test)
    assert pairs(first.test) != pairs(other.test)


def test_the_random_split_is_the_same_on_every_machine():
    ratings = pd.DataFrame({"user_id": range(10), "movie_id": 1, "rating": 3.0})
    split = random_split(Interactions.from_frames(ratings), random_state=0)
    assert split.test.user.tolist() == [4, 6]
    assert split.validation.user.tolist() == [2]


@given(worlds)
def test_random_sizes_are_the_fractions(whole):
    split = random_split(whole, validation=0.1, test=0.2)
    assert len(split.test) == round(0.2 * len(whole))
    assert len(split.validation) == round(0.1 * len(whole))


@pytest.mark.parametrize("order", ["random", "time"])
@given(whole=worlds)
def test_per_user_split_takes_the_same_share_of_every_user(order, whole):
    split = per_user_split(whole, validation=0.1, test=0.3, order=order)
    rated = np.bincount(whole.user, minlength=whole.n_users)
    kept, validated, tested = (
        np.bincount(part.user, minlength=whole.n_users) for part in parts(split)
    )
    few = rated < 2
    np.testing.assert_array_equal(tested[~few], np.ceil(0.3 * rated[~few] - 1e-9))
    np.testing.assert_array_equal(validated[~few], np.floor(0.1 * rated[~few] + 1e-9))
    np.testing.assert_array_equal(kept[few], rated[few])
    assert (kept[rated > 0] > 0).all()


@pytest.mark.parametrize("n", [2, 3, 5, 7, 20, 33, 101])
def test_per_user_split_tests_as_many_as_scikit_learn(n):
    ratings = pd.DataFrame({"user_id": 1, "movie_id": range(n), "rating": 3.0})
    split = per_user_split(Interactions.from_frames(ratings), validation=0, test=0.2)
    assert len(split.test) == len(train_test_split(ratings, test_size=0.2)[1])


@pytest.mark.parametrize("share", [0.07, 0.29])
def test_per_user_split_counts_exactly_where_floating_point_does_not(share):
    ratings = pd.DataFrame({"user_id": 1, "movie_id": range(100), "rating": 3.0})
    split = per_user_split(Interactions.from_frames(ratings), validation=0, test=share)
    assert len(split.test) == round(100 * share)


def test_per_user_split_leaves_each_user_one_rating_to_train_on():
    ratings = pd.DataFrame({"user_id": [1, 2, 2, 3, 3, 3], "movie_id": [1, 1, 2, 1, 2, 3]})
    whole = Interactions.from_frames(ratings.assign(rating=3.0))
    split = per_user_split(whole, validation=0, test=0.9)
    assert np.bincount(split.train.user).tolist() == [1, 1, 1]


@given(worlds)
def test_per_user_split_by_time_tests_on_each_user_s_newest(whole):
    split = per_user_split(whole, validation=0.2, test=0.2, order="time")
    for user in range(whole.n_users):
        oldest_first = [part.timestamp[part.user == user] for part in parts(split)]
        for earlier, later in pairwise(oldest_first):
            assert earlier.max(initial=-1) <= later.min(initial=10**9)


def test_users_with_few_ratings_stay_in_training():
    ratings = pd.DataFrame(
        {"user_id": [1] * 10 + [2], "movie_id": [*range(10), 3], "rating": 3.0, "timestamp": 1}
    )
    whole = Interactions.from_frames(ratings)
    for split in (per_user_split(whole), leave_last_out(whole)):
        assert_partition(split, whole)
        assert 1 not in split.test.user
        assert 1 not in split.validation.user


def test_leave_last_out_by_hand_with_a_tie_broken_by_the_item():
    whole = Interactions.from_frames(
        pd.DataFrame(
            {
                "user_id": [1, 1, 1, 1, 2, 2, 2, 3],
                "movie_id": [40, 10, 30, 20, 30, 20, 10, 10],
                "rating": 3.0,
                "timestamp": [5, 9, 9, 1, 3, 2, 1, 7],
            }
        )
    )
    split = leave_last_out(whole)
    assert_partition(split, whole)
    ids = [
        [(a, b) for a, b in part.to_frame()[["user_id", "movie_id"]].to_numpy()]
        for part in parts(split)
    ]
    assert ids[2] == [(1, 30), (2, 30)]
    assert ids[1] == [(1, 10), (2, 20)]
    assert (3, 10) in ids[0]


@given(worlds, st.randoms())
def test_leave_last_out_is_the_last_and_does_not_depend_on_the_order_of_the_rows(whole, random):
    split = leave_last_out(whole)
    assert_partition(split, whole)
    table = whole.to_frame().sort_values(["user", "timestamp", "item"])
    last = table.groupby("user").tail(1)
    assert set(pairs(split.test)) == set(zip(last["user"], last["item"], strict=True))
    rows = list(range(len(whole)))
    random.shuffle(rows)
    shuffled = leave_last_out(whole.subset(np.array(rows)))
    assert set(pairs(shuffled.test)) == set(pairs(split.test))
    assert set(pairs(shuffled.validation)) == set(pairs(split.validation))


@given(worlds, st.sampled_from([0, 0.1, 0.3]))
def test_global_time_split_never_trains_on_the_future(whole, validation):
    split = global_time_split(whole, validation=validation, test=0.2)
    assert_partition(split, whole)
    assert len(split.test) >= round(0.2 * len(whole))
    if validation:
        assert split.train.timestamp.max() < split.validation.timestamp.min()
        assert split.validation.timestamp.max() < split.test.timestamp.min()
    assert split.train.timestamp.max() < split.test.timestamp.min()


def test_global_time_split_keeps_the_ties_at_a_boundary_together_in_the_later_part():
    ratings = pd.DataFrame(
        {
            "user_id": range(10),
            "movie_id": 1,
            "rating": 3.0,
            "timestamp": [7, 1, 2, 2, 3, 5, 5, 5, 6, 2],
        }
    )
    split = global_time_split(Interactions.from_frames(ratings), validation=0.2, test=0.3)
    assert split.test.timestamp.tolist() == [7, 5, 5, 5, 6]
    assert split.validation.timestamp.tolist() == [2, 2, 3, 2]
    assert split.train.timestamp.tolist() == [1]


def test_global_time_split_says_when_the_ties_eat_a_part():
    ratings = pd.DataFrame(
        {"user_id": range(10), "movie_id": 1, "rating": 3.0, "timestamp": [1] * 5 + [2] * 5}
    )
    with pytest.raises(DataError, match="different timestamps: the training part"):
        global_time_split(Interactions.from_frames(ratings), validation=0.2, test=0.2)


@pytest.mark.parametrize(("split", "owner"), [(cold_user_split, "user"), (cold_item_split, "item")])
@given(whole=worlds)
def test_cold_splits_share_no_user_or_no_film(split, owner, whole):
    split = split(whole, validation=0.1, test=0.3)
    owners = [set(getattr(part, owner).tolist()) for part in parts(split)]
    everybody = set(getattr(whole, owner).tolist())
    assert set.union(*owners) == everybody
    assert sum(map(len, owners)) == len(everybody)
    assert len(owners[2]) == round(0.3 * len(everybody))


@given(whole=worlds, seed=st.integers(0, 20))
def test_cold_both_split_shares_neither_user_nor_film(whole, seed):
    split = cold_both_split(whole, validation=0.2, test=0.3, random_state=seed)
    for one, other in pairwise([*parts(split), split.train]):
        assert not np.isin(one.user, other.user).any()
        assert not np.isin(one.item, other.item).any()
    # What is left out has a user of one part and a film of another.
    together = {pair for part in parts(split) for pair in pairs(part)}
    for user, item in set(pairs(whole)) - together:
        homes = [
            number
            for number, part in enumerate(parts(split))
            if user in part.user and item in part.item
        ]
        assert homes == []


def test_cold_both_split_by_hand():
    whole = make(10, 10, share=1.0)
    split = cold_both_split(whole, validation=0.2, test=0.3)
    assert [len(part) for part in parts(split)] == [25, 4, 9]
    again = cold_both_split(whole, validation=0.2, test=0.3)
    assert pairs(split.test) == pairs(again.test)
    for shape, few in (((2, 10), "users"), ((10, 2), "films")):
        with pytest.raises(DataError, match=f" {few} .*too few"):
            cold_both_split(make(*shape, share=1.0))


@given(whole=worlds, seed=st.integers(0, 20))
def test_four_corners_are_cut_by_users_and_by_films(whole, seed):
    corners = cold_corners(whole, random_state=seed)
    every = list(vars(corners).values())
    together = [pair for part in every for pair in pairs(part)]
    assert sorted(together) == sorted(pairs(whole))
    old = [corners.train, corners.validation, corners.warm]
    old_users = {user for part in [*old, corners.cold_films] for user in part.user.tolist()}
    new_users = {user for p in (corners.cold_users, corners.cold_both) for user in p.user.tolist()}
    old_films = {item for part in [*old, corners.cold_users] for item in part.item.tolist()}
    new_films = {item for p in (corners.cold_films, corners.cold_both) for item in p.item.tolist()}
    assert not old_users & new_users and not old_films & new_films
    assert sorted(new_films) == corners.new_films.tolist()
    assert len(new_users) == round(0.3 * len(old_users | new_users))


def test_four_corners_by_hand():
    whole = make(10, 10, share=1.0)
    corners = cold_corners(whole, users=0.3, films=0.2, validation=0.25, test=0.5)
    assert [len(part) for part in vars(corners).values()] == [14, 14, 28, 24, 14, 6]
    split = corners.split("cold films")
    assert split.train is corners.train and split.test is corners.cold_films
    assert split.validation is corners.validation
    assert "28 warm, 24 cold users, 14 cold films, 6 cold both" in repr(corners)
    assert len(cold_corners(whole, validation=0).validation) == 0


def test_corners_are_drawn_by_their_seed():
    def drawn(**options):
        return [pairs(part) for part in vars(cold_corners(make(), **options)).values()]

    assert drawn(random_state=3) == drawn(random_state=3)
    assert drawn() == drawn(random_state=0) != drawn(random_state=1)


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"users": 0}, ParameterError, "users = 0 leaves"),
        ({"films": 1}, ParameterError, "films = 1 "),
        ({"test": 2}, ParameterError, "test = 2 "),
        ({"validation": 0.5, "test": 0.5}, ParameterError, "nothing to learn from"),
        ({"validation": -0.1}, ParameterError, "validation = -0.1 "),
        ({"validation": 0.001}, DataError, "validation would be empty"),
        ({"films": 0.001}, DataError, "cold_films, cold_both would be empty"),
    ],
)
def test_corners_that_cannot_be_cut(options, error, said):
    with pytest.raises(error, match=said):
        cold_corners(make(), **options)
    with pytest.raises(ParameterError, match="corner must be"):
        cold_corners(make()).split("lukewarm")


def test_cold_user_split_counts_only_users_with_ratings():
    whole = make(n_users=20)
    ten = whole.subset(whole.user < 10)
    split = cold_user_split(ten, validation=0, test=0.5)
    assert len(set(split.test.user.tolist())) == 5


@pytest.mark.parametrize("validation", [0, 0.15])
@given(whole=worlds, folds=st.integers(2, 7))
def test_folds_test_each_rating_once(validation, whole, folds):
    splits = list(k_fold(whole, folds, validation=validation))
    assert len(splits) == folds
    for split in splits:
        assert_partition(split, whole)
        assert (len(split.validation) > 0) == (validation > 0)
    tested = [pair for split in splits for pair in pairs(split.test)]
    assert sorted(tested) == sorted(pairs(whole))
    sizes = {len(split.test) for split in splits}
    assert max(sizes) - min(sizes) <= 1


def test_folds_repeat_with_their_seed():
    whole = make()
    first, again, other = (
        [pairs(split.test) for split in k_fold(whole, random_state=seed)] for seed in (0, 0, 1)
    )
    assert first == again != other


@pytest.mark.parametrize("split", FRACTIONAL)
@pytest.mark.parametrize(
    ("validation", "test", "message"),
    [
        (0.1, 0.0, "nothing to measure on"),
        (0.1, 1.0, "test = 1"),
        (-0.1, 0.2, "validation = -0.1"),
        (0.1, float("nan"), "test = nan"),
        (0.5, 0.5, "nothing to learn from"),
        (0.9, 0.9, "nothing to learn from"),
    ],
)
def test_impossible_fractions(split, validation, test, message):
    with pytest.raises(ParameterError, match=message):
        split(make(), validation=validation, test=test)


@pytest.mark.parametrize("split", FRACTIONAL)
def test_too_few_ratings_to_fill_every_part(split):
    ratings = pd.DataFrame({"user_id": [1, 2], "movie_id": 1, "rating": 3.0, "timestamp": [1, 2]})
    with pytest.raises(DataError, match=r"[Tt]oo few"):
        split(Interactions.from_frames(ratings), validation=0.1, test=0.2)


def test_an_empty_set_is_refused():
    whole = make()
    empty = whole.subset(np.array([], dtype=int))
    for split in FRACTIONAL:
        with pytest.raises(DataError):
            split(empty)
    with pytest.raises(DataError):
        leave_last_out(empty)


def test_no_timestamps():
    ratings = pd.DataFrame({"user_id": range(10), "movie_id": 1, "rating": 3.0})
    whole = Interactions.from_frames(ratings)
    for split in (global_time_split, leave_last_out):
        with pytest.raises(DataError, match="no timestamp"):
            split(whole)
    with pytest.raises(DataError, match="no timestamp"):
        per_user_split(whole, order="time")


def test_leave_last_out_needs_a_user_with_three_ratings():
    ratings = pd.DataFrame(
        {"user_id": [1, 1, 2], "movie_id": [1, 2, 1], "rating": 3.0, "timestamp": 1}
    )
    with pytest.raises(DataError, match="No user has three ratings"):
        leave_last_out(Interactions.from_frames(ratings))


@pytest.mark.parametrize("folds", [0, 1, 1000, 2.5])
def test_an_impossible_number_of_folds_is_refused_at_once(folds):
    with pytest.raises(ParameterError, match="folds"):
        k_fold(make(), folds)


def test_an_unknown_order():
    with pytest.raises(ParameterError, match="'random' or 'time'"):
        per_user_split(make(), order="newest")


def test_a_split_shows_its_sizes():
    whole = make()
    split = Split(whole, whole.subset(np.arange(3)), whole.subset(np.arange(2)))
    assert repr(split) == f"Split({len(whole)} train, 3 validation, 2 test)"


def of(n, users=None, **columns):
    table = {"user_id": range(n) if users is None else users, "movie_id": range(n), "rating": 3.0}
    return Interactions.from_frames(pd.DataFrame(table | columns))


@pytest.mark.parametrize(
    ("n", "validation", "test"), [(4, 0.5, 0.1), (3, 0.4, 0.5), (4, 0.1, 0.5), (2, 0, 0.2)]
)
@pytest.mark.parametrize(
    ("split", "what"),
    [
        (random_split, "ratings"),
        (global_time_split, "ratings"),
        (cold_user_split, "users"),
        (cold_item_split, "films"),
    ],
)
def test_a_part_that_rounds_to_nothing_is_an_error(split, what, n, validation, test):
    message = f"^{n} {what} are too few for a validation of {validation:g} and a test of {test:g}"
    with pytest.raises(DataError, match=message):
        split(of(n, timestamp=range(n)), validation=validation, test=test)


def test_the_smallest_split_has_one_rating_in_each_part():
    for split in (random_split, global_time_split, cold_user_split, cold_item_split):
        found = split(of(3, timestamp=range(3)), validation=0.3, test=0.3)
        assert [len(part) for part in parts(found)] == [1, 1, 1]
        without = split(of(4, timestamp=range(4)), validation=0, test=0.5)
        assert [len(part) for part in parts(without)] == [2, 0, 2]


def test_global_time_split_has_the_sizes_asked_for_where_no_two_times_are_equal():
    found = global_time_split(of(10, timestamp=range(10)), validation=0.3, test=0.2)
    assert [part.timestamp.tolist() for part in parts(found)] == [[*range(5)], [5, 6, 7], [8, 9]]


def test_global_time_split_says_when_no_rating_is_left_for_validation():
    ties = of(10, timestamp=[1] * 5 + [2] * 5)
    with pytest.raises(DataError, match="different timestamps: the validation part"):
        global_time_split(ties, validation=0.6, test=0.2)


@pytest.mark.parametrize(
    ("count", "validation", "test", "expected"),
    [(2, 0.5, 0.4, (1, 0, 1)), (3, 0.4, 0.3, (1, 1, 1)), (10, 0.3, 0.25, (4, 3, 3))],
)
def test_per_user_split_fills_the_test_first_and_keeps_one_to_train_on(
    count, validation, test, expected
):
    # The second user fills a part that the first may leave empty.
    whole = of(count + 20, [1] * count + [2] * 20)
    found = per_user_split(whole, validation=validation, test=test)
    assert tuple((part.user == 0).sum() for part in parts(found)) == expected


def test_parts_that_users_are_too_small_for_are_named():
    alone, twice = of(6), of(6, [1, 1, 2, 2, 3, 3])
    with pytest.raises(DataError, match=r"^Too few ratings per user: the validation part"):
        per_user_split(twice, validation=0.1, test=0.4)
    with pytest.raises(DataError, match=r"^Too few ratings per user: the test part"):
        per_user_split(alone, validation=0, test=0.4)
    with pytest.raises(DataError, match=r"^Too few ratings: the validation part"):
        list(k_fold(alone, 2, validation=0.1))


@pytest.mark.parametrize("validation", [1, 1.5, -0.5])
def test_folds_with_an_impossible_validation(validation):
    with pytest.raises(ParameterError, match=f"^validation = {validation:g} is not possible"):
        k_fold(of(6), 2, validation=validation)


def test_as_many_folds_as_ratings():
    assert [len(split.test) for split in k_fold(of(6), 6, validation=0)] == [1] * 6


def test_the_seed_is_0_when_none_is_given():
    whole = make()
    for split in SEEDED:
        assert pairs(split(whole).test) == pairs(split(whole, random_state=0).test)
    first, second = k_fold(whole), k_fold(whole, random_state=0)
    assert pairs(next(first).test) == pairs(next(second).test)
