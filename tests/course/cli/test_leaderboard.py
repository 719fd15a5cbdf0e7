"""``course leaderboard``: prints, saves, updates; wrong options are sentences."""

import re

import pytest
from typer.testing import CliRunner

from course import board as course
from course import cli, lessons
from course.measured import board_pages as pages
from helpers.evaluation import read_leaderboard, stored, stored_leaderboard
from helpers.recommenders import Biases, Popularity

GUIDE = "| EASE | nDCG@10 | random | | |\n"


def run(*arguments, exit_code=0):
    """What the command prints; its screen is wide, so that no line is folded."""
    result = CliRunner().invoke(
        cli.app, ["leaderboard", *map(str, arguments)], env={"COLUMNS": "200"}
    )
    assert result.exit_code == exit_code, result.output
    assert "Traceback" not in result.output
    return result.output


@pytest.fixture
def two_entries(monkeypatch, tmp_path):
    """Two quick recommenders, the small simulated data, and an empty working folder."""
    entries = (
        course.Entry("EASE", "rank_do_not_rate", Popularity),
        course.Entry("Two", "find_neighbours", Biases),
    )
    monkeypatch.setattr(course, "ENTRIES", entries)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def checkout(two_entries, monkeypatch, tmp_path):
    """A checkout of its own, with a README and a guide to be rewritten."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "which_recommender_when.md").write_text(GUIDE)
    (tmp_path / "README.md").write_text(f"above\n{pages.BEGIN}\n{pages.END}\nbelow\n")
    monkeypatch.setattr(lessons, "folder", lambda: tmp_path / "notebooks")
    monkeypatch.setattr(stored, "embedded_folder", lambda: tmp_path / "data")
    monkeypatch.setattr(stored, "DATA", "simulated")
    return tmp_path


def rows(printed):
    return re.findall(r"^│ (\S.*?) +│", printed, flags=re.MULTILINE)


@pytest.mark.parametrize("protocol", ["random", "time"])
def test_the_stored_one_is_printed_best_first(protocol):
    printed = run("--stored", "--protocol", protocol)
    table = stored_leaderboard(protocol).table("ndcg")
    assert rows(printed) == table.index.tolist()
    best = table.iloc[0]
    assert f"{best['ndcg']:.3f} ({best['low']:.3f} to {best['high']:.3f})" in printed
    assert "100,004 ratings" in printed


@pytest.mark.parametrize("metric", ["rmse", "gini", "fit_seconds"])
def test_it_is_sorted_by_what_was_asked(metric):
    printed = run("--stored", "--sort-by", metric)
    assert rows(printed) == stored_leaderboard().table(metric).index.tolist()


def test_a_run_prints_and_saves(two_entries, tmp_path):
    printed = run("--data", "simulated", "--seeds", 1, "--protocol", "time")
    (path,) = (tmp_path / "runs").iterdir()
    assert f"runs/{path.name}" in printed.replace("\\", "/")
    board = read_leaderboard(path)
    assert board.header["protocol"] == "global_time_split()"
    assert board.header["seeds"] == [0]
    assert sorted(rows(printed)) == ["EASE", "Two"]
    run("--data", "simulated", "--seeds", 2, "--output", tmp_path / "own.csv")
    assert read_leaderboard(tmp_path / "own.csv").header["seeds"] == [0, 1]


def test_an_update_rewrites_all_that_shows_it(checkout):
    printed = run("--update")
    boards = {name: stored_leaderboard(name) for name in ("random", "time")}
    readme = (checkout / "README.md").read_text(encoding="utf-8")
    assert readme.startswith(f"above\n{pages.BEGIN}\n\n| recommender |")
    assert readme == pages.with_table(readme, pages.readme_table(**boards))
    guide = (checkout / "book" / "which_recommender_when.md").read_text(encoding="utf-8")
    assert guide == pages.with_figures(GUIDE, boards)
    assert guide != GUIDE
    assert sorted(rows(printed)) == ["EASE", "Two"]


def test_an_update_that_cannot_be_shown_changes_nothing(checkout):
    (checkout / "README.md").write_text("no comments")
    assert "once each and in order" in run("--update", exit_code=1)
    (checkout / "README.md").unlink()
    assert "README.md is missing" in run("--update", exit_code=1)
    assert not (checkout / "data").exists()
    assert (checkout / "book" / "which_recommender_when.md").read_text() == GUIDE


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--stored", "--update"], "choose one"),
        (["--stored", "--seeds", "1"], "leave out --data, --seeds and --output"),
        (["--update", "--data", "ml-1m"], "leave out --data"),
        (["--stored", "--sort-by", "beauty"], "'beauty' was not measured"),
        (["--data", "ml-9m"], "ml-9m"),
    ],
)
def test_options_that_make_no_sense(options, message):
    assert message in run(*options, exit_code=1)


def test_a_protocol_that_there_is_not():
    assert "'random', 'time'" in run("--protocol", "newest", exit_code=2)


def test_an_interrupted_run_goes_on_and_then_leaves_nothing_behind(
    two_entries, tmp_path, monkeypatch
):
    arguments = ("--data", "simulated", "--seeds", 1)
    fitted = []

    def interrupted(self, train, validation):
        fitted.append(type(self).__name__)
        if len(fitted) == 1:
            raise KeyboardInterrupt
        return own(self, train, validation)

    own = Biases._fit
    monkeypatch.setattr(Biases, "_fit", interrupted)
    printed = run(*arguments, exit_code=130)
    assert "Stopped" in printed
    assert "the same command continues" in printed
    assert len(list((tmp_path / "runs" / ".unfinished_leaderboard").iterdir())) == 1
    monkeypatch.setattr(Popularity, "_fit", None)
    assert sorted(rows(run(*arguments))) == ["EASE", "Two"]
    assert [path.suffix for path in (tmp_path / "runs").iterdir()] == [".csv"]
