"""The package imports in no time; what ``course bench`` stored is what README and page show."""

import json
import subprocess
import sys

import pytest

from benchmarks import bench
from course.measured import contests as speed

MOST_SECONDS = 0.3
HEAVY = ["numpy", "scipy", "pandas", "sklearn", "matplotlib", "tensorflow", "keras"]
FEWEST_RUNS = 5
LONG = 60
REMEDY = "`course bench --store` measures it again"


@pytest.fixture(scope="module")
def stored(root):
    found = speed.stored_speed(root / "book")
    if found is None:
        pytest.skip(f"nothing is stored: {REMEDY}")
    return found


def test_the_package_imports_in_no_time_and_loads_nothing_heavy():
    """A thousand times faster than it must be, so that a busy machine is no matter."""
    code = (
        "import json, sys, time\n"
        "start = time.perf_counter()\n"
        "import helpers\n"
        "seconds = time.perf_counter() - start\n"
        f"print(json.dumps([seconds, [name for name in {HEAVY} if name in sys.modules]]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, loaded = json.loads(done.stdout)
    assert loaded == []
    assert seconds < MOST_SECONDS


def test_only_topics_that_there_are_are_stored(stored):
    contests = [topic for topic in bench.topics().values() if topic.function == "contests"]
    assert set(stored.rows["topic"]) <= {topic.name for topic in contests}, REMEDY


def test_medians_of_ours_are_of_enough_runs(stored):
    """A side that takes minutes runs less often, and its row says so."""
    rows = stored.rows
    assert rows.loc[rows["ours"], "runs"].min() >= FEWEST_RUNS
    assert (rows.loc[rows["runs"] < FEWEST_RUNS, "seconds"] > LONG).all()


def test_where_a_promise_is_not_kept_it_says_why(stored):
    promised = stored.rows[stored.rows["at_most"].notna()]
    lost = promised[promised["ratio"] > promised["at_most"]]
    assert lost.loc[lost["note"] == "", "contest"].tolist() == []


def test_the_readme_shows_it(root, stored):
    readme = (root / "README.md").read_text(encoding="utf-8")
    lines = speed.readme_lines(stored)
    assert readme == speed.with_lines(readme, lines), REMEDY
    assert lines.count("\n") < 3


def test_each_topic_says_what_it_measures():
    for topic in bench.topics().values():
        assert topic.about.endswith("."), topic.name
