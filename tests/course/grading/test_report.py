"""What is written down can be read, and nothing in it runs."""

import csv
import io
import re

import pytest

from course.grading import Graded, Limits, Outcome, Verdict, write
from course.grading.report import file_names

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def output(tmp_path):
    graded = [
        Graded("ada", "start_cold", "exercise 1", Verdict("wrong", "No."), 0),
        Graded("ada", "find", "exercise 1", Verdict("right", "Yes."), 1, "1 < 2"),
        Graded(
            f"eve {EVIL}", "find", "exercise 1", Verdict("stopped", EVIL), 0, EVIL, EVIL, (EVIL,)
        ),
        Graded("=1+1", "", "", Verdict("unreadable", "@SUM(A1)\nthere")),
        Graded("bad \udcff name", "find", "exercise 1", Verdict("right", "Yes."), 1),
    ]
    # The order of the course is not that of the alphabet.
    numbers = {"a": "01", "start_cold": "09", "find": "12"}
    walls = ("Landlock", "seccomp")
    write(Outcome(tuple(graded), walls, Limits(seconds=7), numbers), tmp_path / "out")
    return tmp_path / "out"


def test_a_table_for_a_spreadsheet(output):
    text = (output / "grades.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == ["student", "lesson", "exercise", "verdict", "points", "message"]
    ada = [row for row in rows if row["student"] == "ada"]
    assert [(row["lesson"], row["verdict"], row["points"]) for row in ada] == [
        ("start_cold", "wrong", "0"),
        ("find", "right", "1"),
    ]
    formula = next(row for row in rows if row["verdict"] == "unreadable")
    assert (formula["student"], formula["message"]) == ("'=1+1", "'@SUM(A1) there")


def test_a_page_a_student_that_needs_nothing_else(output):
    assert {path.name for path in output.iterdir()} == {
        *("grades.csv", "index.html", "ada.html", "eve-script-alert-1-script.html", "1-1.html"),
        "bad-name.html",
    }
    for page in output.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<script" not in text
        assert "http" not in text
    ada = (output / "ada.html").read_text(encoding="utf-8")
    assert "<h1>ada: 1 of 2</h1>" in ada
    assert "1 &lt; 2" in ada
    assert re.findall("<h2>(.*)</h2>", ada) == ["Lesson 09 start cold", "Lesson 12 find"]


def test_the_overview_says_what_to_look_at_and_what_stood_around(output):
    text = (output / "index.html").read_text(encoding="utf-8")
    assert "Landlock" in text
    assert "7 s" in text
    assert "stopped" in text
    assert text.count('href="ada.html"') == 1
    assert re.findall(r'class="points"[^>]*>(\d\d|\?|All)</th>', text) == ["?", "09", "12", "All"]


@pytest.mark.parametrize(("walls", "said"), [((), "no wall"), (("seccomp",), "Only seccomp")])
def test_where_a_wall_is_missing_it_says_so(tmp_path, walls, said):
    write(Outcome((Graded("a", "01", "x", Verdict("right", "Yes.")),), walls, Limits()), tmp_path)
    assert said in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_file_names_are_safe_and_differ():
    names = file_names(["ada", "Ada", "../../ada", "index", "con", "…", "x" * 300])
    assert list(names.values())[:6] == [
        *("ada.html", "ada-2.html", "ada-3.html", "index-2.html", "con-.html", "student.html"),
    ]
    assert len(names["x" * 300]) < 80
