"""``nox -s quick``: a change is led to the tests that it touches, and what is left out is told."""

import os
import subprocess

import pytest

import quick
import touched
from course import lessons
from quick import told

# A small house: a package with two rooms, tests that mirror it, a lesson, a page.
HOUSE = {
    "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["tests", "tests/lessons"]\n',
    "helpers/__init__.py": "",
    "helpers/files.py": "import os\n",
    "helpers/data/__init__.py": "from helpers.data.reading import read\n",
    "helpers/data/reading.py": "def read():\n    from helpers import files\n",
    "tests/conftest.py": "",
    "tests/worlds.py": "import helpers.data\n",
    "tests/helpers/test_files.py": "import helpers.files\n",
    "tests/helpers/data/conftest.py": "",
    "tests/helpers/data/test_reading.py": "from helpers.data import read\n",
    "tests/helpers/test_far.py": "from worlds import anything\n",
    "tests/lessons/sample.py": "",
    "tests/lessons/test_contract.py": "import sample\n",
    "tests/lessons/test_prose.py": "",
    "tests/lessons/test_find_films.py": "import numpy\n",
    "tests/project/test_pages.py": "PAGE = 'GUIDE.md'\n",
    "tests/project/test_starts.py": "SCRIPT = 'tests/project/fitting.py'\n",
    "tests/project/fitting.py": "",
    "notebooks/04_find_films.ipynb": "{}",
    "GUIDE.md": "words",
    "OTHER_GUIDE.md": "words",
}
SECONDS = {"slow": 50.0, "near": 2.0, "nearer": 3.0, "far": 4.0}
KNOWN = {"a": 10.0, "b": 40.0, "c": 30.0, "d": 20.0, "e": 5.0}


def git(root, *arguments):
    told = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for role in ("AUTHOR", "COMMITTER"):
        told |= {f"GIT_{role}_NAME": "A", f"GIT_{role}_EMAIL": "a@example"}
    subprocess.run(["git", *arguments], cwd=root, env=told, capture_output=True, check=True)


@pytest.fixture
def house(tmp_path):
    for name, text in HOUSE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    git(tmp_path, "init", "--initial-branch=main")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--message=first")
    return tmp_path


@pytest.fixture(scope="module")
def course(root):
    """The whole checkout, read once."""
    return touched.House(root)


class TestChanged:
    def test_what_is_committed_on_the_branch_what_is_not_and_what_is_new(self, house):
        git(house, "checkout", "-b", "mine")
        (house / "GUIDE.md").write_text("other words")
        git(house, "commit", "--all", "--message=second")
        (house / "helpers" / "files.py").unlink()
        (house / "new ünlike.py").touch()
        (house / ".gitignore").write_text("runs")
        (house / "runs").touch()
        expected = [".gitignore", "GUIDE.md", "helpers/files.py", "new ünlike.py"]
        assert touched.changed_files(house, "main") == expected

    def test_what_main_has_got_meanwhile_is_not_mine(self, house):
        git(house, "checkout", "-b", "mine")
        git(house, "checkout", "main")
        (house / "GUIDE.md").write_text("other words")
        git(house, "commit", "--all", "--message=second")
        git(house, "checkout", "mine")
        assert touched.changed_files(house, "main") == []

    def test_a_file_that_has_moved_counts_at_both_places(self, house):
        git(house, "mv", "GUIDE.md", "MOVED.md")
        assert touched.changed_files(house, "main") == ["GUIDE.md", "MOVED.md"]


class TestTouched:
    @pytest.mark.parametrize(
        ("changed", "expected"),
        [
            # Its own examples and tests first, then those that import it, step by step.
            (
                "helpers/data/reading.py",
                {
                    "helpers/data/reading.py": 0,
                    "tests/helpers/data/test_reading.py": 0,
                    "helpers/data/__init__.py": 1,
                    "tests/helpers/test_far.py": 3,
                },
            ),
            # Inside a function an import counts, too.
            (
                "helpers/files.py",
                {
                    "helpers/files.py": 0,
                    "tests/helpers/test_files.py": 0,
                    "helpers/data/reading.py": 1,
                    "helpers/data/__init__.py": 2,
                    "tests/helpers/data/test_reading.py": 3,
                    "tests/helpers/test_far.py": 4,
                },
            ),
            ("tests/helpers/test_far.py", {"tests/helpers/test_far.py": 0}),
            ("tests/worlds.py", {"tests/helpers/test_far.py": 1}),
            ("tests/lessons/sample.py", {"tests/lessons/test_contract.py": 1}),
            ("tests/helpers/data/conftest.py", {"tests/helpers/data/test_reading.py": 1}),
            # A script that tests start, and a page that they read, they call by name.
            ("tests/project/fitting.py", {"tests/project/test_starts.py": 0}),
            ("GUIDE.md", {"tests/project/test_pages.py": 0}),
            ("OTHER_GUIDE.md", {}),
            (
                "notebooks/04_find_films.ipynb",
                {
                    "notebooks/04_find_films.ipynb": 0,
                    "tests/lessons/test_contract.py": 0,
                    "tests/lessons/test_find_films.py": 0,
                    "tests/lessons/test_prose.py": 0,
                },
            ),
        ],
    )
    def test_by_hand(self, house, changed, expected):
        assert touched.House(house).touched([changed]) == expected

    def test_a_conftest_for_all_touches_every_test_once(self, house):
        found = touched.House(house).touched(["tests/conftest.py"])
        assert set(found.values()) == {1}
        assert set(found) == {name for name in HOUSE if "/test_" in name}

    def test_tests_of_a_file_that_is_gone_are_run(self, house):
        (house / "helpers" / "files.py").unlink()
        found = touched.House(house).touched(["helpers/files.py"])
        assert found["tests/helpers/test_files.py"] == 0
        assert "helpers/files.py" not in found


class TestOfTheCourse:
    @pytest.mark.parametrize(
        ("file", "user"),
        [
            ("helpers/metrics/ranking.py", "helpers/metrics/__init__.py"),
            ("tests/worlds.py", "tests/course/conftest.py"),
            ("tests/lessons/contract/code.py", "tests/lessons/contract/__init__.py"),
            ("tests/lessons/definitions.py", "tests/lessons/test_factorize_movielens.py"),
            (".ci/licences.py", "tests/project/test_licences.py"),
            ("tests/touched.py", "tests/project/test_quick.py"),
        ],
    )
    def test_imports_of_every_kind_are_followed(self, course, file, user):
        assert user in course.users[file]

    def test_a_metric_leads_to_its_tests_and_not_to_the_data(self, course):
        found = course.touched(["helpers/metrics/ranking.py"])
        assert found["tests/helpers/metrics/test_ranking.py"] == 0
        assert found["helpers/metrics/ranking.py"] == 0
        assert "tests/helpers/data/test_readers.py" not in found

    def test_each_lesson_leads_to_its_tests(self, course):
        for path in lessons.find():
            name = f"notebooks/{path.name}"
            found = course.touched([name])
            assert found[name] == 0
            assert found[f"tests/lessons/test_{lessons.slug_of(path)}.py"] == 0


class TestFitting:
    def test_the_nearest_first_and_the_quicker_of_two(self):
        distance = {"far": 2, "near": 1, "nearer": 0, "slow": 0}
        taken, left_out = touched.fitting(distance, SECONDS, 60)
        assert (taken, left_out) == (["nearer", "slow", "near", "far"], [])

    def test_what_is_too_long_leaves_room_for_what_comes_after(self):
        distance = {"far": 2, "near": 1, "nearer": 0, "slow": 0}
        taken, left_out = touched.fitting(distance, SECONDS, 8)
        assert (taken, left_out) == (["nearer", "near"], ["slow", "far"])

    def test_nothing_touched_nothing_run(self):
        assert touched.fitting({}, SECONDS, 60) == ([], [])


class TestTold:
    def test_how_much_is_run(self):
        line = told(["x.py"], ["a", "e"], [], KNOWN)
        assert line == (
            "1 changed files touch 2 files of tests; 2 run, about 15 s of one core. "
            "Everything: python -m nox -s tests"
        )

    def test_what_is_left_out_the_longest_first(self):
        line = told(["x.py"], ["e"], ["a", "b", "c", "d"], KNOWN)
        assert " touch 5 files of tests; 1 run," in line
        assert "Left out for time: b, c, d and 1 more. Everything" in line
        assert "\n" not in line

    def test_nothing_has_changed(self):
        assert "Nothing has changed" in told([], [], [], KNOWN)


class TestCommands:
    def test_style_types_and_tests(self):
        run = quick.commands(["helpers/files.py"], ["tests/helpers/test_files.py"])
        assert [command[2] for command in run] == ["ruff", "ruff", "mypy", "pytest"]
        assert run[-1][-1] == "tests/helpers/test_files.py"

    def test_a_page_has_no_types(self):
        assert [command[2] for command in quick.commands(["README.md"], [])] == ["ruff", "ruff"]

    def test_what_is_asked_for(self):
        assert quick.asked(["--since", "v1", "--seconds", "9"]).since == "v1"
        assert quick.asked([]).seconds == quick.MOST_SECONDS
