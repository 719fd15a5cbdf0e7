"""What is stored of growth is read as it was, and told in words that its numbers bear out."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from course.measured.scaling import (
    COLUMNS,
    beyond_linear,
    growth_in_words,
    growth_table,
    growth_title,
    save_growth,
    stored_growth,
)
from helpers.errors import DataError

TABLE = pd.DataFrame(
    [
        (1_000_000, "read", "data", 1.0, 1.0, 200_000_000, "", 1.0, ""),
        (1_000_000, "fit kNN", "fit", 2.0, 2.0, 300_000_000, "", 1.0, "squares"),
        (1_000_000, "score", "use", 2.0, 2.0, 300_000_000, "", 1.0, "users × films"),
        (32_000_000, "read", "data", 38.4, 38.4, 2_000_000_000, "", 32.0, ""),
        (32_000_000, "fit kNN", "fit", 128.0, 128.0, 4_000_000_000, "", 60.0, "squares"),
        (
            32_000_000,
            "score",
            "use",
            np.nan,
            np.nan,
            5_000_000_000,
            "stopped at 9 s",
            90.0,
            "pairs",
        ),
    ],
    columns=COLUMNS,
)


def test_what_is_stored_is_read_as_it_was(tmp_path: Path):
    file = tmp_path / "growth.csv"
    assert stored_growth(file) is None
    save_growth(TABLE, file)
    found = stored_growth(file)
    pd.testing.assert_frame_equal(found.table, TABLE, check_dtype=False)
    assert "cores" in found.machine


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ratings,stage\n", "which machine"),
        ("# Measured on a machine\nratings,stage\n1,read\n", "not a table of growth"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, text: str, message: str):
    file = tmp_path / "growth.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        stored_growth(file)


def test_seconds_a_rating_are_set_beside_those_at_the_size_before():
    beyond = beyond_linear(TABLE)
    assert beyond.index.tolist() == ["read", "fit kNN", "score"]
    assert beyond[32_000_000].tolist() == pytest.approx([1.2, 2.0, np.nan], nan_ok=True)


def test_title_alt_text_and_table_say_what_was_measured():
    assert growth_title(TABLE) == (
        "From 1 to 32 million ratings, 1 of the 2 stages measured grow no faster than the ratings; "
        "the largest holds 5.0 GB"
    )
    words = growth_in_words(TABLE)
    assert "read 38.4 s, 2.0 GB; fit kNN 128 s, 4.0 GB; score stopped at 9 s" in words
    rows = growth_table(TABLE).splitlines()
    assert rows[2] == "| read | 1 s, 0.20 GB | 38.4 s, 2.00 GB | 1.20 | ratings | 1.20 |"
    assert rows[3].endswith("| 2.00 | squares | 1.07 |")
    assert rows[4] == "| score | 2 s, 0.30 GB | stopped at 9 s |  | pairs |  |"
