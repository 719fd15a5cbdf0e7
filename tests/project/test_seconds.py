"""The table of what each file of tests takes: rough, of files that are there, and put to use."""

import os
from types import SimpleNamespace

import pytest

import seconds

pytest_plugins = ["pytester"]


def test_each_row_is_of_a_file_that_is_there(root):
    table = seconds.stored()
    assert [name for name in table if not (root / name).is_file()] == []
    assert list(table) == sorted(table)
    assert min(table.values()) >= seconds.LEAST


def test_a_new_file_is_quick_and_a_new_notebook_long():
    known = {"tests/test_a.py": 7.0}
    assert seconds.assumed("tests/test_a.py", known) == 7
    assert seconds.assumed("tests/test_new.py", known) == seconds.QUICK
    assert seconds.assumed("notebooks/99_new.ipynb", known) == seconds.NEW_NOTEBOOK


def test_the_longest_file_first_and_its_tests_in_their_order():
    names = ["a.py::one", "b.py::one", "c.py::one", "b.py::two", "a.py::two", "d.ipynb::Cell 0"]
    items = [SimpleNamespace(nodeid=name) for name in names]
    ordered = seconds.longest_first(items, {"b.py": 9.0, "c.py": 2.0})
    assert [item.nodeid for item in ordered] == [
        *("d.ipynb::Cell 0", "b.py::one", "b.py::two", "c.py::one", "a.py::one", "a.py::two"),
    ]


def test_a_part_measured_again_leaves_the_other_rows():
    old = {"a.py": 5.0, "b.py": 6.0, "gone.py": 7.0, "faster.py": 8.0}
    new = {"a.py": 4.0, "c.py": 3.0, "faster.py": 0.2}
    there = ["c.py", "b.py", "a.py", "faster.py"]
    assert seconds.updated(old, new, there) == {"a.py": 4.0, "b.py": 6.0, "c.py": 3.0}


def test_what_is_stored_is_read_again(tmp_path):
    for name in ("a.py", "b.py"):
        (tmp_path / name).touch()
    table = tmp_path / "seconds.csv"
    seconds.store({"b.py": 12.34, "a.py": 3.0, "gone.py": 9.0}, table, tmp_path)
    assert seconds.stored(table) == {"a.py": 3, "b.py": 12}
    assert table.read_bytes() == b"file,seconds\na.py,3\nb.py,12\n"


@pytest.mark.parametrize("options", [[], ["-n", "2"]], ids=["one process", "two workers"])
def test_what_tests_and_their_children_take_is_added_up(pytester, monkeypatch, options):
    work = "end = time.process_time() + 0.3\nwhile time.process_time() < end: pass"
    lines = "\n    ".join(["import subprocess, sys, time", *work.splitlines()])
    child = f"import time\n{work}"
    pytester.makepyfile(
        test_own=f"def test_one():\n    {lines}\n\ndef test_two():\n    {lines}\n",
        test_child=f"def test_it():\n    import subprocess, sys\n"
        f"    subprocess.run([sys.executable, '-c', {child!r}], check=True)\n",
        test_quick="def test_it(): pass\n",
    )
    pytester.makeconftest(
        "import seconds\n"
        "from pathlib import Path\n"
        "seconds.store = lambda spent: Path('spent').write_text(repr(dict(spent)))\n"
        "def pytest_configure(config):\n"
        "    config.pluginmanager.register(seconds.Measuring())\n"
    )
    path = os.pathsep.join([str(seconds.TABLE.parent), os.environ["PYTHONPATH"]])
    monkeypatch.setenv("PYTHONPATH", path)
    result = pytester.runpytest_subprocess(*options, "-p", "no:cacheprovider")
    result.assert_outcomes(passed=4)
    spent = eval((pytester.path / "spent").read_text())
    assert spent["test_own.py"] >= 0.6
    assert spent["test_child.py"] >= 0.3
    assert spent["test_quick.py"] < min(spent["test_own.py"], spent["test_child.py"])
