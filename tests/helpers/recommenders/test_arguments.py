"""What is refused at the door, and in which words."""

import numpy as np
import pytest

from helpers.errors import ParameterError
from helpers.recommenders import arguments


@pytest.mark.parametrize(
    ("check", "good", "bad", "said"),
    [
        (arguments.check_count, [1, np.int64(7)], [0, -1, 2.5, True, "3"], "x = .*from 1 on"),
        (arguments.check_not_negative, [0, 0.5], [-0.1, np.nan, np.inf], "x = .*0 or more"),
        (arguments.check_positive, [0.1, 3], [0, -1, np.nan, np.inf], "x = .*must be > 0"),
        (arguments.check_share, [0, 0.99], [1, -0.1, np.nan], "x = .*0 to below 1"),
    ],
)
def test_numbers_out_of_range_are_named(check, good, bad, said):
    for value in good:
        check(value, "x")
    for value in bad:
        with pytest.raises(ParameterError, match=said):
            check(value, "x")


def test_one_of_several_words():
    arguments.check_one_of("b", "letter", ("a", "b"))
    with pytest.raises(ParameterError, match=r"letter must be one of \('a', 'b'\), not 'c'"):
        arguments.check_one_of("c", "letter", ("a", "b"))


def test_values_outside_the_catalogue_have_the_default():
    found = arguments.values_or(np.array([5.0, 6.0]), np.array([1, -1, 2, 0]), 9.0)
    assert found.tolist() == [6, 9, 9, 5]


def test_one_index_is_an_array_of_one():
    assert arguments.as_indices(3, "users").tolist() == [3]
    with pytest.raises(ParameterError, match="users must be whole-number indices, not float64"):
        arguments.as_indices([0.5], "users")
