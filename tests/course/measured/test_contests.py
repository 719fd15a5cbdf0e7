"""What course bench measured is stored, merged and shown as it is, losses included."""

import pandas as pd
import pytest

from course.measured import contests as speed
from course.site import speed as site_speed
from helpers.errors import DataError, MissingDataError

README = f"above\n\n{speed.BEGIN}\n{speed.END}\n\nbelow\n"


def side(topic, contest, name, seconds, **others):
    """A row as the command makes it."""
    usual = {
        "topic": topic,
        "contest": contest,
        "work": "100 rows | 2 columns",
        "side": name,
        "ours": name == "ours",
        "seconds": seconds,
        "fastest": seconds / 2,
        "slowest": seconds * 2,
        "ratio": 1.0 / seconds,
        "at_most": None,
        "runs": 5,
        "figures": "",
        "versions": "",
        "note": "",
    }
    return usual | others


@pytest.fixture
def rows():
    """Ours takes a second; one promise of two is kept, a third side has none."""
    return pd.DataFrame(
        [
            side("top_n", "Top 10", "ours", 1.0, note="theirs is C++"),
            side("top_n", "Top 10", "quick <b>", 0.5, at_most=1.0, versions="quick 1.2"),
            side("top_n", "Top 10", "slow", 4.0, at_most=0.5, figures="same lists 1"),
            side("top_n", "Top 10", "other", 2.0, runs=1),
        ]
    )


def test_what_is_stored_is_read(rows, tmp_path):
    speed.save_speed(rows, tmp_path)
    found = speed.stored_speed(tmp_path)
    assert "cores" in found.machine
    assert "numpy" in found.machine
    assert found.rows["side"].tolist() == ["ours", "quick <b>", "slow", "other"]
    assert found.rows["ours"].tolist() == [True, False, False, False]
    assert found.rows["at_most"].tolist()[1:3] == [1.0, 0.5]
    assert found.rows["figures"].tolist() == ["", "", "same lists 1", ""]
    assert (found.rows["measured"] == "").all()
    speed.save_speed(found.rows.drop(columns="measured"), tmp_path)
    pd.testing.assert_frame_equal(speed.stored_speed(tmp_path).rows, found.rows)


def test_no_file_is_no_measurement(tmp_path):
    assert speed.stored_speed(tmp_path) is None
    assert site_speed.contests(tmp_path, tmp_path, []) == site_speed.NOTHING


def test_a_topic_replaces_itself_and_leaves_the_others(rows, tmp_path, monkeypatch):
    monkeypatch.setattr(speed, "this_machine", lambda: "1 May 2026, an old machine")
    speed.save_speed(rows.assign(topic="als"), tmp_path)
    speed.save_speed(rows, tmp_path)
    assert (speed.stored_speed(tmp_path).rows["measured"] == "").all()
    monkeypatch.setattr(speed, "this_machine", lambda: "2 May 2026, a new machine")
    speed.save_speed(rows.iloc[:2].assign(seconds=9.0), tmp_path)
    found = speed.stored_speed(tmp_path)
    assert found.machine.startswith("2 May 2026")
    assert found.rows["topic"].tolist() == ["als"] * 4 + ["top_n"] * 2
    old = found.rows["measured"].str.startswith("1 May 2026, an old machine")
    assert old.tolist() == [True] * 4 + [False] * 2
    assert found.rows["seconds"].tolist()[4:] == [9.0, 9.0]
    assert "als: measured on 1 May 2026" in site_speed.contests(tmp_path, tmp_path, [])


@pytest.mark.parametrize(
    ("text", "said"),
    [("topic\n1\n", "which machine"), ("# Measured on x\ntopic,seconds\na,1\n", "its columns")],
)
def test_another_file_is_refused(rows, tmp_path, text, said):
    (tmp_path / speed.FILE).write_text(text)
    with pytest.raises(DataError, match=said):
        speed.stored_speed(tmp_path)
    with pytest.raises(DataError, match=said):
        speed.save_speed(rows, tmp_path)
    assert (tmp_path / speed.FILE).read_text() == text


def test_the_page_shows_each_side_and_why_we_lose(rows, tmp_path):
    speed.save_speed(rows, tmp_path)
    made = site_speed.contests(tmp_path, tmp_path, [])
    assert made.count("<tr") == 1 + 1 + 4
    assert "<small>100 rows | 2 columns. Theirs is C++.</small>" in made
    assert '<tr class="ours"><th scope="row">ours</th><td>1.0 s</td><td></td>' in made
    assert "quick &lt;b&gt;</th><td>0.50 s</td><td>2.0</td><td>≤ 1</td><td>✗ no</td>" in made
    assert "<td>4.0 s</td><td>0.25</td><td>≤ 0.5</td><td>✓ yes</td>" in made
    assert "<small>same lists 1</small>" in made
    assert "other<small>one run</small>" in made
    assert "quick 1.2." in made


def test_the_readme_gets_its_lines_and_nothing_else(rows, tmp_path):
    (tmp_path / "README.md").write_text(README)
    path = speed.store(rows, tmp_path)
    assert path == tmp_path / "book" / "speed.csv"
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert text.startswith(f"above\n\n{speed.BEGIN}\n\n")
    assert text.endswith(f"\n\n{speed.END}\n\nbelow\n")
    flat = " ".join(text.split())
    assert "÷ theirs: top n 0.25 (slow). 1 of 2 as promised; worst: Top 10, 2.0." in flat
    speed.store(rows, tmp_path)
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("readme", "error", "said"),
    [(None, MissingDataError, "checkout only"), ("no place", DataError, "once each and in order")],
)
def test_a_readme_without_a_place_stops_before_anything_is_stored(
    rows, tmp_path, readme, error, said
):
    if readme:
        (tmp_path / "README.md").write_text(readme)
    with pytest.raises(error, match=said):
        speed.store(rows, tmp_path)
    assert not (tmp_path / "book").exists()
