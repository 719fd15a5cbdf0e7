"""``course grade`` writes what its help says."""

import pytest
from typer.testing import CliRunner

from helpers import cli, lessons


@pytest.fixture
def course(monkeypatch, notebooks, tmp_path):
    monkeypatch.setattr(lessons, "folder", lambda: notebooks)
    monkeypatch.chdir(tmp_path)

    def run(*arguments, exit_code=0):
        result = CliRunner().invoke(cli.app, ["grade", *map(str, arguments)])
        assert result.exit_code == exit_code, result.output
        return result.output

    return run


def test_a_table_an_overview_and_a_page_a_student(course, lesson, tmp_path):
    lesson.write(tmp_path / "in", "ada", *lesson.right)
    printed = course("in", "--lesson", "01", "--output", "out", "--timeout", 20, "--memory", 1500)
    assert "ada, lesson 01: 3 of 3" in printed
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        *("ada.html", "grades.csv", "index.html"),
    }


def test_without_an_output_a_new_folder_in_runs(course, lesson, tmp_path):
    lesson.write(tmp_path / "in", "ada", *lesson.right)
    course("in", "--jobs", 1)
    (folder,) = (tmp_path / "runs").iterdir()
    assert (folder / "grades.csv").exists()


@pytest.mark.parametrize(
    ("folder", "said"),
    [("nowhere", "Error: There is no folder"), ("empty", "Error: There is no note")],
)
def test_a_wrong_call_is_a_sentence(course, tmp_path, folder, said):
    (tmp_path / "empty").mkdir()
    assert course(folder, exit_code=1).startswith(said)


def test_help():
    result = CliRunner().invoke(cli.app, ["grade", "--help"], env={"COLUMNS": "200"})
    assert "course grade submissions" in result.output
