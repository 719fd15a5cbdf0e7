"""The leaderboard that comes with the course can be read, and says what to do if it is missing."""

import pytest

from helpers.errors import MissingDataError, ParameterError
from helpers.evaluation import stored, stored_leaderboard


@pytest.mark.parametrize("function", [stored_leaderboard, stored.stored_path])
def test_a_protocol_that_there_is_not(function):
    with pytest.raises(ParameterError, match=r"one of \('random', 'time'\), not 'newest'"):
        function("newest")


def test_a_file_that_is_missing_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(stored, "embedded_folder", lambda: tmp_path)
    with pytest.raises(MissingDataError, match="course leaderboard --update"):
        stored_leaderboard()
